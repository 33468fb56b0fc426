import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callCostUsd, listPrices, quarterOfCharacters, toFiveDigits } from "./list-prices.mjs";
import { mmluProPrompt } from "./mmlu-pro-questions.mjs";
import { readZip } from "./read-zip.mjs";
import { runConverter } from "./run-converter.mjs";

/**
 * Rows of TIGER-AI-Lab/MMLU-Pro's published outputs, by question id: the questions that all 14 models answered.
 *
 * `eval_results/model_outputs_<model>_5shots.zip` holds JSON arrays of
 * `{question_id, question, options, answer, category, pred, model_outputs}`. The score is `pred === answer` as the
 * source recorded it (where it found no letter in an output it drew one at random); tokens are a quarter of the
 * characters of prompt and output.
 */
export function* convertMmluPro(checkout) {
  const prices = listPrices("mmlu_pro");
  const models = Object.keys(prices);
  const questions = new Map();
  for (const model of models) {
    for (const entry of readOutputs(checkout, model)) {
      const question = questions.get(entry.question_id) ?? { entry, outputs: {} };
      questions.set(entry.question_id, question);
      question.outputs[model] = { isRight: entry.pred === entry.answer, text: entry.model_outputs ?? "" };
    }
  }
  for (const [questionId, { entry, outputs }] of [...questions].sort(([a], [b]) => a - b)) {
    if (models.some((model) => outputs[model] === undefined)) continue;
    const prompt = mmluProPrompt(entry);
    const inputTokens = quarterOfCharacters(prompt);
    const row = { id: `mmlupro/${questionId}`, dataset: `mmlu_pro/${entry.category}`, prompt, inputTokens };
    const scores = {};
    const costs = {};
    const outputTokens = {};
    for (const model of models) {
      scores[model] = outputs[model].isRight ? 1 : 0;
      outputTokens[model] = quarterOfCharacters(outputs[model].text);
      costs[model] = toFiveDigits(callCostUsd(prices[model], inputTokens, outputTokens[model]));
    }
    yield { ...row, scores, costs, outputTokens };
  }
}

function* readOutputs(checkout, model) {
  // the source writes Llama-3_1 in file names, but gemini-1.5
  const name = model.replace("-3.1-", "-3_1-");
  const path = join(checkout, "eval_results", `model_outputs_${name}_5shots.zip`);
  for (const { name: file, read } of readZip(path)) {
    if (!file.endsWith(".json") || file.startsWith("__MACOSX/")) continue;
    const entries = JSON.parse(read().toString("utf8"));
    if (!Array.isArray(entries)) continue;
    for (const entry of entries) {
      if (!("pred" in entry)) throw new Error(`convertMmluPro: an entry of ${path}: ${file} has no pred`);
      yield entry;
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runConverter("mmlu_pro", ["MMLU-Pro checkout"], convertMmluPro);
}
