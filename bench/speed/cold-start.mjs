// Question: how long is it from nothing to the first decision of the built-in routers, on each runtime?
//
// A fresh process each time: it imports the packages, reads the artifact, makes embedder and router on kernels in WebAssembly, embeds one
// prompt and decides. Beside it stands a process that does nothing, which is what the runtime takes by itself. "default" is
// float16 with its table of words (1.4 MB more), "default.edge" int8 without.
// - Node, a newer one, Bun, Deno: the wall time around the process, and the steps by its own clock. The newer Node, Bun and Deno are those that
//   ONEHEAD_NEWER_NODE, ONEHEAD_BUN and ONEHEAD_DENO name; what is not named is left out
// - workerd: its clock stands still while a request is worked on, so it is measured from outside. Until it listens (miniflare starts it, which
//   takes most of that), then the first request, whose work is loading and deciding; and the same Worker when its first request loads
//   nothing. The difference of the two is the load
// All files were read before: nothing here waits for a disk. Deno and Bun may keep code that they compiled in caches of their own. Before timing, every
// runtime must take the same decision, to the bit. Then rounds of one process of each in turn; median and minimum.
//
//   node bench/speed/cold-start.mjs [--rounds 15] [--check] [--publish]
//
// --check only compares the decisions. --publish writes bench/results/speed-cold-start.json and speed-cold-start.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { artifacts, processes, workers } from "./cold-start/contestants.mjs";
import { round, setting, writeResult } from "./shared/report.mjs";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds: ${flags.rounds}: expected a whole number above 0`);

const versionOf = (program) => execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+/)[0];
const { ONEHEAD_NEWER_NODE: newerNode, ONEHEAD_BUN: bun, ONEHEAD_DENO: deno } = process.env;
const named = (title, program, ...options) =>
  program ? [processes(`${title} ${versionOf(program)}`, program, ...options)] : [];
const contestants = [
  processes(`Node ${versionOf(process.execPath)}`, process.execPath),
  ...named("Node", newerNode),
  ...named("Bun", bun),
  ...named("Deno", deno, "run", "--allow-read", "--no-remote", "--no-lock", "--quiet"),
];
const workerd = await workers();

for (const artifact of artifacts) {
  const found = [];
  for (const { name, start } of [...contestants, workerd]) found.push([name, (await start(artifact)).decision]);
  const [[, expected], ...others] = found;
  assert.equal(expected.backend, "wasm");
  for (const [name, decision] of others) assert.deepEqual(decision, expected, `${artifact.name}, ${name}`);
  console.log(`${artifact.name}, ${found.map(([name]) => name).join(", ")}: equal decisions (${expected.model})`);
}
if (flags.check) process.exit(0);

/** Every start that is measured: of each contestant without a router, then with each. */
const starts = [
  ...contestants.flatMap(({ name, start }) =>
    [null, ...artifacts].map((artifact) => ({ runtime: name, artifact, run: () => start(artifact), samples: [] })),
  ),
  ...[null, ...artifacts].map((artifact) => ({
    runtime: workerd.name,
    artifact,
    run: () => workerd.start(artifact),
    samples: [],
  })),
  // the same Workers, asked for nothing first
  ...artifacts.map((artifact) => ({
    runtime: `${workerd.name}, not asked to decide`,
    artifact,
    run: () => workerd.start(artifact, "/"),
    samples: [],
  })),
];
for (let turn = 0; turn < rounds; turn++) {
  for (const { run, samples } of starts) samples.push(await run());
}

function summaryOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median: round(median), minimum: round(sorted[0]) };
}

const results = starts.map(({ runtime, artifact, samples }) => {
  const [{ steps, readyMs }] = samples;
  const of = (read) => summaryOf(samples.map(read));
  return {
    runtime,
    artifact: artifact?.name ?? null,
    wallMs: of(({ wallMs }) => wallMs),
    ...(steps && {
      inProcessMs: of((sample) => Object.values(sample.steps).reduce((sum, ms) => sum + ms, 0)),
      stepsMs: Object.fromEntries(Object.keys(steps).map((name) => [name, of((sample) => sample.steps[name])])),
    }),
    ...(readyMs !== undefined && {
      readyMs: of((sample) => sample.readyMs),
      firstRequestMs: of(({ firstMs }) => firstMs),
      nextRequestMs: of(({ nextMs }) => nextMs),
    }),
  };
});

const text = ({ median, minimum }) => `${median} (${minimum})`;

function processTable() {
  const steps = ["import", "read", "parse", "kernels", "embedder", "router", "decide"];
  const rows = results
    .filter(({ runtime }) => !runtime.startsWith("workerd"))
    .map(({ runtime, artifact, wallMs, inProcessMs, stepsMs }) => {
      const cells =
        inProcessMs === undefined
          ? ["", ...steps.map(() => "")]
          : [text(inProcessMs), ...steps.map((name) => text(stepsMs[name]))];
      return `| ${[runtime, artifact ?? "nothing", text(wallMs), ...cells].join(" | ")} |`;
    });
  return [
    `| runtime | loads | process, wall | to the first decision | ${steps.join(" | ")} |`,
    `| ${["---", "---", "---", "---", ...steps.map(() => "---")].join(" | ")} |`,
    ...rows,
    "",
  ].join("\n");
}

function workerTable() {
  const find = (runtime, name) => results.find((each) => each.runtime === runtime && each.artifact === name);
  const rows = [null, ...artifacts.map(({ name }) => name)].map((name) => {
    const own = find(workerd.name, name);
    const idle = find(`${workerd.name}, not asked to decide`, name);
    const load = idle && round(own.firstRequestMs.median - idle.firstRequestMs.median);
    const leastLoad = idle && round(own.firstRequestMs.minimum - idle.firstRequestMs.minimum);
    const cells = [
      name ?? "nothing",
      text(own.wallMs),
      text(own.readyMs),
      text(own.firstRequestMs),
      idle ? text(idle.firstRequestMs) : "",
      idle ? `${load} (${leastLoad})` : "",
      text(own.nextRequestMs),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| Worker with | process, wall | listens | first request, which loads and decides | the same, loading nothing | the load: their difference | next request |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

console.log(`${processTable()}\n${workerTable()}`);
if (flags.publish) {
  const report = { ...setting("node bench/speed/cold-start.mjs --publish"), rounds, results };
  const page = [
    "# Cold start: from nothing to the first decision",
    "",
    `Made by \`${report.command}\`, ${report.cpu}, ${report.cores} cores; do not edit. What is measured, and how, stands at the top of that file. Milliseconds of`,
    `${rounds} fresh processes each: median (minimum).`,
    "",
    "## Node, Bun, Deno",
    "",
    processTable(),
    "## workerd",
    "",
    workerTable(),
  ].join("\n");
  writeResult("speed-cold-start.json", `${JSON.stringify(report, null, 1)}\n`);
  writeResult("speed-cold-start.md", page);
}
// miniflare would keep the process
process.exit(0);
