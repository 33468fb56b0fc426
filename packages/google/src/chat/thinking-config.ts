import type { Reasoning, Warning } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import { takesBudgets } from "../model-name.js";

/** What Google's own OpenAI-compatible interface makes of efforts. */
const budgets = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 };

/**
 * How long to think: a budget for Gemini 2.5 and a level for later models, which refuse both together. Thoughts are asked for
 * where there are any.
 *
 * Source: https://ai.google.dev/gemini-api/docs/thinking and /openai, https://cloud.google.com/vertex-ai/generative-ai/docs/thinking
 */
export function thinkingConfig(model: string, reasoning: Reasoning | undefined, warnings: Warning[]): Wire | undefined {
  if (reasoning === undefined) return undefined;
  const { value: thinkingBudget, warning: budgetWarning } = budgetOf(model, reasoning);
  const { value: thinkingLevel, warning: levelWarning } = levelOf(model, reasoning);
  const byBudget = takesBudgets(model);
  const message = byBudget ? budgetWarning : levelWarning;
  const field = "effort" in reasoning ? "reasoning.effort" : "reasoning.budgetTokens";
  if (message !== undefined) warnings.push({ field, message });
  if (!byBudget) return { thinkingLevel, includeThoughts: true };
  return thinkingBudget === 0 ? { thinkingBudget } : { thinkingBudget, includeThoughts: true };
}

interface Chosen<T> {
  value: T;
  /** Where something else was asked for. */
  warning?: string;
}

function budgetOf(model: string, reasoning: Reasoning): Chosen<number> {
  const asked = "effort" in reasoning ? budgets[reasoning.effort] : Math.max(0, reasoning.budgetTokens);
  if (asked === 0 && model.includes("pro")) {
    return { value: 128, warning: `${model} cannot do without thinking: 128 tokens are sent, the least that it takes` };
  }
  if (!("effort" in reasoning) || reasoning.effort === "none") return { value: asked };
  return { value: asked, warning: `${model} takes budgets: ${reasoning.effort} is sent as ${asked} tokens` };
}

function levelOf(model: string, reasoning: Reasoning): Chosen<string> {
  // Pro models and Flash from 3.7 on do not have the lowest level
  const lowest = /gemini-3(\.[1-6])?-flash/.test(model) ? "MINIMAL" : "LOW";
  if (!("effort" in reasoning)) {
    const { budgetTokens } = reasoning;
    const value =
      budgetTokens <= 0 ? lowest : budgetTokens <= 4096 ? "LOW" : budgetTokens <= 16_384 ? "MEDIUM" : "HIGH";
    return { value, warning: `${model} takes levels: ${budgetTokens} tokens are sent as ${value}` };
  }
  const { effort } = reasoning;
  if (effort === "none") return { value: lowest, warning: `${model} cannot do without thinking: ${lowest} is sent` };
  if (effort === "minimal" && lowest === "LOW") {
    return { value: lowest, warning: `${model} is not known to have the level MINIMAL: LOW is sent` };
  }
  return { value: effort.toUpperCase() };
}
