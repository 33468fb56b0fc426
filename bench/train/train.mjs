// Question: how long does training take in pure JavaScript, in WebAssembly, on two threads, and in numpy?
//
// 30,000 made rows, 11 models, 30 epochs of the attention over the models: d 256, K 64, two heads of 128, batches of 64
// with dropout as in our settings. The peer is the same network with the same optimiser in numpy (peer.py), on one thread, and on more
// where `--peer-threads` says so: its products wait in loops for each other, which takes minutes on processors that others use.
// Before timing, losses of all must agree to 1e-5 (without dropout: numpy draws its own), and parameters bit for bit whatever the
// threads. Then all take turns, `--rounds` of them; a turn is three epochs, of which the first, with its start of threads and its
// code not yet fast, is not counted. Seconds of 30 epochs are 30 times the median and the least epoch. Seconds of processor stand beside
// them: on a machine that others use they are what can be compared. With ONEHEAD_DATA, whole runs of `onehead train` on a real set too.
//
//   node bench/train/train.mjs [--rounds 3] [--python python3] [--peer-threads 2] [--set mmlu_pro] [--publish]
//
// --publish writes bench/results/train.json and train.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serializeArtifact } from "@onehead/core";
import { jsTrainingBackend } from "@onehead/core/training";
import { buildRowTable, openRows } from "@onehead/data";
import { staticEnglish } from "@onehead/embed/static-english";
import { defaultSettings, trainRouter } from "@onehead/train";
import { describePeer, makeRun, peerMissing, trainOurs, trainPeer } from "./runs.mjs";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
    "peer-threads": { type: "string", default: "1" },
    set: { type: "string", default: "mmlu_pro" },
    publish: { type: "boolean", default: false },
  },
});
const rounds = Number(flags.rounds);
const { python } = flags;
const { queryDropout, headDropout } = defaultSettings;
const sizes = { D: 256, M: 11, K: 64, H: 128, batchRows: 64 };
const shape = { rows: 30_000, validationRows: 3000, ...sizes, queryDropout, headDropout };
const epochs = 30;
const turnEpochs = 3;

const missing = peerMissing(python);
if (missing !== null) console.log(`no peer: ${missing}`);

const variants = {
  js: { title: "pure JavaScript, calling thread", run: (run) => trainOurs(run, { backend: "js", workers: 0 }) },
  wasm: { title: "WebAssembly, calling thread", run: (run) => trainOurs(run, { backend: "wasm", workers: 0 }) },
  wasm1: { title: "WebAssembly, one thread", run: (run) => trainOurs(run, { backend: "wasm", workers: 1 }) },
  wasm2: {
    title: "WebAssembly, two threads on one network",
    run: (run) => trainOurs(run, { backend: "wasm", workers: 2 }),
  },
  ...Object.fromEntries(
    missing !== null
      ? []
      : [...new Set([1, Number(flags["peer-threads"])])].map((threads) => [
          `numpy${threads}`,
          {
            title: `numpy, ${threads === 1 ? "one thread" : `${threads} threads`}`,
            run: (run) => ({ epochs: trainPeer(run, { python, threads }) }),
          },
        ]),
  ),
};

// equality first: all losses within float32's reach, all bits whatever the threads. With the learning rate of our settings runs that
// differ by rounding part at the kinks of the units, as runs of two seeds do
const few = { rows: 2000, validationRows: 200, epochs: 3, learningRate: 1e-3 };
const small = makeRun({ ...shape, ...few, queryDropout: 0, headDropout: 0 });
const results = {};
for (const [name, { run }] of Object.entries(variants)) results[name] = await run(small);
for (const [name, { epochs: found }] of Object.entries(results)) {
  found.forEach(({ trainingLoss }, i) => {
    const expected = results.js.epochs[i].trainingLoss;
    assert.ok(
      Math.abs(trainingLoss - expected) < 1e-5 * expected,
      `${name}: loss ${trainingLoss} in epoch ${i + 1}, js ${expected}`,
    );
  });
}
assert.deepEqual(results.wasm1.parameters, results.wasm.parameters);
assert.deepEqual(results.wasm2.parameters, results.wasm.parameters);
console.log("equal: losses of all within 1e-5, parameters bit for bit on 0, 1 and 2 threads");

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const run = makeRun({ ...shape, epochs: turnEpochs });
const pair = makeRun({ ...shape, epochs: turnEpochs, members: 2 });
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, { ms: [], cpuMs: [] }]));
const pairs = { one: [], two: [] };
const load = [];
for (let round = 0; round < rounds; round++) {
  for (const [name, variant] of Object.entries(variants)) {
    load.push(loadavg()[0]);
    for (const { ms, cpuMs } of (await variant.run(run)).epochs.slice(1)) {
      times[name].ms.push(ms);
      times[name].cpuMs.push(cpuMs);
    }
    console.log(`round ${round + 1}: ${variant.title}: ${(times[name].ms.at(-1) / 1000).toFixed(2)} s an epoch`);
  }
  // two networks, as the default settings have them: one after the other, then side by side
  for (const [name, workers] of [
    ["one", 1],
    ["two", 2],
  ]) {
    const started = performance.now();
    await trainOurs(pair, { backend: "wasm", workers });
    pairs[name].push(performance.now() - started);
  }
}
const seconds = Object.fromEntries(
  Object.entries(times).map(([name, { ms, cpuMs }]) => {
    const of30 = (value) => (epochs * value) / 1000;
    return [name, { median: of30(median(ms)), minimum: of30(Math.min(...ms)), processor: of30(Math.min(...cpuMs)) }];
  }),
);
const sideBySide = {
  median: median(pairs.one) / median(pairs.two),
  best: Math.min(...pairs.one) / Math.min(...pairs.two),
};

