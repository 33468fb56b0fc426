// Question: does feedback repair a misjudged model, and what can hostile feedback do, on recorded scores of real models?
//
// For every set: train on 70 % of the prompts (seed 0, two members), put one model at a time into the pool with a profile that
// is off by 0.3 of mean quality (an inherited profile of itself with a shifted logit), and replay recorded scores of held-out
// prompts as feedback. A run is a seed: which prompts are judged, and by whom. Then the attacks, on the unshifted pool.
//
//   ONEHEAD_DATA=… node bench/quality/feedback.mjs [--sets llmrouter_nim,routerbench] [--runs 200] [--out DIR]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { argmaxReward, estimateTokens, Router } from "@onehead/core";
import { learning } from "@onehead/core/feedback";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, openRows, selectRows, splitTable } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { trainRouter } from "@onehead/train";

const { values: flags } = parseArgs({
  options: {
    sets: { type: "string", default: "llmrouter_nim,routerbench" },
    runs: { type: "string", default: "200" },
    out: { type: "string", default: join(import.meta.dirname, "../results") },
  },
});
const runs = Number(flags.runs);
const data = process.env.ONEHEAD_DATA;
if (!data) {
  console.error("ONEHEAD_DATA names no folder: see docs/data.md");
  process.exit(2);
}
const events = 1000;
const settings = { seed: 0, members: 2 };
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const logit = (q) => Math.log(q / (1 - q));

/** Held-out prompts of a set as a router sees them, with every model's recorded score. */
async function worldOf(set) {
  const table = await buildRowTable(openRows(join(data, set, `${set}.jsonl.gz`)));
  const { artifact } = await trainRouter(table, { name: set, settings });
  const { split } = artifact.manifest.training;
  const heldOut = selectRows(table, splitTable(table, split).heldOut);
  const embeddings = embedderOf(artifact).embedSync(heldOut.prompts);
  const { dimensions } = artifact.manifest.embedder;
  return {
    set,
    artifact,
    models: heldOut.models,
    scores: heldOut.scores,
    rows: heldOut.ids.length,
    embeddings,
    inputTokens: heldOut.inputTokens.map((tokens, r) => (tokens >= 0 ? tokens : estimateTokens(heldOut.prompts[r]))),
    embeddingOf: (row) => embeddings.subarray(row * dimensions, (row + 1) * dimensions),
  };
}

/** What a router that does not learn says of every held-out prompt: feedback on any model can refer to it. */
function decisionsOf(world, artifact, models) {
  const router = new Router(artifact, { models });
  return Array.from({ length: world.rows }, (_, row) =>
    router.decide({ embedding: world.embeddingOf(row), inputTokens: world.inputTokens[row] }),
  );
}

/** The world's artifact with a copy of `model` whose mean predicted quality is off by `shift`. */
function misjudge({ artifact, models, embeddings, inputTokens }, model, shift) {
  const base = new Router(artifact, { models: [model] }).predictBatch(embeddings, inputTokens).quality;
  let [low, high] = [-12, 12];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (mean(Array.from(base, (q) => sigmoid(logit(q) + middle) - q)) < shift) low = middle;
    else high = middle;
  }
  const id = `${model} (misjudged)`;
  const { aliases: _, ...measured } = artifact.manifest.candidates.find((candidate) => candidate.id === model);
  const profile = {
    kind: "inherited",
    from: model,
    qualityLogitShift: low * artifact.manifest.calibration.temperature,
    outputTokensFactor: 1,
    asOf: "2026-01-01",
  };
  const candidates = [...artifact.manifest.candidates, { ...measured, id, profile }];
  const misjudged = { ...artifact, manifest: { ...artifact.manifest, candidates } };
  return { id, artifact: misjudged, pool: models.map((name) => (name === model ? id : name)) };
}

