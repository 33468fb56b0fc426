// Question: what do float16 and int8 weights cost a trained router?
//
// For every set and seed: train on 70 % of the prompts, and let the same router, stored as float32, float16 and int8 and read again,
// choose for the other 30 %. A copy is judged by its AIQ against that of the float32 one, on the mean over seeds. Two other ways to int8
// that were tried are measured beside it: which matrices, and what shares a scale. Trained routers are kept, so that a run that
// was stopped goes on where it was.
//
//   ONEHEAD_DATA=… node bench/quality/precision.mjs [--sets a,b] [--seeds 0,1,2,3,4] [--work DIR] [--out DIR]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseArtifact, serializeArtifact } from "@onehead/core";
import { staticEnglish } from "@onehead/embed/static-english";
import { defaultSettings, resolveSettings, trainRouter } from "@onehead/train";
import { jobRows } from "./job-rows.mjs";
import { precisionFigures, precisions, rejected } from "./precision-figures.mjs";
import { precisionMarkdown } from "./precision-markdown.mjs";
import { fileHash, readSet, setFile } from "./set-rows.mjs";
import { overSeeds, rounded } from "./statistics.mjs";
import { codeHash, hashOf, keep } from "./unit-store.mjs";

const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: "routerbench,zeroeval,llmrouter_nim,routellm,mmlu_pro,openllm_v2" },
    seeds: { type: "string", default: "0,1,2,3,4" },
    settings: { type: "string", default: "{}" },
    work: { type: "string", default: join(import.meta.dirname, "../../.onehead/precision") },
    out: { type: "string", default: join(import.meta.dirname, "../results") },
  },
});
const data = process.env.ONEHEAD_DATA;
if (!data) {
  console.error("ONEHEAD_DATA names no folder: see docs/data.md");
  process.exit(2);
}
const code = codeHash(["@onehead/core", "@onehead/embed", "@onehead/train"]);

/** The router of a job, trained or as it was kept by the code of today. */
async function trainedRouter(complete, job) {
  const path = join(
    flags.work,
    `${job.set}-${job.seed}-${hashOf([job, fileHash(setFile(data, job.set)), code])}.onehead`,
  );
  if (!existsSync(path)) {
    const { table } = jobRows(complete, job);
    const options = { name: job.set, settings: job.settings, staticTable: staticEnglish() };
    keep(path, serializeArtifact((await trainRouter(table, options)).artifact));
  }
  return parseArtifact(readFileSync(path));
}

const startedMs = performance.now();
const seeds = flags.seeds.split(",").map(Number);
const report = { command: "node bench/quality/precision.mjs", node: process.version, seeds, sets: [] };
for (const set of flags.sets.split(",")) {
  const complete = await readSet(data, set);
  const runs = [];
  for (const seed of seeds) {
    const settings = resolveSettings({ ...defaultSettings, ...JSON.parse(flags.settings), seed });
    const job = { protocol: "dense", set, seed, settings };
    runs.push(await precisionFigures(complete, job, await trainedRouter(complete, job)));
    console.log(set, seed, `after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  const ids = [...precisions, ...rejected.map(({ id }) => id)];
  const copies = ids.map((id) => {
    const own = runs.map((run) => run.copies[id]);
    const figures = Object.keys(own[0]).map((name) => [name, overSeeds(own.map((copy) => copy[name]))]);
    return [id, Object.fromEntries(figures)];
  });
  const [{ models }] = runs;
  const heldOutRows = overSeeds(runs.map((run) => run.heldOutRows)).mean;
  report.sets.push({ set, models, heldOutRows, copies: Object.fromEntries(copies) });
}
writeFileSync(join(flags.out, "precision.json"), `${JSON.stringify(rounded(report), null, 1)}\n`);
writeFileSync(join(flags.out, "precision.md"), `${precisionMarkdown(report)}\n`);
