import type { Reasoning, Warning } from "@onehead/provider";
import { effortOf } from "@onehead/provider-http";

type Effort = "none" | "minimal" | "low" | "medium" | "high";

/**
 * Whether to think, and how long where the model has levels: gpt-oss has three and always thinks; the others refuse levels.
 *
 * Source: https://docs.ollama.com/capabilities/thinking
 */
export function toThink(
  model: string,
  reasoning: Reasoning | undefined,
  warnings: Warning[],
): boolean | "low" | "medium" | "high" | undefined {
  if (reasoning === undefined) return undefined;
  const isBudget = !("effort" in reasoning);
  const asked = isBudget ? nearestEffort(reasoning.budgetTokens) : reasoning.effort;
  const think = /gpt-oss/i.test(model) ? levelOf(asked) : asked !== "none";
  const exact = think === asked || (think === false && asked === "none") || (think === true && asked === "high");
  if (isBudget) {
    const message = `Ollama counts no tokens of reasoning: ${reasoning.budgetTokens} are sent as ${think}`;
    warnings.push({ field: "reasoning.budgetTokens", message });
  } else if (!exact) {
    const message = `${asked} is sent as ${think}: this model knows no other`;
    warnings.push({ field: "reasoning.effort", message });
  }
  return think;
}

function levelOf(effort: Effort): "low" | "medium" | "high" {
  return effort === "none" || effort === "minimal" ? "low" : effort;
}

function nearestEffort(budgetTokens: number): Effort {
  return budgetTokens <= 0 ? "none" : effortOf(budgetTokens);
}
