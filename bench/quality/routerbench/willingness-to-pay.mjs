/** The values that RouterBench's routers multiply a predicted score with, `WILLINGNESS_TO_PAY` of its utils.py. */
export const willingnessToPay = [
  1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 5e-3, 0.01, 0.1, 0.5, 1, 1.5, 2, 10, 50, 100, 500, 1e3, 2e3, 3e3,
  4e3, 5e3, 7.5e3, 1e4, 2.5e4, 5e4, 7.5e4, 1e5, 1e6, 1e9,
];

/** USD per token, prompt and completion, as the repository's routers/common.py has them (a tenth of the list prices). */
const tokenCosts = {
  "mistralai/mixtral-8x7b-chat": [0.6e-7, 0.6e-7],
  "mistralai/mistral-7b-chat": [0.2e-7, 0.2e-7],
  "meta/code-llama-instruct-34b-chat": [0.776e-7, 0.776e-7],
  "WizardLM/WizardLM-13B-V1.2": [0.3e-7, 0.3e-7],
  "zero-one-ai/Yi-34B-Chat": [0.8e-7, 0.8e-7],
  "gpt-3.5-turbo-1106": [1e-7, 2e-7],
  "claude-instant-v1": [0.8e-7, 2.4e-7],
  "claude-v1": [8e-7, 24e-7],
  "claude-v2": [8e-7, 24e-7],
  "gpt-4-1106-preview": [10e-7, 30e-7],
  "meta/llama-2-70b-chat": [0.9e-7, 0.9e-7],
};

/**
 * The constant price a model that RouterBench's routers reckon with, prompt + completion per token; a model that it does not
 * list gets its mean cost a call in the same unit.
 *
 * @param {readonly string[]} models
 * @param {Float64Array} meanCostsUsd (N) on training rows
 * @returns {{ prices: Float64Array, callsPerUnit: number }} prices (N), and what a mean cost is divided by to compare with them
 */
export function constantPrices(models, meanCostsUsd) {
  const listed = models.map((model) => (Object.hasOwn(tokenCosts, model) ? tokenCosts[model] : null));
  const known = listed.flatMap((own, m) => (own === null ? [] : [m]));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const unit =
    known.length === 0
      ? 1
      : sum(known.map((m) => meanCostsUsd[m])) / sum(known.map((m) => listed[m][0] + listed[m][1]));
  const prices = Float64Array.from(models, (_, m) =>
    listed[m] === null ? meanCostsUsd[m] / unit : listed[m][0] + listed[m][1],
  );
  return { prices, callsPerUnit: unit };
}
