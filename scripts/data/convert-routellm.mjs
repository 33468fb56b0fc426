import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callCostUsd, listPrices, quarterOfCharacters } from "./list-prices.mjs";
import { readCsvFile } from "./read-csv-file.mjs";
import { runConverter } from "./run-converter.mjs";

/** Our names of the two models, and the columns that hold them. */
const columnOfModel = {
  "mistralai/Mixtral-8x7B-Instruct-v0.1": "mixtral-8x7b-instruct-v0.1",
  "gpt-4-1106-preview": "gpt-4-1106-preview",
};

/**
 * Rows of lm-sys/RouteLLM's evaluation: MMLU domains in order of name, then GSM8K.
 *
 * `routellm/evals/mmlu/responses/mmlu_<domain>.csv` has `prompt` and a True/False column a model, one answer token;
 * `routellm/evals/gsm8k/gsm8k_responses.csv` has beside them `<model>_response`, whose characters give the tokens.
 * Prompts that RouteLLM found in its own training data stay in: nothing here is trained on that data.
 */
export function* convertRouteLlm(checkout) {
  const evals = join(checkout, "routellm", "evals");
  const responses = join(evals, "mmlu", "responses");
  for (const name of readdirSync(responses).sort()) {
    const domain = /^mmlu_(.*)\.csv$/.exec(name)?.[1];
    if (domain !== undefined) yield* convertFile(join(responses, name), `mmlu/${domain}`);
  }
  yield* convertFile(join(evals, "gsm8k", "gsm8k_responses.csv"), "gsm8k");
}

function* convertFile(path, dataset) {
  const prices = listPrices("routellm");

  for (const [index, record] of readCsvFile(path).entries()) {
    const inputTokens = quarterOfCharacters(record.prompt);
    const scores = {};
    const costs = {};
    const outputTokens = {};
    for (const [model, column] of Object.entries(columnOfModel)) {
      const response = record[`${column}_response`];
      scores[model] = toScore(record[column], `${path} row ${index + 1}: ${column}`);
      outputTokens[model] = response === undefined ? 1 : quarterOfCharacters(response);
      costs[model] = callCostUsd(prices[model], inputTokens, outputTokens[model]);
    }
    yield {
      id: `routellm/${dataset}/${index}`,
      dataset,
      prompt: record.prompt,
      scores,
      costs,
      inputTokens,
      outputTokens,
    };
  }
}

function toScore(cell, where) {
  if (cell === "True") return 1;
  if (cell === "False") return 0;
  throw new Error(`convertRouteLlm: ${where} is neither True nor False`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runConverter("routellm", ["RouteLLM checkout"], convertRouteLlm);
}
