import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callCostUsd, listPrices, quarterOfCharacters } from "./list-prices.mjs";
import { runConverter } from "./run-converter.mjs";

/** Answer tokens that every call is charged for: the source's own counts are not used, so costs compare prices only. */
const assumedOutputTokens = 256;

/**
 * Rows of ulab-uiuc/LLMRouter's example data: the queries that all 9 models answered, train before test.
 *
 * `data/example_data/routing_data/default_routing_<part>_data.jsonl` has one line a call,
 * `{task_name, query, ground_truth, metric, model_name, performance}`. A query counts once, where it comes first; its
 * number in the id is its place among the distinct queries of its part.
 */
export function* convertLlmRouter(checkout) {
  const prices = listPrices("llmrouter_nim");
  const models = Object.keys(prices);
  const seen = new Set();
  for (const part of ["train", "test"]) {
    const path = join(checkout, "data", "example_data", "routing_data", `default_routing_${part}_data.jsonl`);
    for (const [number, { query, task, scores }] of readQueries(path).entries()) {
      if (seen.has(query) || models.some((model) => scores[model] === undefined)) continue;
      seen.add(query);
      const inputTokens = quarterOfCharacters(query);
      const costOf = (model) => callCostUsd(prices[model], inputTokens, assumedOutputTokens);
      yield {
        id: `llmrouter/${part}/${number}`,
        dataset: task,
        prompt: query,
        scores: Object.fromEntries(models.map((model) => [model, scores[model]])),
        costs: Object.fromEntries(models.map((model) => [model, costOf(model)])),
        inputTokens,
      };
    }
  }
}

/** The distinct queries of a part in order of appearance, with the performance of each model. */
function readQueries(path) {
  const queries = new Map();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.trim() === "") continue;
    const call = JSON.parse(line);
    const key = JSON.stringify([call.task_name, call.query, call.ground_truth, call.metric]);
    const known = queries.get(key) ?? { query: call.query, task: call.task_name, scores: {} };
    queries.set(key, known);
    known.scores[call.model_name] = call.performance;
  }
  return [...queries.values()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runConverter("llmrouter_nim", ["LLMRouter checkout"], convertLlmRouter);
}