const whole = process.env.ONEHEAD_DATA ? await trainWhole(process.env.ONEHEAD_DATA, flags.set) : null;

/** Whole runs: the library on js, and the command with 0, 1 and 2 threads, whose artifacts must be the same. */
async function trainWhole(data, set) {
  const file = join(data, set, `${set}.jsonl.gz`);
  const table = await buildRowTable(openRows(file));
  const seconds = {};
  const timed = async (name, work) => {
    const before = process.cpuUsage();
    const started = performance.now();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    seconds[name] = { wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 };
    console.log(`${set}: ${name}: ${seconds[name].wall.toFixed(1)} s`);
    return result;
  };
  const train = (options) => trainRouter(table, { staticTable: staticEnglish(), ...options });
  await timed("js", () => train({ backend: jsTrainingBackend }));
  const hashes = new Set();
  for (const workers of [0, 1, 2]) {
    const { artifact } = await timed(`wasm${workers}`, () => train({ workers }));
    hashes.add(createHash("sha256").update(serializeArtifact(artifact)).digest("hex"));
  }
  assert.equal(hashes.size, 1, "the threads changed the artifact");
  const folder = mkdtempSync(join(tmpdir(), "onehead-train-"));
  const command = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      const main = join(import.meta.dirname, "../../apps/cli/dist/main.js");
      execFileSync(process.execPath, [main, "train", "--data", file, "--out", join(folder, `${round}.onehead`)], {
        stdio: "ignore",
      });
      command.push((performance.now() - started) / 1000);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return {
    set,
    prompts: table.ids.length,
    models: table.models.length,
    seconds,
    command: { median: median(command), minimum: Math.min(...command) },
  };
}

const report = {
  command: "node bench/train/train.mjs --publish",
  node: process.version,
  cpu: `${cpus()[0].model}, ${cpus().length} processors`,
  peer: missing === null ? describePeer(python) : `skipped: ${missing}`,
  load: { least: Math.min(...load), most: Math.max(...load) },
  shape: { ...shape, epochs },
  rounds,
  seconds,
  twoNetworksSideBySide: sideBySide,
  whole,
};
const cell = (value) => value.toFixed(1);
const text = [
  "# Training",
  "",
  `Made by \`${report.command}\` on Node ${report.node}, ${report.cpu}, of which others kept ${cell(report.load.least)} to`,
  `${cell(report.load.most)} busy meanwhile (load); do not edit. Peer: ${report.peer}.`,
  "",
  `${shape.rows} made rows × ${shape.M} models × ${epochs} epochs of the attention over the models (d ${shape.D}, K ${shape.K}, two heads of ${shape.H},`,
  `batches of ${shape.batchRows}, dropout ${queryDropout} of the query and ${headDropout} of the heads). Losses of all agree to 1e-5, parameters bit for bit whatever the threads.`,
  "",
  "| | seconds, median | minimum | of processor |",
  "| --- | --- | --- | --- |",
  ...Object.entries(seconds).map(([name, { median, minimum, processor }]) => {
    return `| ${variants[name].title} | ${cell(median)} | ${cell(minimum)} | ${cell(processor)} |`;
  }),
  "",
  `In processor seconds of one thread WebAssembly takes ${(seconds.js.processor / seconds.wasm.processor).toFixed(1)} times less than JavaScript` +
    (seconds.numpy1
      ? ` and ${(seconds.numpy1.processor / seconds.wasm.processor).toFixed(2)} times less than numpy.`
      : "."),
  `Two threads on one network are ${(seconds.wasm1.median / seconds.wasm2.median).toFixed(2)} times as fast as one at the median,`,
  `${(seconds.wasm1.minimum / seconds.wasm2.minimum).toFixed(2)} at best; on two networks side by side ${sideBySide.median.toFixed(2)} and ${sideBySide.best.toFixed(2)}.`,
  ...(whole === null
    ? []
    : [
        "",
        `Whole runs of \`trainRouter\` on ${whole.set} (${whole.prompts} prompts, ${whole.models} models, default settings), the same artifact from any number of threads:`,
        "",
        "| | seconds | of processor |",
        "| --- | --- | --- |",
        ...Object.entries({ js: "JavaScript", wasm0: "WebAssembly", wasm1: "one thread", wasm2: "two threads" }).map(
          ([name, title]) =>
            `| ${title} | ${cell(whole.seconds[name].wall)} | ${cell(whole.seconds[name].processor)} |`,
        ),
        "",
        `\`onehead train\` from the command line, held-out figures included: ${cell(whole.command.median)} s at the median, ${cell(whole.command.minimum)} at best.`,
      ]),
  "",
].join("\n");
console.log(text);
if (flags.publish) {
  const folder = join(import.meta.dirname, "../results");
  writeFileSync(join(folder, "train.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, "train.md"), text);
}
