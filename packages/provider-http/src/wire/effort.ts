/**
 * Tokens of reasoning that an effort stands for, where a provider takes budgets: the same for all of them, so that a call that
 * falls back does not think twice as long.
 */
export const effortBudgets = { minimal: 1024, low: 4096, medium: 16_384, high: 32_768 } as const;

/** The effort that a budget stands for, where a provider takes efforts. */
export function effortOf(budgetTokens: number): "low" | "medium" | "high" {
  if (budgetTokens <= effortBudgets.low) return "low";
  return budgetTokens <= effortBudgets.medium ? "medium" : "high";
}
