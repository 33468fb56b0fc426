// Question: does `onehead score` under an engine's pipe give what one process gives, when a process or a machine is lost in the middle?
//
// Prompts in JSON Lines are scored by one process, then by
// - GNU parallel over parts of the file, two jobs at a time, one of which is killed: `--retries` runs its part again, which goes on
// - Spark: a standalone master and two workers on this machine, `RDD.pipe(..., checkCode=True)`; in the middle first one `onehead` process is
//   killed, then one worker with all that it has started
// The lines of each, sorted by id, must be the lines of the one process: none lost, none twice. Rows a second count the engine's start.
//
//   node bench/batch/engines.mjs [--rows 200000] [--parts 12] [--engines parallel,spark] [--publish]
//
// Spark needs Java and a Python with pyspark, named by SPARK_PYTHON (python3 unless given); an engine that is missing is left out, and said so.
// --publish writes bench/results/engines.json.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { round, setting, writeResult } from "../speed/shared/report.mjs";
import { writePrompts } from "./score-rows.mjs";

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    parts: { type: "string", default: "12" },
    engines: { type: "string", default: "parallel,spark" },
    publish: { type: "boolean", default: false },
  },
});
const rows = Number(flags.rows);
const parts = Number(flags.parts);
const program = join(import.meta.dirname, "../../apps/cli/dist/main.js");
const artifact = join(import.meta.dirname, "../../apps/cli/artifacts/default.onehead");
const folder = mkdtempSync(join(tmpdir(), "onehead-bench-engines-"));
const children = new Set();
process.on("exit", () => {
  for (const child of children) kill(-child.pid);
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

const input = join(folder, "rows.jsonl");
const score = [process.execPath, program, "score", "--workers", "0", "--artifact", artifact];

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

/** Starts a program in a group of its own; what it prints is kept. */
function start(command, args, env = {}) {
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      children.delete(child);
      resolve(status);
    });
  });
  return { child, output, ended };
}

async function timed(work) {
  const started = performance.now();
  const extra = await work();
  const seconds = (performance.now() - started) / 1000;
  return { seconds: round(seconds), rowsPerSecond: round(rows / seconds), ...extra };
}

/** Hash of lines in the order of their ids; every id once. */
function sortedHash(text) {
  const lines = text.split("\n").filter((line) => line !== "");
  const ids = lines.map((line) => JSON.parse(line).id);
  assert.equal(lines.length, rows);
  assert.equal(new Set(ids).size, rows);
  const order = [...ids.keys()].sort((a, b) => ids[a] - ids[b]);
  return createHash("sha256")
    .update(order.map((i) => lines[i]).join("\n"))
    .digest("hex");
}

