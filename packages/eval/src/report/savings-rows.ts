import type { EvaluationResult, SavingsAgainst, SavingsResult } from "../evaluation/evaluation-result.js";
import { absent, formatCount, formatDifference, formatInterval, formatUsd } from "./format.js";

/** One line of the table of savings, the same in every report. */
export interface SavingsRow {
  /** "best model", "dearest model", "model in use". */
  insteadOf: string;
  model: string;
  savings: SavingsAgainst;
  /** "saves, but worse". */
  verdict: string;
}

const insteadOf: Record<SavingsAgainst["against"], string> = {
  best: "best model",
  dearest: "dearest model",
  current: "model in use",
};

/** What the verdict says of quality; nothing where the interval includes no difference. */
const qualityWords: Record<"saves" | "costs-more", Record<SavingsAgainst["qualityChange"], string>> = {
  saves: { lower: "saves, but worse", higher: "saves, and better", "not-told-apart": "saves" },
  "costs-more": { lower: "costs more, and worse", higher: "costs more, but better", "not-told-apart": "costs more" },
};

export function savingsRows({ comparisons }: SavingsResult): SavingsRow[] {
  return comparisons.map((savings) => ({
    insteadOf: insteadOf[savings.against],
    model: savings.model,
    savings,
    verdict: verdictOf(savings),
  }));
}

function verdictOf({ verdict, qualityChange }: SavingsAgainst): string {
  return verdict === "not-enough-evidence" ? "not enough evidence" : qualityWords[verdict][qualityChange];
}

/** How λ was found, for the line above the table. */
export function savingsSetting({ savings }: EvaluationResult): string {
  const { lambdaUsd, lambdaChosenOn, rows } = savings!;
  const lambda = lambdaUsd === null ? "∞" : formatUsd(lambdaUsd);
  const how = {
    given: "as given",
    validation: "chosen on validation rows",
    "held-out": "chosen in hindsight",
  }[lambdaChosenOn];
  return `on ${formatCount(rows)} held-out prompts, at λ = ${lambda} (${how})`;
}

/** Why there is not enough evidence, each reason once; empty where there is. */
export function savingsReasons(result: EvaluationResult): string[] {
  if (result.savings === null) return [result.withoutCurves ?? ""];
  return [
    ...new Set(
      savingsRows(result.savings)
        .filter(({ savings }) => savings.reason !== null)
        .map(({ insteadOf: model, savings }) =>
          // what concerns the rows as a whole is said once for all models
          savings.reason!.startsWith("the interval") ? `${model}: ${savings.reason}` : savings.reason!,
        ),
    ),
  ];
}

/** "+45 % [+41, +49]" of a share. */
export function formatSavedShare(estimate: SavingsAgainst["savedShare"]): string {
  if (estimate === null) return absent;
  const digits = (share: number): string => formatDifference(100 * share, 0);
  return `${digits(estimate.value)} % ${formatInterval(estimate, digits)}`;
}

/** "+$1.20 [+$1.11, +$1.29]": USD for a thousand prompts. */
export function formatSavedUsd(estimate: SavingsAgainst["savedUsd"]): string {
  const signed = (usd: number): string => `${usd < 0 ? "−" : "+"}${formatUsd(1000 * Math.abs(usd))}`;
  return `${signed(estimate.value)} ${formatInterval(estimate, signed)}`;
}
