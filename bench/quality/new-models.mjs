// Question: how much of the gain over the zero router is kept when a model is added from a few scored prompts, without
// retraining, instead of being trained with the others?
//
// For every set and model: train without the model, add it from n scored training prompts (n = 20, 50, 100; eight draws), and
// replay the held-out prompts of the full pool. Beside it, with the same samples and predicted costs: UniRoute k-means, the
// samples' mean score for every prompt, and ignoring the model. The share kept is (AIQ − AIQ_zero) / (AIQ_full − AIQ_zero), all
// on the full pool's cost axis. Seed 0 is the one that the constants of docs/design/new-models.md were chosen on. Every (set, seed, model) is kept as it finishes: a run that was stopped goes on.
//
//   ONEHEAD_DATA=… node bench/quality/new-models.mjs [--sets a,b] [--seeds 1] [--members 2] [--settings JSON] [--work DIR] [--table]
//
// --settings are those of training that differ from the default, as of another form: its runs need a work folder of their own. --table only writes the table, new-models.json and new-models.md, from what is there. It goes to bench/results once all sets are
// whole; a smaller run keeps its own in the work folder.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import v8 from "node:v8";
import { fitUniRouteKMeans } from "@onehead/baselines";
import { addProbedModel, estimateTokens, Router } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, openRows, promptHash, selectModels, selectRows, splitTable } from "@onehead/data";
import { staticEnglish } from "@onehead/embed/static-english";
import { bootstrapAiq, dearestMeanCostUsd, lambdaGrid, replayChunks } from "@onehead/eval";
import { chooseProbePrompts, trainRouter } from "@onehead/train";
import { writeTable } from "./new-models-table.mjs";

const protocol = {
  sets: "routerbench,llmrouter_nim,openllm_v2,mmlu_pro,zeroeval",
  seeds: "1",
  members: "2",
  settings: "{}",
};
const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: protocol.sets },
    seeds: { type: "string", default: protocol.seeds },
    members: { type: "string", default: protocol.members },
    settings: { type: "string", default: protocol.settings },
    work: { type: "string", default: join(import.meta.dirname, "../../.onehead/new-models") },
    table: { type: "boolean", default: false },
  },
});
const sets = flags.sets.split(",");
const seeds = flags.seeds.split(",").map(Number);
const members = Number(flags.members);
const overrides = JSON.parse(flags.settings);
const counts = [20, 50, 100];
const draws = 8;
const resamples = 200;
const methods = ["random", "stratified", "design"];
mkdirSync(flags.work, { recursive: true });

function keep(path, value) {
  writeFileSync(`${path}.part`, v8.serialize(value));
  renameSync(`${path}.part`, path);
}
const read = (path) => v8.deserialize(readFileSync(path));
const pathOf = (set, seed, unit) => join(flags.work, `${set}-${seed}-${members}-${unit}.bin`);
const pick = (texts, rows) => Array.from(rows, (r) => texts[r]);

function partsOf(table, seed) {
  const { train, validation, heldOut } = splitTable(table, { seed, holdout: 0.3, validation: 0.15 });
  return { train, validation, heldOut, training: Int32Array.from([...train, ...validation]).sort() };
}

function inputTokensOf(table, rows) {
  return Float64Array.from(rows, (r) =>
    table.inputTokens[r] >= 0 ? table.inputTokens[r] : estimateTokens(table.prompts[r]),
  );
}

const trainOn = (table, seed) =>
  trainRouter(table, { settings: { ...overrides, seed, members }, staticTable: staticEnglish() });

