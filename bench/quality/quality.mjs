// Question: how good is the default router against its baselines, on prompts that it has not seen?
//
// For every set and seed: train on 70 % of the prompts (split by prompt text), evaluate on the other 30 %, with the
// baselines fitted on the same rows, embeddings and validation part. Every (set, seed) is kept as it finishes, so a run that
// was stopped goes on where it was.
//
//   ONEHEAD_DATA=… node bench/quality/quality.mjs [--sets a,b] [--seeds 0,1,2,3,4] [--work DIR] [--table]
//
// --table only writes the table, quality.json and quality.md, from what is there. It goes to bench/results once every set
// has every seed; a smaller run keeps its own in the work folder.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import v8 from "node:v8";
import { parseArtifact, serializeArtifact } from "@onehead/core";
import { buildRowTable, openRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { evaluateArtifact } from "@onehead/eval";
import { trainRouter } from "@onehead/train";
import { writeTable } from "./quality-table.mjs";

const protocol = { sets: "routerbench,zeroeval,llmrouter_nim,mmlu_pro,openllm_v2", seeds: "0,1,2,3,4" };
const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: protocol.sets },
    seeds: { type: "string", default: protocol.seeds },
    work: { type: "string", default: join(import.meta.dirname, "../../.onehead/quality") },
    table: { type: "boolean", default: false },
  },
});
const sets = flags.sets.split(",");
const seeds = flags.seeds.split(",").map(Number);
const data = process.env.ONEHEAD_DATA;
mkdirSync(flags.work, { recursive: true });

function keep(path, contents) {
  writeFileSync(`${path}.part`, contents);
  renameSync(`${path}.part`, path);
}

async function runOne(set, seed) {
  const path = join(flags.work, `${set}-${seed}.bin`);
  if (existsSync(path)) return;
  const file = join(data, set, `${set}.jsonl.gz`);
  const startedMs = performance.now();
  const table = await buildRowTable(openRows(file));
  const { artifact } = await trainRouter(table, { name: set, settings: { seed }, staticTable: staticEnglish() });
  const trainedMs = performance.now();
  // through the file format, so that what is measured is what would be served
  const served = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
  let replay;
  const evaluation = await evaluateArtifact({
    artifact: served,
    embedder: embedderOf(served, { tables: [staticEnglish()] }),
    openRows: () => openRows(file),
    resamples: 200,
    onReplay: (heldOut) => {
      replay = { ...heldOut, routers: heldOut.routers.map((router) => ({ ...router, predictions: null })) };
    },
  });
  const seconds = { train: (trainedMs - startedMs) / 1000, evaluate: (performance.now() - trainedMs) / 1000 };
  keep(path, v8.serialize({ set, seed, seconds, result: evaluation.result, replay }));
  const onehead = evaluation.result.routers[0];
  console.log(
    set,
    seed,
    `AIQ ${onehead.curve.aiq.value.toFixed(4)}`,
    `train ${seconds.train.toFixed(0)} s, evaluate ${seconds.evaluate.toFixed(0)} s`,
  );
}

if (!flags.table) {
  if (!data) {
    console.error("ONEHEAD_DATA names no folder: see docs/data.md");
    process.exit(2);
  }
  // seeds outside, so that a stopped run has whole seeds of all sets
  for (const seed of seeds) for (const set of sets) await runOne(set, seed);
}
const runs = sets.map((set) =>
  seeds
    .map((seed) => join(flags.work, `${set}-${seed}.bin`))
    .filter(existsSync)
    .map((path) => v8.deserialize(readFileSync(path))),
);
const isWhole =
  flags.sets === protocol.sets && flags.seeds === protocol.seeds && runs.every(({ length }) => length === seeds.length);
const folder = isWhole ? join(import.meta.dirname, "../results") : flags.work;
writeTable(
  folder,
  sets.filter((_, i) => runs[i].length > 0),
  runs.filter((own) => own.length > 0),
);
console.log(`table: ${join(folder, "quality.md")}`);
