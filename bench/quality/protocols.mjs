// Which labels of the training and validation rows a router may see. Held-out rows always keep all of theirs.
import { createRandom } from "@onehead/core/training";
import { maskRows } from "@onehead/data";

/** Raised when a protocol's definition changes: kept units of the old one are then redone. */
const definition = 1;

/** Share of a log's prompts whose model is drawn at random, so that every model has some labels. */
const exploration = 0.2;
/** Decades of λ around the dearest model's mean cost that the log's users choose from. */
const preferenceDecades = [-2, 2];

export const protocols = {
  dense: {
    title: "dense rows",
    text: "Every training and validation prompt is scored for every model.",
    labels: (table) => table,
  },
  sparse: {
    title: "sparse rows",
    text:
      "Every training and validation prompt is scored for a random tenth of the models, at least one (a share that is no " +
      "whole number of models is rounded up or down at random); the mask's seed is that of the split. Costs and answer " +
      "tokens are masked like scores.",
    labels: (table, _split, seed) => maskRows(table, { fraction: 0.1, seed }),
  },
  log: {
    title: "rows of a log",
    text:
      "Every training and validation prompt is scored for one model, as a log has it: with probability .2 a model drawn " +
      "uniformly, else the one that a router blind to prompts takes: argmax of mean score − mean cost / λ, means over the " +
      "training rows, log λ drawn uniformly within two decades of the dearest model's mean cost. Costs and answer tokens are " +
      "masked like scores.",
    labels: logLabels,
  },
};

export const protocolNames = Object.keys(protocols);

/** Changes with whatever a protocol does to labels. */
export function protocolVersion(name) {
  return `${name}/${definition}`;
}

/** A table of which every row keeps the label of one model, as chosen by a policy that cannot see the prompt. */
function logLabels(table, split, seed) {
  const N = table.models.length;
  const { quality, costUsd } = meansOf(table, split.train);
  const dearest = Math.max(...costUsd);
  // its own stream: the masks of the sparse protocol use the seed's first
  const random = createRandom(seed, 1);
  const masked = {
    ...table,
    scores: new Float32Array(table.scores.length).fill(Number.NaN),
    costs: new Float64Array(table.costs.length).fill(Number.NaN),
    outputTokens: new Float64Array(table.outputTokens.length).fill(Number.NaN),
  };
  const [low, high] = preferenceDecades;
  for (let row = 0; row < table.ids.length; row++) {
    const explores = random.uniform() < exploration;
    const drawn = random.integer(N);
    const lambdaUsd = dearest * 10 ** (low + (high - low) * random.uniform());
    const scored = table.models.map((_, m) => !Number.isNaN(table.scores[row * N + m]));
    const wanted = explores ? drawn : bestOf(quality, costUsd, lambdaUsd, scored);
    // where that model was never scored on this prompt, the next one that was
    let model = wanted;
    while (!scored[model]) model = (model + 1) % N;
    const cell = row * N + model;
    masked.scores[cell] = table.scores[cell];
    masked.costs[cell] = table.costs[cell];
    masked.outputTokens[cell] = table.outputTokens[cell];
  }
  return masked;
}

function bestOf(quality, costUsd, lambdaUsd, scored) {
  let best = -1;
  for (let m = 0; m < quality.length; m++) {
    if (!scored[m]) continue;
    if (best < 0 || quality[m] - costUsd[m] / lambdaUsd > quality[best] - costUsd[best] / lambdaUsd) best = m;
  }
  return best;
}

/** Mean known score and cost of every model on some rows. */
function meansOf(table, rows) {
  const N = table.models.length;
  const meanOf = (values) =>
    table.models.map((_, m) => {
      let sum = 0;
      let known = 0;
      for (const row of rows) {
        const value = values[row * N + m];
        if (Number.isNaN(value)) continue;
        sum += value;
        known++;
      }
      return known > 0 ? sum / known : 0;
    });
  return { quality: meanOf(table.scores), costUsd: meanOf(table.costs) };
}
