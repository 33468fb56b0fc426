// A pool of your own, your contract's prices, and requirements that a model must meet before its quality counts.
//
//   node examples/route-with-requirements.mjs ["a prompt"]
import { readFile } from "node:fs/promises";
import { estimateTokens, NoEligibleModelError, parseArtifact, Router } from "@onehead/core";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

const prompt =
  process.argv[2] ?? "Translate to French and explain the grammar: 'Had I known, I would have come earlier.'";

const artifact = parseArtifact(await readFile(new URL("../apps/cli/artifacts/default.onehead", import.meta.url)));
const embedder = embedderOf(artifact, { tables: [staticEnglish()] });
const router = new Router(artifact, {
  models: ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "claude-3-5-sonnet-20240620", "deepseek-v2.5-0908"],
  // what you pay replaces the list price that the artifact knows; nothing is retrained
  prices: { "deepseek-v2.5-0908": { inputUsdPerMillionTokens: 0.2, outputUsdPerMillionTokens: 0.8 } },
});
const question = { embedding: embedder.embedSync([prompt]), inputTokens: estimateTokens(prompt) };

for (const willingnessToPayUsd of [0.0005, 0.01, 0.2]) {
  const { model, ranking, excluded } = router.decide({ ...question, willingnessToPayUsd, deny: ["deepseek-*"] });
  console.log(`a right answer is worth $${willingnessToPayUsd}: ${model}`);
  for (const { model, predictedQuality, predictedCostUsd, uncertainty, eligible } of ranking) {
    const quality = `${(100 * predictedQuality).toFixed(0)} % ± ${(100 * uncertainty).toFixed(0)}`;
    console.log(
      `  ${model.padEnd(28)} ${quality.padEnd(12)} $${predictedCostUsd.toFixed(5)}${eligible ? "" : "  excluded"}`,
    );
  }
  console.log(`  excluded: ${excluded.map(({ model, reason }) => `${model} (${reason})`).join(", ")}`);
}

// when nobody is left, the error says why for every candidate
try {
  router.decide({ ...question, willingnessToPayUsd: 0.01, maxCostUsd: 1e-9 });
} catch (error) {
  if (!(error instanceof NoEligibleModelError)) throw error;
  console.log(`at most $0.000000001: ${error.code}, ${error.excluded[0].model} for ${error.excluded[0].reason}`);
}
