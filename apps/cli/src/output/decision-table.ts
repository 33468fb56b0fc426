import type { Decision } from "@onehead/core";

/** The ranking of a decision as aligned text, the choice marked. */
export function decisionTable(decision: Decision): string {
  const width = Math.max(5, ...[...decision.ranking, ...decision.excluded].map(({ model }) => model.length));
  const reasons = new Map(decision.excluded.map(({ model, detail }) => [model, detail]));
  const lines = decision.ranking.map((candidate) => {
    const { model, predictedQuality, predictedCostUsd, uncertainty, profile, eligible } = candidate;
    const mark = model === decision.model ? "→" : " ";
    // a baseline does not say how sure it is
    const spread = Number.isFinite(uncertainty) ? `± ${uncertainty.toFixed(3)}` : "       ";
    const quality = `${predictedQuality.toFixed(3)} ${spread}`;
    const note = eligible ? (profile === "measured" ? "" : profile) : `excluded: ${reasons.get(model)}`;
    return `${mark} ${model.padEnd(width)}  ${quality}  ${formatUsd(predictedCostUsd).padStart(11)}  ${note}`.trimEnd();
  });
  // what has no price has no place in a ranking
  const ranked = new Set(decision.ranking.map(({ model }) => model));
  const unranked = decision.excluded.filter(({ model }) => !ranked.has(model));
  const { reward, lambdaUsd } = decision.preference;
  return [
    `  ${"model".padEnd(width)}  quality        predicted USD`,
    ...lines,
    ...unranked.map(({ model, detail }) => `  ${model.padEnd(width)}  excluded: ${detail}`),
    `${reward} reward at ${formatUsd(lambdaUsd)} for a right answer, ${decision.inputTokens} input tokens`,
  ].join("\n");
}

/** Three significant digits without an exponent where it stays readable. */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return "any price";
  return `$${usd >= 1 ? usd.toFixed(2) : usd.toFixed(Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(usd || 1)))))}`;
}
