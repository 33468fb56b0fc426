import type { Reasoning, Warning } from "@onehead/provider";
import { effortOf } from "@onehead/provider-http";

interface ReasoningFields {
  reasoning_effort?: string;
  prompt_mode?: "reasoning";
}

/**
 * How long to think, as the model's family takes it: Magistral always thinks, Small and Medium know "none" and "high" alone, and
 * the others have levels.
 *
 * Source: https://docs.mistral.ai/inference/conversations/reasoning
 */
export function toReasoning(model: string, reasoning: Reasoning | undefined, warnings: Warning[]): ReasoningFields {
  if (reasoning === undefined) return {};
  const isBudget = !("effort" in reasoning);
  const field = isBudget ? "reasoning.budgetTokens" : "reasoning.effort";
  const asked = isBudget ? nearestEffort(reasoning.budgetTokens) : reasoning.effort;
  if (/^magistral\b/.test(model)) {
    if (isBudget || asked !== "high") warnings.push({ field, message: "Magistral thinks as long as it sees fit" });
    return { prompt_mode: "reasoning" };
  }
  const twoLevels = /^mistral-(small|medium)\b/.test(model);
  const effort = twoLevels && asked !== "none" ? "high" : asked;
  if (isBudget) {
    const message = `Mistral takes efforts: ${reasoning.budgetTokens} tokens are sent as ${effort}`;
    warnings.push({ field, message });
  } else if (effort !== asked) {
    warnings.push({ field, message: `${asked} is sent as high: this model knows none and high` });
  }
  return { reasoning_effort: effort };
}

function nearestEffort(budgetTokens: number): string {
  return budgetTokens <= 0 ? "none" : effortOf(budgetTokens);
}
