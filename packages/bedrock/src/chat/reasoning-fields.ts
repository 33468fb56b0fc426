import type { Reasoning, Warning } from "@onehead/provider";
import { effortBudgets, effortOf } from "@onehead/provider-http";

/** Where a wish for reasoning goes: fields of the model's own, and an effort that Converse itself has. */
export interface ReasoningFields {
  additional?: Record<string, unknown> | undefined;
  effort?: string | undefined;
}

type Effort = "low" | "medium" | "high";

/**
 * How long to think, as each family of models is told: Claude by a budget (from 4.6 on by an effort), Nova 2 and gpt-oss by an
 * effort. Others are not told.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html and
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 */
export function reasoningFields(
  model: string,
  reasoning: Reasoning | undefined,
  maxOutputTokens: number | undefined,
  warnings: Warning[],
): ReasoningFields {
  if (reasoning === undefined) return {};
  if (/anthropic|claude/i.test(model)) return forClaude(model, reasoning, maxOutputTokens, warnings);
  const nova = /nova-2/i.test(model);
  if (!nova && !/gpt-oss/i.test(model)) {
    warnings.push({ field: "reasoning", message: "not known how this model is told; use providerOptions" });
    return {};
  }
  const effort = askedEffort(reasoning, warnings);
  if (effort === undefined) {
    if (!nova) warnings.push({ field: "reasoning.effort", message: "gpt-oss always reasons: sent as low" });
    return nova ? {} : { additional: { reasoning_effort: "low" } };
  }
  if (nova) return { additional: { reasoningConfig: { type: "enabled", maxReasoningEffort: effort } } };
  return { additional: { reasoning_effort: effort } };
}

function forClaude(
  model: string,
  reasoning: Reasoning,
  maxOutputTokens: number | undefined,
  warnings: Warning[],
): ReasoningFields {
  if ("budgetTokens" in reasoning) {
    const { budgetTokens } = reasoning;
    // it is off unless it is asked for
    return budgetTokens <= 0 ? {} : { additional: { thinking: { type: "enabled", budget_tokens: budgetTokens } } };
  }
  if (reasoning.effort === "none") return {};
  const effort = askedEffort(reasoning, warnings);
  if (effort === undefined) return {};
  if (!/claude-(3|sonnet-4-2|opus-4-2|opus-4-1|(sonnet|opus|haiku)-4-5)/i.test(model)) {
    return { additional: { thinking: { type: "adaptive" } }, effort };
  }
  // a budget has to be smaller than the answer, and at least 1024
  const most = maxOutputTokens === undefined ? Number.POSITIVE_INFINITY : maxOutputTokens - 1;
  const budget = Math.max(1024, Math.min(effortBudgets[effort], most));
  warnings.push({ field: "reasoning.effort", message: `this model takes budgets: sent as ${budget} tokens` });
  return { additional: { thinking: { type: "enabled", budget_tokens: budget } } };
}

/** The nearest effort; undefined for none. */
function askedEffort(reasoning: Reasoning, warnings: Warning[]): Effort | undefined {
  if ("effort" in reasoning) {
    const { effort } = reasoning;
    if (effort === "none") return undefined;
    if (effort !== "minimal") return effort;
    warnings.push({ field: "reasoning.effort", message: "this model knows no minimal effort: sent as low" });
    return "low";
  }
  const { budgetTokens } = reasoning;
  if (budgetTokens <= 0) return undefined;
  const effort = effortOf(budgetTokens);
  warnings.push({
    field: "reasoning.budgetTokens",
    message: `this model takes efforts: ${budgetTokens} tokens are sent as ${effort}`,
  });
  return effort;
}
