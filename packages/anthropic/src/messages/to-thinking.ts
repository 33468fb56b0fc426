import type { ChatRequest, Warning } from "@onehead/provider";
import { effortBudgets, effortOf } from "@onehead/provider-http";
import type { ModelTraits } from "./model-traits.js";

/** `max_tokens`, which the interface cannot do without, of a request that leaves `maxOutputTokens` out. */
const defaultMaxTokens = 4096;
/** As {@link defaultMaxTokens}, where the model thinks by itself as long as it likes: its thoughts count too. */
const defaultThinkingMaxTokens = 16_000;

const leastBudget = 1024;

type Effort = "low" | "medium" | "high";

/** The part of the body that says how long to think, and with `max_tokens` how long the answer may get. */
export interface Thinking {
  maxTokens: number;
  thinking?: { type: "enabled"; budget_tokens: number } | { type: "adaptive" | "disabled" | "between_tools" };
  effort?: Effort;
}

/** @param forced whether a tool is forced, before which no model thinks */
export function toThinking(request: ChatRequest, traits: ModelTraits, forced: boolean, warnings: Warning[]): Thinking {
  const { reasoning } = request;
  if (reasoning === undefined)
    return forced && traits.thinks ? switchedOff(request, traits, []) : silent(request, traits);
  const asked = "effort" in reasoning ? reasoning.effort : reasoning.budgetTokens;
  if (asked === "none" || (typeof asked === "number" && asked <= 0)) return switchedOff(request, traits, warnings);
  if (forced && traits.off !== null) {
    warnings.push({ field: "reasoning", message: "Claude does not think where a tool is forced" });
    return switchedOff(request, traits, warnings);
  }
  if (typeof asked === "number") {
    if (traits.budget) return withBudget(asked, request, warnings);
    const effort = effortOf(asked);
    return byEffort(effort, `${asked} tokens`, "reasoning.budgetTokens", request, traits, warnings);
  }
  const effort = asked === "minimal" ? "low" : asked;
  if (!traits.adaptive && traits.budget) {
    const budget = effortBudgets[effort];
    warnings.push({
      field: "reasoning.effort",
      message: `this model takes budgets: ${asked} is sent as ${budget} tokens`,
    });
    const limited = withBudget(budget, request, warnings);
    return traits.effort ? { ...limited, effort } : limited;
  }
  return byEffort(effort, asked, "reasoning.effort", request, traits, warnings);
}

function silent({ maxOutputTokens }: ChatRequest, traits: ModelTraits): Thinking {
  return { maxTokens: maxOutputTokens ?? (traits.thinks ? defaultThinkingMaxTokens : defaultMaxTokens) };
}

function switchedOff(request: ChatRequest, traits: ModelTraits, warnings: Warning[]): Thinking {
  if (traits.off === null) {
    if (request.reasoning === undefined) return silent(request, traits);
    warnings.push({ field: "reasoning", message: "this model always thinks: sent as low" });
    return { ...silent(request, traits), effort: "low" };
  }
  const maxTokens = request.maxOutputTokens ?? defaultMaxTokens;
  return traits.thinks === false ? { maxTokens } : { maxTokens, thinking: { type: traits.off } };
}

function byEffort(
  effort: Effort,
  asked: string,
  field: string,
  request: ChatRequest,
  traits: ModelTraits,
  warnings: Warning[],
): Thinking {
  if (!traits.adaptive) {
    warnings.push({ field: "reasoning", message: "this model does not think" });
    return silent(request, traits);
  }
  if (asked !== effort) warnings.push({ field, message: `this model takes efforts: ${asked} is sent as ${effort}` });
  const maxTokens = request.maxOutputTokens ?? defaultThinkingMaxTokens;
  return { maxTokens, thinking: { type: "adaptive" }, effort };
}

/** A budget lies within `max_tokens`: where the caller says both, the smaller of the two limits holds. */
function withBudget(asked: number, { maxOutputTokens }: ChatRequest, warnings: Warning[]): Thinking {
  const most = maxOutputTokens === undefined ? Number.POSITIVE_INFINITY : maxOutputTokens - 1;
  if (most < leastBudget) {
    const message = `maxOutputTokens ${maxOutputTokens} leaves no room for the least budget, ${leastBudget}: sent without thinking`;
    warnings.push({ field: "reasoning", message });
    return { maxTokens: most + 1 };
  }
  const budget = Math.min(most, Math.max(leastBudget, Math.round(asked)));
  if (budget !== asked) {
    warnings.push({ field: "reasoning.budgetTokens", message: `${asked} tokens are sent as ${budget}` });
  }
  return {
    maxTokens: maxOutputTokens ?? budget + defaultMaxTokens,
    thinking: { type: "enabled", budget_tokens: budget },
  };
}
