// Question: how much of the speed of `router.scoreBatch` is left when `onehead score` reads, scores and writes a whole file?
//
// Two inputs are made in a temporary folder: embeddings as lists of float in Parquet, and prompts in JSON Lines. For each, and for each
// number of workers, `scoreBatch` runs over the rows as the command parses them (for prompts with their embeddings, made by the thread
// that reads), then the command over the same file, start of its process included; the two take turns, and the best round of each
// counts, as does the time of processors, of both processes as a whole. Peak memory is the command's, over all rounds. Before timing, a run that is killed at random and resumed until it is done
// must give the bytes of one that was not, as Parquet and as JSON Lines.
//
//   node bench/batch/score.mjs [--rows 1000000] [--forms parquet,jsonl] [--workers 0,1] [--rounds 2] [--resume-rows 500000]
//     [--artifact FILE] [--folder DIR] [--publish]
//
// --publish writes bench/results/score.json.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseArtifact } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { writeEmbeddings, writePrompts } from "./score-rows.mjs";

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    forms: { type: "string", default: "parquet,jsonl" },
    workers: { type: "string", default: "0,1" },
    rounds: { type: "string", default: "2" },
    "resume-rows": { type: "string", default: "500000" },
    artifact: { type: "string", default: join(import.meta.dirname, "../../apps/cli/artifacts/default.onehead") },
    folder: { type: "string", default: tmpdir() },
    publish: { type: "boolean", default: false },
  },
});
/** Memory that the command may take, however many rows there are. */
const mostMiB = 600;
const rows = Number(flags.rows);
const rounds = Number(flags.rounds);
const resumeRows = Math.min(rows, Number(flags["resume-rows"]));
const forms = flags.forms.split(",");
const workerCounts = flags.workers.split(",").map(Number);
const { artifact } = flags;
const dimensions = parseArtifact(readFileSync(artifact)).manifest.embedder.dimensions;
const program = join(import.meta.dirname, "../../apps/cli/dist/main.js");
const baseline = join(import.meta.dirname, "score-baseline.mjs");
const folder = mkdtempSync(join(flags.folder, "onehead-bench-score-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

const write = { parquet: (path, count) => writeEmbeddings(path, count, dimensions), jsonl: writePrompts };

/** Runs a program to its end. */
function run(args, { onStart = () => {} } = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
  let used = { peakMiB: 0, processorSeconds: 0 };
  // the kernel keeps peak and sum, so that looking now and then misses nothing but the last moments
  const watch = setInterval(() => (used = usedBy(child.pid) ?? used), 50);
  onStart(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, ...output, seconds: (performance.now() - started) / 1000, ...used });
    });
  });
}

