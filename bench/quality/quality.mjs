// Question: how good is the default router against its rivals, on prompts that it has not seen?
//
// For every protocol (which labels a router may see), set and seed: train on 70 % of the prompts, split by prompt text, and ask
// every router about the other 30 %. Rivals learn from the same rows, embeddings, validation part and (the tuned ones) cost
// predictor. What a router predicts is kept as a file as it finishes, so a run that was stopped goes on where it was, a router
// can be run alone, and a new figure needs no new training.
//
//   ONEHEAD_DATA=… node bench/quality/quality.mjs [--sets a,b] [--seeds 0,1,2,3,4] [--protocols dense,sparse,log]
//     [--routers all|rivals|onehead,knn,…] [--workers 2] [--work DIR] [--resamples 1000] [--table] [--redo] [--publish]
//
// --table    only makes the table from what is there
// --redo     trains the named routers again, whether or not they are there
// --publish  writes to bench/results although something is missing; else a smaller run keeps its table in the work folder
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultSettings, resolveSettings } from "@onehead/train";
import { estimateSeconds } from "./estimate-seconds.mjs";
import { protocolNames } from "./protocols.mjs";
import { writeTable } from "./quality-table.mjs";
import { qualityReport } from "./report.mjs";
import { parseRouterNames, routerNames } from "./routers.mjs";
import { fileHash, setFile } from "./set-rows.mjs";
import { UnitStore } from "./unit-store.mjs";
import { duration, runJobs } from "./worker-pool.mjs";

const whole = {
  sets: "routerbench,zeroeval,llmrouter_nim,mmlu_pro,openllm_v2",
  seeds: "0,1,2,3,4",
  protocols: protocolNames.join(),
  routers: "all",
};
const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: whole.sets },
    seeds: { type: "string", default: whole.seeds },
    protocols: { type: "string", default: whole.protocols },
    routers: { type: "string", default: whole.routers },
    workers: { type: "string", default: "2" },
    resamples: { type: "string", default: "1000" },
    work: { type: "string", default: join(import.meta.dirname, "../../.onehead/quality") },
    settings: { type: "string", default: "{}" },
    table: { type: "boolean", default: false },
    redo: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const log = (line) => console.error(line);

function usage(message) {
  console.error(message);
  process.exit(2);
}

function planJobs(data) {
  const names = flags.protocols.split(",");
  const unknown = names.filter((name) => !protocolNames.includes(name));
  if (unknown.length > 0)
    usage(`quality: --protocols: ${unknown.join(", ")}, expected some of ${protocolNames.join(", ")}`);
  const sets = flags.sets.split(",").map((set) => ({ set, path: setFile(data, set) }));
  const hashes = new Map(sets.map(({ set, path }) => [set, fileHash(path)]));
  // the largest first, so that two workers end together; seeds outside, so that a stopped run has whole seeds
  const bySize = [...sets].sort((a, b) => statSync(b.path).size - statSync(a.path).size);
  const routers = parseRouterNames(flags.routers);
  return names.flatMap((protocol) =>
    flags.seeds.split(",").flatMap((seed) =>
      bySize.map(({ set }) => ({
        protocol,
        set,
        seed: Number(seed),
        data,
        fileHash: hashes.get(set),
        settings: resolveSettings({ ...defaultSettings, ...JSON.parse(flags.settings), seed: Number(seed) }),
        routers,
      })),
    ),
  );
}

const data = process.env.ONEHEAD_DATA;
if (!data) usage("ONEHEAD_DATA names no folder: see docs/data.md");
mkdirSync(flags.work, { recursive: true });
const store = new UnitStore(flags.work);
const jobs = planJobs(data);
if (!flags.table) {
  if (flags.redo) for (const job of jobs) for (const router of job.routers) store.drop(job, router);
  const startedMs = performance.now();
  const estimate = estimateSeconds(store, jobs, (set) => statSync(setFile(data, set)).size);
  await runJobs(store, jobs, { work: flags.work, workers: Number(flags.workers), log, estimate });
  log(`units: all there, ${duration((performance.now() - startedMs) / 1000)}`);
}

// whatever was run now, the table shows every router that is there, in the order of the sets as given
const order = flags.sets.split(",");
const shown = jobs
  .map((job) => ({ ...job, routers: routerNames }))
  .sort((a, b) => order.indexOf(a.set) - order.indexOf(b.set) || a.seed - b.seed);
const { report, examples } = await qualityReport(store, shown, {
  data,
  resamples: Number(flags.resamples),
  log,
  command: "node bench/quality/quality.mjs",
});
const isWhole =
  ["sets", "seeds", "protocols", "settings"].every((name) => flags[name] === (whole[name] ?? "{}")) &&
  shown.every((job) => store.missing(job).length === 0);
const folder = isWhole || flags.publish ? join(import.meta.dirname, "../results") : flags.work;
writeTable(folder, report, examples);
console.log(`table: ${join(folder, "quality.md")}`);
