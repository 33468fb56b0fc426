import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callCostUsd, listPrices, quarterOfCharacters } from "./list-prices.mjs";
import { mmluProPrompt } from "./mmlu-pro-questions.mjs";
import { readZip } from "./read-zip.mjs";
import { runConverter } from "./run-converter.mjs";

/** Any one of MMLU-Pro's output files: only its questions are read. */
const questionSource = "model_outputs_gemini-1.5-pro-002_5shots.zip";

/**
 * Rows of the Open LLM Leaderboard v2 as somerstep/CARROT keeps them: MMLU-Pro, then BIG-Bench-Hard by task.
 *
 * `matrices` is what `export-openllm_v2.py` writes, `{task: {models, correctness: models × questions}}`; the questions
 * stand in the order of MMLU-Pro's test split and of BIG-Bench-Hard's `bbh/<task>.json`. Scores are log-likelihoods
 * turned into 0 or 1, so an answer is one token and the cost is that of reading the prompt.
 */
export function* convertOpenLlm(matrices, mmluProCheckout, bbhCheckout) {
  const tasks = JSON.parse(readFileSync(matrices, "utf8"));
  const mmluPro = readMmluProQuestions(join(mmluProCheckout, "eval_results", questionSource));
  yield* convertTask(tasks["leaderboard_mmlu_pro"], mmluPro);
  for (const name of Object.keys(tasks).sort()) {
    const task = /^leaderboard_bbh_(.*)$/.exec(name)?.[1];
    if (task !== undefined) yield* convertTask(tasks[name], readBbhQuestions(bbhCheckout, task));
  }
}

function* convertTask({ models, correctness }, questions) {
  const prices = listPrices("openllm_v2");
  const rowOfModel = new Map(models.map((model, row) => [plainName(model), row]));
  for (const row of correctness) {
    if (row.length === questions.length) continue;
    throw new Error(`convertOpenLlm: ${questions[0]?.dataset}: ${row.length} scores for ${questions.length} questions`);
  }
  for (const [index, question] of questions.entries()) {
    const inputTokens = quarterOfCharacters(question.prompt);
    const scores = {};
    const costs = {};
    const outputTokens = {};
    for (const [model, price] of Object.entries(prices)) {
      scores[model] = correctness[rowOfModel.get(model)][index];
      outputTokens[model] = 1;
      costs[model] = callCostUsd(price, inputTokens, 1);
    }
    yield { ...question, scores, costs, inputTokens, outputTokens };
  }
}

/** `open-llm-leaderboard/Qwen__QwQ-32B-Preview-details` is Qwen/QwQ-32B-Preview. */
function plainName(model) {
  return model
    .replace("open-llm-leaderboard/", "")
    .replace("__", "/")
    .replace(/-details$/, "");
}

function readMmluProQuestions(path) {
  const entries = [];
  for (const { name, read } of readZip(path)) {
    if (name.endsWith(".json") && !name.startsWith("__MACOSX/")) entries.push(JSON.parse(read().toString("utf8")));
  }
  const questions = entries.filter(Array.isArray).flat();
  questions.sort((a, b) => a.question_id - b.question_id);
  return questions.map((entry) => ({
    id: `openllm/mmlupro/${entry.question_id}`,
    dataset: `mmlu_pro/${entry.category}`,
    prompt: mmluProPrompt(entry),
  }));
}

function readBbhQuestions(checkout, task) {
  const { examples } = JSON.parse(readFileSync(join(checkout, "bbh", `${task}.json`), "utf8"));
  return examples.map(({ input }, index) => ({
    id: `openllm/bbh_${task}/${index}`,
    dataset: `bbh/${task}`,
    prompt: input,
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const paths = ["exported JSON", "MMLU-Pro checkout", "BIG-Bench-Hard checkout"];
  await runConverter("openllm_v2", paths, convertOpenLlm);
}