/** Scoring processes that have run for half a second: they are in the middle of their part. */
function scoring() {
  const command = [process.execPath, program, "score"].join("\0");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.startsWith(command) && Date.now() - statSync(`/proc/${pid}`).ctimeMs > 500;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until something is there; fails where what it waits for has ended. */
async function until(find, { output, ended }, what) {
  let over = false;
  ended.then(() => {
    over = true;
  });
  for (;;) {
    const found = find();
    if (found) return found;
    if (over) throw new Error(`${what} did not come:\n${output.stderr.slice(-3000)}`);
    await sleep(20);
  }
}

async function inParallel() {
  if (spawnSync("parallel", ["--version"]).status !== 0) return null;
  assert.equal(
    spawnSync("split", ["-n", `l/${parts}`, "--additional-suffix=.jsonl", input, join(folder, "part-")]).status,
    0,
  );
  const inputs = readdirSync(folder)
    .filter((name) => name.startsWith("part-"))
    .sort()
    .map((name) => join(folder, name));
  const job = [...score, "--resume", "--input", "{}", "--output", "{.}.choices", "--output-format", "jsonl"];
  const run = start("parallel", ["--retries", "3", "--jobs", "2", ...job, ":::", ...inputs]);
  kill(await until(() => scoring()[0], run, "a job of parallel"));
  assert.equal(await run.ended, 0, run.output.stderr);
  const text = inputs.map((name) => readFileSync(name.replace(/jsonl$/, "choices"), "utf8")).join("");
  return { killed: "one job", hash: sortedHash(text), engine: versionOf("parallel", ["--version"]) };
}

async function inSpark() {
  const python = process.env.SPARK_PYTHON ?? "python3";
  const found = spawnSync(python, ["-c", "import pyspark; print(pyspark.__path__[0], pyspark.__version__)"]);
  if (found.status !== 0 || spawnSync("java", ["-version"]).status !== 0) return null;
  const [home, version] = found.stdout.toString().trim().split(" ");
  const environment = {
    SPARK_HOME: home,
    SPARK_LOCAL_IP: "127.0.0.1",
    SPARK_WORKER_DIR: join(folder, "work"),
    PYSPARK_PYTHON: python,
  };
  const deploy = (name, ...args) =>
    start(join(home, "bin/spark-class"), [`org.apache.spark.deploy.${name}`, ...args], environment);
  const [port, address] = [17_077, "spark://127.0.0.1:17077"];
  const master = deploy("master.Master", "--host", "127.0.0.1", "--port", String(port), "--webui-port", "0");
  await until(() => master.output.stderr.includes("I have been elected leader"), master, "the master");
  const workers = [0, 1].map(() =>
    deploy("worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g", address),
  );
  for (const worker of workers) {
    await until(() => worker.output.stderr.includes("Successfully registered with master"), worker, "a worker");
  }
  const target = join(folder, "spark");
  const command = score.join(" ");
  const result = await timed(async () => {
    const run = start(
      python,
      [join(import.meta.dirname, "spark_pipe.py"), address, input, target, String(parts), command],
      environment,
    );
    const victim = await until(() => scoring()[0], run, "a task of Spark");
    kill(victim);
    // then a worker, with the executor that it has started and what that has
    await until(() => partsOf(target).length >= 2, run, "two parts");
    const [lost] = workers;
    for (const pid of [...descendantsOf(lost.child.pid), lost.child.pid]) kill(pid);
    assert.equal(await run.ended, 0, run.output.stderr.slice(-5000));
    return { partsBefore: 2 };
  });
  for (const { child } of [...workers, master]) kill(-child.pid);
  const text = partsOf(target)
    .map((name) => readFileSync(join(target, name), "utf8"))
    .join("");
  assert.ok(existsSync(join(target, "_SUCCESS")));
  return { ...result, killed: "one process, then one worker", hash: sortedHash(text), engine: `Spark ${version}` };
}

const partsOf = (target) =>
  existsSync(target)
    ? readdirSync(target)
        .filter((name) => /^part-\d+$/.test(name))
        .sort()
    : [];

function descendantsOf(pid) {
  const children = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))[1]) === pid;
    } catch {
      return false;
    }
  });
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}

function versionOf(command, args) {
  return spawnSync(command, args).stdout.toString().split("\n")[0];
}

await writePrompts(input, rows);
const alone = await timed(async () => {
  const run = start(score[0], [...score.slice(1), "--input", input, "--output", join(folder, "alone.jsonl")]);
  assert.equal(await run.ended, 0, run.output.stderr);
});
const expected = sortedHash(readFileSync(join(folder, "alone.jsonl"), "utf8"));
console.log(`one process: ${alone.rowsPerSecond.toLocaleString("en")} rows/s`);

const engines = { parallel: () => timed(inParallel), spark: inSpark };
const results = [];
for (const name of flags.engines.split(",")) {
  const result = await engines[name]();
  if (result?.hash === undefined) {
    console.log(`${name} is left out: it is not installed here`);
    continue;
  }
  const { hash, ...figures } = result;
  assert.equal(hash, expected, `${name}: other lines than one process`);
  console.log(
    `${figures.engine}: the same ${rows.toLocaleString("en")} lines, ${figures.rowsPerSecond.toLocaleString("en")} rows/s, killed: ${figures.killed}`,
  );
  results.push({ name, ...figures });
}
if (flags.publish) {
  const report = { ...setting("node bench/batch/engines.mjs --publish"), rows, parts, alone, results };
  writeResult("engines.json", `${JSON.stringify(report, null, 1)}\n`);
}
process.exit(0);