/** Corrected less true mean quality of a misjudged model after honest feedback, over all runs. */
function recovery(world, model, shift) {
  const { id, artifact, pool } = misjudge(world, model, shift);
  const column = world.models.indexOf(model);
  const scoreOf = (row) => world.scores[row * world.models.length + column];
  const truth = mean(Array.from({ length: world.rows }, (_, row) => scoreOf(row)));
  const decisions = decisionsOf(world, artifact, pool);
  const base = decisions.map(({ ranking }) => ranking.find(({ model }) => model === id).predictedQuality);
  const left = [];
  for (let run = 0; run < runs; run++) {
    const random = createRandom(run, 5);
    const router = new Router(artifact, { models: pool, learning: learning() });
    let learnt = 0;
    for (let i = 0; i < events; i++) {
      const row = random.integer(world.rows);
      const feedback = { decision: decisions[row], model: id, score: scoreOf(row), source: `user-${i % 50}` };
      learnt = router.update(feedback).logitShift;
    }
    left.push(mean(base.map((q) => sigmoid(logit(q) + learnt))) - truth);
  }
  const within = left.filter((error) => Math.abs(error) <= 0.05).length / runs;
  const deviation = Math.sqrt(mean(left.map((error) => (error - mean(left)) ** 2)));
  return { model, shift, before: mean(base) - truth, after: mean(left), deviation, within };
}

const attacks = {
  "bad scores for whatever is chosen": (chosen) => [chosen, 0],
  "bad scores for the best model": (_chosen, _event, { best }) => [best, 0],
  "good for the cheap half, bad for the dear": (_chosen, event, { byPrice }) => {
    const place = event % byPrice.length;
    return [byPrice[place], place < byPrice.length / 2 ? 1 : 0];
  },
};

/** Share of held-out decisions that a thousand hostile scores change, after honest ones. */
function attack(world, { honest, perSource, hostile, attackRuns }, aim) {
  const { models } = world;
  const N = models.length;
  const { quality, costUsd } = new Router(world.artifact, { models }).predictBatch(world.embeddings, world.inputTokens);
  const column = (values, m) => mean(Array.from({ length: world.rows }, (_, row) => values[row * N + m]));
  const byPrice = models.map((_, m) => m).sort((a, b) => column(costUsd, a) - column(costUsd, b));
  const best = models.map((_, m) => m).reduce((a, b) => (column(quality, b) > column(quality, a) ? b : a));
  const dearest = column(costUsd, byPrice[N - 1]);
  const preferences = [3, 30, 300, 3000, Number.POSITIVE_INFINITY].map((multiple) => ({
    reward: "linear",
    lambdaUsd: multiple * dearest,
  }));
  const said = decisionsOf(world, world.artifact, models);
  const shares = [];
  for (let run = 0; run < attackRuns; run++) {
    const random = createRandom(run, 6);
    const router = new Router(world.artifact, { models, learning: learning() });
    const out = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    const chosen = (row, preference) =>
      router.choose(world.embeddingOf(row), world.inputTokens[row], preference, out).index;
    const say = (row, m, score, source) => router.update({ decision: said[row], model: models[m], score, source });
    for (let i = 0; i < honest * perSource; i++) {
      const row = random.integer(world.rows);
      const m = chosen(row, preferences[i % preferences.length]);
      say(row, m, world.scores[row * N + m], `user-${i % honest}`);
    }
    const decisions = () => {
      const now = router.predictBatch(world.embeddings, world.inputTokens);
      return preferences.map((preference) =>
        Array.from({ length: world.rows }, (_, row) =>
          argmaxReward(preference, now.quality, now.costUsd, N, null, row * N),
        ),
      );
    };
    const before = decisions();
    for (let i = 0; i < events; i++) {
      const row = random.integer(world.rows);
      const [m, score] = aim(chosen(row, preferences[i % preferences.length]), i, { best, byPrice });
      say(row, m, score, `bad-${i % hostile}`);
    }
    const after = decisions();
    shares.push(mean(before.map((row, p) => row.filter((m, r) => m !== after[p][r]).length / world.rows)));
  }
  return { mean: mean(shares), worst: Math.max(...shares) };
}