/** Of a process with its threads; null once it is gone. */
function usedBy(pid) {
  try {
    const peakMiB = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
    // user and system time, in hundredths of a second, after a name in brackets
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { peakMiB, processorSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return null;
  }
}

async function succeed(args) {
  const result = await run(args);
  assert.equal(result.status, 0, `${args.join(" ")}: ${result.stderr}`);
  return result;
}

const scoreArgs = (input, output, workers, ...more) => [
  ...[program, "score", "--artifact", artifact, "--input", input, "--output", output],
  ...["--workers", String(workers), "--willingness-to-pay", "0.01", "--json", ...more],
];

async function hashOf(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Kills a run at random, five times at most, and resumes it until it is done. */
async function killedAndResumed(input, output, seed, more) {
  const random = createRandom(seed);
  for (let kills = 0; ; ) {
    const resume = kills > 0 ? ["--resume"] : [];
    let timer;
    const { status, stdout, stderr } = await run(scoreArgs(input, output, 1, ...more, ...resume), {
      onStart: (child) => {
        timer = kills < 5 ? setTimeout(() => child.kill("SIGKILL"), 600 + 1500 * random.uniform()) : undefined;
      },
    });
    clearTimeout(timer);
    if (status === 0) return { kills, ...JSON.parse(stdout) };
    assert.equal(status, null, stderr);
    kills++;
    // under its own name it is whole, and only threads were left to end: its bytes are compared like those of others
    if (existsSync(output)) return { kills, rows: resumeRows };
  }
}

let killed = 0;
async function checkResume(form) {
  const input = join(folder, `resume.${form}`);
  await write[form](input, resumeRows);
  for (const to of ["jsonl", "parquet"]) {
    const more = ["--checkpoint-seconds", "0", ...(to === "parquet" ? ["--row-group-rows", "8192"] : [])];
    await succeed(scoreArgs(input, join(folder, `whole.${to}`), 0, ...more));
    const output = join(folder, `killed.${to}`);
    const { kills, rows: count } = await killedAndResumed(input, output, 11 + to.length, more);
    const same = (await hashOf(output)) === (await hashOf(join(folder, `whole.${to}`)));
    assert.ok(same, `${form} to ${to}: the bytes of a resumed run differ`);
    killed += kills;
    console.log(`${form} to ${to}: ${kills} kills, ${count} rows: the same bytes`);
    for (const path of [output, join(folder, `whole.${to}`)]) rmSync(path);
  }
  rmSync(input);
}

const results = [];
for (const form of forms) {
  await checkResume(form);
  const input = join(folder, `rows.${form}`);
  await write[form](input, rows);
  const output = join(folder, `choices.${form}`);
  console.log(`${form}: ${rows} rows, ${(statSync(input).size / 2 ** 20).toFixed(0)} MiB`);
  for (const workers of workerCounts) {
    const seconds = { scoreBatch: [], score: [] };
    const processor = { scoreBatch: [], score: [] };
    let peakMiB = 0;
    for (let round = 0; round < rounds; round++) {
      const alone = await succeed([baseline, "--artifact", artifact, "--input", input, "--workers", String(workers)]);
      const { rows: count, seconds: batchSeconds } = JSON.parse(alone.stdout);
      assert.equal(count, rows);
      seconds.scoreBatch.push(batchSeconds);
      processor.scoreBatch.push(alone.processorSeconds);
      const whole = await succeed(scoreArgs(input, output, workers));
      assert.equal(JSON.parse(whole.stdout).rows, rows);
      seconds.score.push(whole.seconds);
      processor.score.push(whole.processorSeconds);
      peakMiB = Math.max(peakMiB, whole.peakMiB);
      rmSync(output);
    }
    assert.ok(peakMiB < mostMiB, `${form}: ${peakMiB.toFixed(0)} MiB, expected less than ${mostMiB}`);
    const perRow = (list) => Number(((1e6 * Math.min(...list)) / rows).toFixed(3));
    const ratioOf = ({ scoreBatch, score }) => Number((Math.min(...scoreBatch) / Math.min(...score)).toFixed(3));
    const perSecond = (list) => Math.round(rows / Math.min(...list));
    const result = {
      form,
      workers,
      scoreBatchRowsPerSecond: perSecond(seconds.scoreBatch),
      scoreRowsPerSecond: perSecond(seconds.score),
      ratio: ratioOf(seconds),
      // what a machine that does other things as well cannot spoil
      processorMicrosecondsPerRow: {
        scoreBatch: perRow(processor.scoreBatch),
        score: perRow(processor.score),
        ratio: ratioOf(processor),
      },
      peakMiB: Math.round(peakMiB),
    };
    results.push(result);
    console.log(JSON.stringify(result));
  }
  rmSync(input);
}

const summary = {
  node: process.version,
  cpu: `${cpus()[0].model} × ${cpus().length}`,
  loadAverage: Number(loadavg()[0].toFixed(2)),
  rows,
  dimensions,
  rounds,
  resume: { rows: resumeRows, kills: killed, sameBytes: true },
  results,
};
console.log(JSON.stringify(summary, null, 2));
if (flags.publish) {
  writeFileSync(join(import.meta.dirname, "../results/score.json"), `${JSON.stringify(summary, null, 2)}\n`);
}
