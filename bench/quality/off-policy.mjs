// Question: how near to the truth, and how honest about it, is off-policy evaluation on recorded scores of real models?
//
// Dense rows know what every model would have got. A router that was hardly trained logs one call a held-out prompt (ε-greedy at one
// λ, so that scores of the models it did not choose are thrown away); a fully trained one is judged on that log by
// `evaluateOffPolicy` and, for the truth, on the dense rows. Logs are drawn anew in every replication.
//
//   ONEHEAD_DATA=… node bench/quality/off-policy.mjs [--set llmrouter_nim] [--replications 40] [--out DIR]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { argmaxReward, estimateTokens, Router } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, openRows, selectRows, splitTable } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { evaluateOffPolicy } from "@onehead/eval";
import { trainRouter } from "@onehead/train";

const { values: flags } = parseArgs({
  options: {
    set: { type: "string", default: "llmrouter_nim" },
    replications: { type: "string", default: "40" },
    out: { type: "string", default: join(import.meta.dirname, "../results") },
  },
});
const replications = Number(flags.replications);
const data = process.env.ONEHEAD_DATA;
if (!data) {
  console.error("ONEHEAD_DATA names no folder: see docs/data.md");
  process.exit(2);
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

const table = await buildRowTable(openRows(join(data, flags.set, `${flags.set}.jsonl.gz`)));
const train = async (settings) =>
  (await trainRouter(table, { name: flags.set, settings: { seed: 0, ...settings } })).artifact;
const [logging, judged] = [await train({ members: 1, epochs: 1, anchors: 16 }), await train({ members: 2 })];
const heldOut = selectRows(table, splitTable(table, judged.manifest.training.split).heldOut);
const { models } = heldOut;
const N = models.length;
const R = heldOut.ids.length;
const inputTokens = heldOut.inputTokens.map((tokens, r) => (tokens >= 0 ? tokens : estimateTokens(heldOut.prompts[r])));
const predict = (artifact) => {
  const embeddings = embedderOf(artifact).embedSync(heldOut.prompts);
  return { embeddings, ...new Router(artifact, { models }).predictBatch(embeddings, inputTokens) };
};
const [byLogging, byJudged] = [predict(logging), predict(judged)];
const dearest = Math.max(
  ...models.map((_, m) => mean(Array.from({ length: R }, (_row, r) => heldOut.costs[r * N + m]))),
);
const lambdas = [3, 30, 300].map((multiple) => multiple * dearest);
const loggingLambda = 30 * dearest;

/** Reward that the choices of a prediction really bring at λ. */
function trueReward({ quality, costUsd }, lambdaUsd, chosenAt = lambdaUsd) {
  const preference = { reward: "linear", lambdaUsd: chosenAt };
  return mean(
    Array.from({ length: R }, (_, r) => {
      const m = argmaxReward(preference, quality, costUsd, N, null, r * N);
      return heldOut.scores[r * N + m] - heldOut.costs[r * N + m] / lambdaUsd;
    }),
  );
}

/** One log: a call a held-out prompt. */
async function* drawLog(rate, seed) {
  const router = new Router(logging, { models });
  const { dimensions } = logging.manifest.embedder;
  const random = createRandom(seed, 31);
  for (let r = 0; r < R; r++) {
    const embedding = byLogging.embeddings.subarray(r * dimensions, (r + 1) * dimensions);
    const request = { embedding, inputTokens: inputTokens[r], willingnessToPayUsd: loggingLambda };
    const { model, propensity } = router.decide({ ...request, exploration: { rate, random } });
    const at = r * N + models.indexOf(model);
    yield {
      id: heldOut.ids[r],
      prompt: heldOut.prompts[r],
      scores: { [model]: heldOut.scores[at] },
      costs: { [model]: heldOut.costs[at] },
      inputTokens: inputTokens[r],
      propensities: { [model]: propensity },
    };
  }
}

const estimators = ["ips", "selfNormalised", "doublyRobust"];
const report = {
  command: "node bench/quality/off-policy.mjs",
  node: process.version,
  set: flags.set,
  rows: R,
  replications,
  rates: [],
};
const embedder = embedderOf(judged);
for (const rate of [0.1, 0.3, 1]) {
  const evaluations = [];
  for (let seed = 0; seed < replications; seed++) {
    evaluations.push(
      await evaluateOffPolicy({
        artifact: judged,
        embedder,
        rows: drawLog(rate, seed),
        preferences: lambdas.map((willingnessToPayUsd) => ({ willingnessToPayUsd })),
        resamples: 200,
      }),
    );
  }
  const settings = lambdas.map((lambdaUsd, l) => {
    const truth = trueReward(byJudged, lambdaUsd);
    const results = evaluations.map((evaluation) => evaluation.settings[l]);
    const errorsOf = (name) => results.map(({ reward }) => reward[name].value - truth);
    // what the log's own router gets on the mean over its draws, at this λ
    const greedy = trueReward(byLogging, lambdaUsd, loggingLambda);
    const even = mean(Array.from({ length: R * N }, (_, i) => heldOut.scores[i] - heldOut.costs[i] / lambdaUsd));
    const gain = truth - ((1 - rate) * greedy + rate * even);
    const count = (verdict) => results.filter((result) => result.verdict === verdict).length;
    return {
      multiple: Math.round(lambdaUsd / dearest),
      truth,
      gain,
      effectiveSampleSize: mean(results.map(({ weights }) => weights.effectiveSampleSize)),
      estimators: Object.fromEntries(
        estimators.map((name) => [name, { bias: mean(errorsOf(name)), deviation: deviation(errorsOf(name)) }]),
      ),
      covered: results.filter(
        ({ reward: { doublyRobust } }) => doublyRobust.interval[0] <= truth && truth <= doublyRobust.interval[1],
      ).length,
      verdicts: { better: count("better"), worse: count("worse"), "not enough evidence": count("not enough evidence") },
    };
  });
  report.rates.push({ rate, settings });
  console.log("rate", rate, "done");
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
const lines = [
  "# Off-policy evaluation against the truth",
  "",
  "Made by `node bench/quality/off-policy.mjs`; the question and the method are in its header.",
  "",
  `${flags.set}: ${R} logged calls, ${N} models, ${replications} logs a rate; λ in multiples of the dearest model's mean cost. Errors are of the mean reward, bias ± sd.`,
  "",
  "| ε | λ | true gain | ESS | IPS | self-normalised | doubly robust | interval holds the truth | better / worse / not enough |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ...report.rates.flatMap(({ rate, settings }) =>
    settings.map(({ multiple, gain, effectiveSampleSize, estimators: of, covered, verdicts }) => {
      const errors = estimators.map((name) => `${signed(of[name].bias)} ± ${of[name].deviation.toFixed(4)}`);
      const judgedAs = [verdicts.better, verdicts.worse, verdicts["not enough evidence"]].join(" / ");
      return `| ${rate} | ${multiple} | ${signed(gain)} | ${effectiveSampleSize.toFixed(0)} | ${errors.join(" | ")} | ${covered} of ${replications} | ${judgedAs} |`;
    }),
  ),
];
writeFileSync(join(flags.out, "off-policy.json"), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(join(flags.out, "off-policy.md"), `${lines.join("\n")}\n`);
