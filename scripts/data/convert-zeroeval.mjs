import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callCostUsd, listPrices, quarterOfCharacters, toFiveDigits } from "./list-prices.mjs";
import { runConverter } from "./run-converter.mjs";

const tasks = ["gsm", "crux", "math-l5"];

/** Characters of ZeroEval's answer template, which is the same around every question of the three tasks. */
const templateCharacters = 319;

/**
 * Rows of WildEval/ZeroEval: the prompts of GSM8K, CRUX and MATH level 5 that all 27 models answered, in the order of
 * the first model's file.
 *
 * `result_dirs_parsed/<task>/<model>.json` is an array of
 * `{id, question or problem, output: [text], matched}`; the score is 1 where `matched` (or `solved`) is true. The prompt
 * is the bare question; its tokens count the template too.
 */
export function* convertZeroEval(checkout) {
  const prices = listPrices("zeroeval");
  const models = Object.keys(prices);
  for (const task of tasks) {
    const results = models.map((model) => readResults(join(checkout, "result_dirs_parsed", task, `${model}.json`)));
    for (const [id, first] of results[0]) {
      if (results.some((result) => !result.has(id))) continue;
      const prompt = first.question ?? first.problem;
      const inputTokens = Math.ceil(([...prompt].length + templateCharacters) / 4);
      const scores = {};
      const costs = {};
      const outputTokens = {};
      for (const [index, model] of models.entries()) {
        const item = results[index].get(id);
        scores[model] = item.matched === true || item.solved === true ? 1 : 0;
        outputTokens[model] = quarterOfCharacters(item.output[0]);
        costs[model] = toFiveDigits(callCostUsd(prices[model], inputTokens, outputTokens[model]));
      }
      yield { id: `${task}/${id}`, dataset: `zeroeval-${task}`, prompt, scores, costs, inputTokens, outputTokens };
    }
  }
}

function readResults(path) {
  return new Map(JSON.parse(readFileSync(path, "utf8")).map((item) => [String(item.id), item]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runConverter("zeroeval", ["ZeroEval checkout"], convertZeroEval);
}