const crowds = [
  { honest: 0, perSource: 0, hostile: 1, attackRuns: 1 },
  { honest: 3, perSource: 20, hostile: 1, attackRuns: 5 },
  { honest: 10, perSource: 20, hostile: 1, attackRuns: 5 },
  { honest: 50, perSource: 20, hostile: 1, attackRuns: 5 },
  { honest: 50, perSource: 20, hostile: 1, attackRuns: 5, misjudged: true },
  { honest: 45, perSource: 20, hostile: 5, attackRuns: 5 },
];

const startedMs = performance.now();
const report = { command: "node bench/quality/feedback.mjs", node: process.version, runs, events, settings, sets: [] };
for (const set of flags.sets.split(",")) {
  const world = await worldOf(set);
  const qualityOf = (m) =>
    mean(Array.from({ length: world.rows }, (_, row) => world.scores[row * world.models.length + m]));
  const order = world.models.map((_, m) => m).sort((a, b) => qualityOf(a) - qualityOf(b));
  // the weakest can only be thought too good, the strongest only too bad, by as much as 0.3
  const cases = [
    [order[0], 0.3],
    [order[order.length >> 1], 0.3],
    [order[order.length >> 1], -0.3],
    [order[order.length - 1], -0.3],
  ];
  const recoveries = cases.map(([m, shift]) => recovery(world, world.models[m], shift));
  // a pool in which feedback has something to correct: the middle model is thought too good
  const { artifact, pool } = misjudge(world, world.models[order[order.length >> 1]], 0.3);
  const misjudgedWorld = { ...world, artifact, models: pool };
  const hostile = crowds.flatMap((crowd, c) =>
    Object.entries(attacks).map(([name, aim]) => {
      return { crowd: c, ...crowd, attack: name, ...attack(crowd.misjudged ? misjudgedWorld : world, crowd, aim) };
    }),
  );
  report.sets.push({ set, heldOutRows: world.rows, models: world.models.length, recoveries, hostile });
  console.log(set, `after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
const percent = (value) => `${(100 * value).toFixed(2)} %`;
const lines = [
  "# Feedback on recorded scores",
  "",
  "Made by `node bench/quality/feedback.mjs`; the question and the method are in its header.",
];
for (const { set, heldOutRows, models, recoveries, hostile } of report.sets) {
  lines.push(
    "",
    `## ${set}: ${heldOutRows} held-out prompts, ${models} models`,
    "",
    `A thousand recorded scores from 50 sources, ${runs} runs; errors are corrected less true mean quality.`,
    "",
    "| model | error before | error after, mean ± sd | runs within 0.05 |",
    "| --- | --- | --- | --- |",
    ...recoveries.map(
      ({ model, before, after, deviation, within }) =>
        `| ${model} | ${signed(before)} | ${signed(after)} ± ${deviation.toFixed(3)} | ${percent(within)} |`,
    ),
    "",
    "Decisions changed by a thousand hostile scores, mean over five λ and the runs (worst run):",
    "",
    `| honest sources, hostile ones | ${Object.keys(attacks).join(" | ")} |`,
    "| --- | --- | --- | --- |",
    ...crowds.map(({ honest, hostile: bad, misjudged }, c) => {
      const cells = hostile.filter((entry) => entry.crowd === c);
      return `| ${honest} with 20 scores each, ${bad}${misjudged ? ", one model misjudged" : ""} | ${cells.map((cell) => `${percent(cell.mean)} (${percent(cell.worst)})`).join(" | ")} |`;
    }),
  );
}
writeFileSync(join(flags.out, "feedback.json"), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(join(flags.out, "feedback.md"), `${lines.join("\n")}\n`);