/** The router that was trained with everybody: its predictions for the held-out rows, and the list prices. */
async function runFull(set, seed, table) {
  const path = pathOf(set, seed, "full");
  if (!existsSync(path)) {
    const startedMs = performance.now();
    const { artifact, embedder } = await trainOn(table, seed);
    const { heldOut } = partsOf(table, seed);
    const embeddings = embedder.embedSync(pick(table.prompts, heldOut));
    const { quality, costUsd } = new Router(artifact).predictBatch(embeddings, inputTokensOf(table, heldOut));
    keep(path, { quality, costUsd, prices: artifact.manifest.candidates.map(({ prices }) => prices) });
    console.log(set, seed, "full", `${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  return read(path);
}

/** Draws of prompts by name: (method, n, draw) → rows of `training`. */
function drawSamples(artifact, embeddings, D, rows, seed, model) {
  const samples = new Map();
  for (const method of methods) {
    for (let draw = 0; draw < draws; draw++) {
      // the design is no draw: it chooses from a random half, so that its luck is measured like that of the others
      const order = Int32Array.from({ length: rows }, (_, r) => r);
      createRandom(seed, 5000 + 100 * model + draw).shuffle(order);
      const from = method === "design" ? order.slice(0, Math.floor(rows / 2)) : order;
      const own = new Float32Array(from.length * D);
      from.forEach((r, i) => {
        own.set(embeddings.subarray(r * D, (r + 1) * D), i * D);
      });
      const choose = (n) => chooseProbePrompts(artifact, own, n, { method, seed: seed * 1000 + draw });
      // what the design chooses first does not depend on how many are wanted
      const designed = method === "design" ? choose(Math.max(...counts)) : null;
      for (const n of counts) {
        const chosen = designed === null ? choose(n) : designed.slice(0, n);
        samples.set(
          `${method}-${n}-${draw}`,
          chosen.map((i) => from[i]),
        );
      }
    }
  }
  return samples;
}

async function runOne(set, seed, table, left) {
  const path = pathOf(set, seed, left);
  if (existsSync(path)) return;
  const startedMs = performance.now();
  const full = await runFull(set, seed, table);
  const N = table.models.length;
  const known = table.models.filter((_, m) => m !== left);
  const others = table.models.map((_, m) => m).filter((m) => m !== left);
  const own = selectModels(table, known);
  const { artifact, embedder } = await trainOn(own, seed);
  const D = embedder.dimensions;
  const { train, validation, heldOut, training } = partsOf(table, seed);
  const embeddings = embedder.embedSync(pick(table.prompts, training));
  const samples = drawSamples(artifact, embeddings, D, training.length, seed, left);
  const trainingTokens = inputTokensOf(table, training);

  // all draws side by side as models of one router: one pass over the held-out rows
  let extended = artifact;
  for (const [id, rows] of samples) {
    extended = addProbedModel(extended, {
      id,
      prices: full.prices[left],
      samples: Array.from(rows, (i) => {
        const cell = training[i] * N + left;
        const known = (value) => (Number.isNaN(value) ? undefined : value);
        return {
          embedding: embeddings.slice(i * D, (i + 1) * D),
          score: table.scores[cell],
          inputTokens: trainingTokens[i],
          outputTokens: known(table.outputTokens[cell]),
          costUsd: known(table.costs[cell]),
        };
      }),
    });
  }
  const router = new Router(extended, { models: [...known, ...samples.keys()] });
  const heldOutEmbeddings = embedder.embedSync(pick(table.prompts, heldOut));
  const predicted = router.predictBatch(heldOutEmbeddings, inputTokensOf(table, heldOut));
  const width = router.candidates.length;

  const R = heldOut.length;
  /** Predictions for the full pool: everybody's from one (R, ·) matrix, the left model's from a column. */
  const join = (quality, stride, ownQuality, ownCost) => {
    const joined = { quality: new Float32Array(R * N), costUsd: new Float64Array(R * N) };
    for (let r = 0; r < R; r++) {
      others.forEach((m, k) => {
        joined.quality[r * N + m] = quality[r * stride + k];
        joined.costUsd[r * N + m] = predicted.costUsd[r * width + k];
      });
      joined.quality[r * N + left] = ownQuality(r);
      joined.costUsd[r * N + left] = ownCost(r);
    }
    return joined;
  };
  const routers = [
    ["full", full],
    // what is not a number is never chosen
    [
      "ignore",
      join(
        predicted.quality,
        width,
        () => Number.NaN,
        () => Number.NaN,
      ),
    ],
  ];
  [...samples].forEach(([id, rows], k) => {
    const cost = (r) => predicted.costUsd[r * width + known.length + k];
    routers.push([id, join(predicted.quality, width, (r) => predicted.quality[r * width + known.length + k], cost)]);
    if (!id.startsWith("random-")) return;
    // one pseudo-label of ½, as every baseline has it
    let sum = 0.5;
    for (const i of rows) sum += table.scores[training[i] * N + left];
    const mean = sum / (rows.length + 1);
    routers.push([id.replace("random", "mean"), join(predicted.quality, width, () => mean, cost)]);
  });
  const uniRoute = await uniRouteQuality(own, table, left, { train, validation, training }, samples, embedder, seed);
  const uniQuality = uniRoute.predict(heldOutEmbeddings);
  const randoms = [...samples.keys()].filter((id) => id.startsWith("random-"));
  const uniWidth = known.length + randoms.length;
  randoms.forEach((id, k) => {
    const at = [...samples.keys()].indexOf(id);
    const quality = (r) => uniQuality[r * uniWidth + known.length + k];
    const cost = (r) => predicted.costUsd[r * width + known.length + at];
    routers.push([id.replace("random", "uniroute"), join(uniQuality, uniWidth, quality, cost)]);
  });

  const truth = selectRows(table, heldOut);
  const replay = await replayChunks(
    table.models,
    routers.map(([id, predictions], i) => ({
      id,
      name: id,
      ...(i === 0 ? { role: "subject" } : {}),
      predict: () => predictions,
    })),
    lambdaGrid(dearestMeanCostUsd(selectRows(table, train).costs, N)),
    [
      {
        scores: truth.scores,
        costsUsd: truth.costs,
        promptKeys: Float64Array.from(truth.prompts, (prompt) => promptHash(prompt)),
      },
    ],
  );
  // the same seed resamples the same prompts in every unit of a set: differences are paired across models too
  const boot = bootstrapAiq([replay], { resamples, seed: 0 });
  keep(path, { set, seed, model: table.models[left], values: meansOverDraws(boot) });
  console.log(set, seed, table.models[left], `${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}

/**
 * UniRoute's k-means over the known models' labels on all training rows, with one more column a draw: known on its samples
 * alone. Clusters and pseudo-counts are tuned on what is known of the others.
 */
function uniRouteQuality(own, table, left, { train, validation, training }, samples, embedder, seed) {
  const N = table.models.length;
  const M = own.models.length;
  const drawn = [...samples].filter(([id]) => id.startsWith("random-"));
  const width = M + drawn.length;
  const models = [...own.models, ...drawn.map(([id]) => id)];
  const labelled = (rows, withDraws) => {
    const part = selectRows(own, rows);
    const scores = new Float32Array(rows.length * width).fill(Number.NaN);
    for (let r = 0; r < rows.length; r++) scores.set(part.scores.subarray(r * M, (r + 1) * M), r * width);
    if (withDraws) {
      const place = new Map(Array.from(rows, (r, i) => [r, i]));
      drawn.forEach(([, picked], k) => {
        for (const i of picked) {
          const at = place.get(training[i]);
          scores[at * width + M + k] = table.scores[training[i] * N + left];
        }
      });
    }
    const costs = new Float64Array(rows.length * width).fill(Number.NaN);
    return {
      embeddings: embedder.embedSync(part.prompts),
      dimensions: embedder.dimensions,
      table: { ...part, models, scores, costs, outputTokens: costs },
    };
  };
  // draws reach into the validation rows, whose own labels only tune: there UniRoute learns of the new model alone
  const all = labelled(training, true);
  const isTrain = new Set(train);
  training.forEach((r, i) => {
    if (!isTrain.has(r)) all.table.scores.fill(Number.NaN, i * width, i * width + M);
  });
  return fitUniRouteKMeans(all, labelled(validation, false), { seed });
}

/** AIQ of every entry on all rows and on every resample, draws averaged: "random-50" → {value, resamples}. */
function meansOverDraws({ ids, estimate, resamples: drawn }) {
  const groups = new Map();
  ids.forEach((id, e) => {
    if (id.startsWith("single:") || id === "oracle") return;
    const group = id.replace(/-\d+$/, (tail) => (/-\d+-\d+$/.test(id) ? "" : tail));
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(e);
  });
  const mean = (values, entries) => entries.reduce((sum, e) => sum + values[e], 0) / entries.length;
  return Object.fromEntries(
    [...groups].map(([group, entries]) => [
      group,
      { value: mean(estimate.aiq, entries), resamples: drawn.map(({ aiq }) => mean(aiq, entries)) },
    ]),
  );
}

const data = process.env.ONEHEAD_DATA;
if (!flags.table) {
  if (!data) {
    console.error("ONEHEAD_DATA names no folder: see docs/data.md");
    process.exit(2);
  }
  for (const seed of seeds) {
    for (const set of sets) {
      const table = await buildRowTable(openRows(join(data, set, `${set}.jsonl.gz`)));
      for (const left of table.models.keys()) await runOne(set, seed, table, left);
      keep(pathOf(set, seed, "models"), table.models.length);
    }
  }
}
const units = sets.map((set) =>
  seeds.map((seed) => {
    const found = [];
    for (let left = 0; existsSync(pathOf(set, seed, left)); left++) found.push(read(pathOf(set, seed, left)));
    const count = pathOf(set, seed, "models");
    return { set, seed, units: found, whole: existsSync(count) && read(count) === found.length };
  }),
);
const isProtocol = Object.entries(protocol).every(([name, value]) => flags[name] === value);
const isWhole = isProtocol && units.flat().every(({ whole }) => whole);
const folder = isWhole ? join(import.meta.dirname, "../results") : flags.work;
writeTable(
  folder,
  units.map((own) => own.filter(({ units: found }) => found.length > 0)).filter((own) => own.length > 0),
  { members, draws, counts, methods },
);
console.log(`table: ${join(folder, "new-models.md")}`);
