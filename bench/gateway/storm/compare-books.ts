import type { CallRecord, ModelsReport } from "@onehead/serve";
import type { LedgerEntry } from "./upstream.js";

/** The two books, in USD. */
export interface Book {
  upstreamUsd: number;
  settledUsd: number;
  unresolvedAtMostUsd: number;
  unresolvedTries: number;
  /** Calls whose every try was settled by the provider's own count, and which so must be equal. */
  exactCalls: number;
}

/** Picodollars: prices per million tokens times tokens are whole there, so that sums are exact. */
type Pico = bigint;

/**
 * Compares the gateway's log with the provider's books, call by call: equal where every try's usage has come, and else no further apart
 * than the most that the unresolved tries can have cost.
 */
export function compareBooks(
  records: readonly CallRecord[],
  ledger: readonly LedgerEntry[],
  { models }: ModelsReport,
): { book: Book; violations: string[] } {
  const prices = new Map(models.map(({ id, prices: found }) => [id, found]));
  const billed = new Map<string, Pico>();
  for (const entry of ledger) {
    const found = prices.get(entry.model);
    if (found === undefined || found === null) throw new Error(`no price of ${entry.model}`);
    const cost =
      BigInt(entry.inputTokens) * pico(found.inputUsdPerMillionTokens) +
      BigInt(entry.outputTokens) * pico(found.outputUsdPerMillionTokens);
    billed.set(entry.marker, (billed.get(entry.marker) ?? 0n) + cost);
  }
  const violations: string[] = [];
  const sums = { upstream: 0n, settled: 0, unresolved: 0, tries: 0, exact: 0 };
  const seen = new Set<string>();
  for (const record of records) {
    const { requestId, status, costUsd, unresolvedTries = 0, unresolvedAtMostUsd } = record;
    const upstreamUsd = usd(billed.get(requestId) ?? 0n);
    if (seen.has(requestId)) violations.push(`${requestId}: twice in the log`);
    seen.add(requestId);
    if (status === "open") violations.push(`${requestId}: still open`);
    const settledUsd = costUsd ?? 0;
    const most = unresolvedAtMostUsd ?? (unresolvedTries > 0 ? Number.NaN : 0);
    sums.settled += settledUsd;
    sums.unresolved += most;
    sums.tries += unresolvedTries;
    const apart = Math.abs(upstreamUsd - settledUsd);
    if (unresolvedTries === 0) {
      sums.exact++;
      if (apart > 1e-15)
        violations.push(`${requestId}: ${status}: settled ${settledUsd}, the provider has ${upstreamUsd}`);
    } else if (!(apart <= most + 1e-15)) {
      violations.push(
        `${requestId}: ${status}: settled ${settledUsd}, the provider has ${upstreamUsd}, unresolved at most ${most}`,
      );
    }
  }
  for (const [marker, cost] of billed) {
    sums.upstream += cost;
    if (!seen.has(marker)) violations.push(`${marker}: billed ${usd(cost)} and not in the log`);
  }
  const upstreamUsd = usd(sums.upstream);
  if (!(Math.abs(upstreamUsd - sums.settled) <= sums.unresolved + 1e-12)) {
    violations.push(
      `in all: settled ${sums.settled}, the provider has ${upstreamUsd}, unresolved at most ${sums.unresolved}`,
    );
  }
  const book = {
    upstreamUsd,
    settledUsd: sums.settled,
    unresolvedAtMostUsd: sums.unresolved,
    unresolvedTries: sums.tries,
    exactCalls: sums.exact,
  };
  return { book, violations };
}

/** USD per million tokens as picodollars per token. */
function pico(usdPerMillion: number): Pico {
  return BigInt(Math.round(usdPerMillion * 1e6));
}

function usd(amount: Pico): number {
  return Number(amount) / 1e12;
}
