// Question: what is each part of the router worth?
//
// Trains the default router and variants that differ in one thing (form, kernel part, number of networks and anchors, embedder),
// and compares them on the same held-out prompts; rewards and calibration are compared without training. A second part leaves
// tasks out of training and asks about them, with and without the static word vectors.
//
//   ONEHEAD_DATA=… node bench/quality/ablation.mjs [--sets routerbench,zeroeval,llmrouter_nim] [--seeds 0,1,2]
//     [--variants all|none|no-kernel,…] [--tasks] [--workers 2] [--work DIR] [--resamples 1000] [--table] [--publish]
//
// The variant with a sentence encoder needs @energetic-ai's packages, which are installed for @onehead/embed's tests, and minutes
// a set to embed its prompts, once.
// Units are kept beside those of quality.mjs, whose default routers are used again; a stopped run goes on where it was.
// --tasks adds the tasks left out; --publish writes bench/results/ablation.json, else it stays in the work folder.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultSettings, resolveSettings } from "@onehead/train";
import { ablationFigures, leftOutTasks, tasksToLeaveOut } from "./ablation-report.mjs";
import { estimateSeconds } from "./estimate-seconds.mjs";
import { fileHash, readSet, setFile } from "./set-rows.mjs";
import { keep, UnitStore } from "./unit-store.mjs";
import { beside, variants } from "./variants.mjs";
import { runJobs } from "./worker-pool.mjs";

const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: "routerbench,zeroeval,llmrouter_nim" },
    seeds: { type: "string", default: "0,1,2" },
    variants: { type: "string", default: "all" },
    tasks: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
    resamples: { type: "string", default: "1000" },
    work: { type: "string", default: join(import.meta.dirname, "../../.onehead/quality") },
    settings: { type: "string", default: "{}" },
    table: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const log = (line) => console.error(line);
const data = process.env.ONEHEAD_DATA;
if (!data) {
  log("ONEHEAD_DATA names no folder: see docs/data.md");
  process.exit(2);
}
mkdirSync(flags.work, { recursive: true });
const sets = flags.sets.split(",");
const seeds = flags.seeds.split(",").map(Number);
const names = flags.variants.split(",");
const tried = variants.filter(({ id }) => flags.variants === "all" || names.includes(id));
const overrides = JSON.parse(flags.settings);

/** A job of the quality bench, changed by a variant. */
function jobOf(set, seed, variant, { settings = {}, ...changes } = {}) {
  return {
    protocol: "dense",
    set,
    seed,
    data,
    fileHash: fileHash(setFile(data, set)),
    settings: resolveSettings({ ...defaultSettings, ...overrides, ...settings, seed }),
    routers: ["onehead"],
    ...(variant === null ? {} : { variant }),
    ...changes,
  };
}

const store = new UnitStore(flags.work);
const compared = seeds.flatMap((seed) =>
  sets.map((set) => ({
    set,
    seed,
    default: { ...jobOf(set, seed, null), routers: ["onehead", ...beside.map(({ id }) => id)] },
    variants: Object.fromEntries(tried.map(({ id, title, ...changes }) => [id, jobOf(set, seed, id, changes)])),
  })),
);
const tasks = [];
if (flags.tasks) {
  for (const set of sets) {
    for (const task of tasksToLeaveOut(await readSet(data, set))) {
      // every row of the task is asked about, so nothing else needs to be held out
      const changes = { withoutTask: task, settings: { holdout: 0 } };
      const name = `without-${task.replace(/[^\w-]+/g, "-")}`;
      const words = jobOf(set, seeds[0], name, changes);
      const plain = jobOf(set, seeds[0], `${name}-no-words`, { ...changes, withoutWords: true });
      tasks.push({ set, task, seed: seeds[0], words, plain });
    }
  }
}
const jobs = [
  ...compared.flatMap((job) => [job.default, ...Object.values(job.variants)]),
  ...tasks.flatMap(({ words, plain }) => [words, plain]),
];
if (!flags.table) {
  const estimate = estimateSeconds(store, jobs, (set) => statSync(setFile(data, set)).size);
  await runJobs(store, jobs, { work: flags.work, workers: Number(flags.workers), log, estimate });
}
const options = { data, resamples: Number(flags.resamples), log };
const report = {
  command: "node bench/quality/ablation.mjs --tasks",
  node: process.version,
  resamples: options.resamples,
  ...(await ablationFigures(store, compared, options)),
  leftOut: tasks.length > 0 ? await leftOutTasks(store, tasks, options) : null,
};
const path = join(flags.publish ? join(import.meta.dirname, "../results") : flags.work, "ablation.json");
keep(path, `${JSON.stringify(report, null, 1)}\n`);
console.log(path);
for (const { id, aiq, gain } of report.mean) {
  console.log(
    id.padEnd(22),
    aiq.toFixed(4),
    gain === null ? "" : `default ahead by ${(100 * gain.relative.value).toFixed(2)} %`,
  );
}
