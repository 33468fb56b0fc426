import { OneheadError } from "@onehead/core";
import type { CallRecord } from "@onehead/serve";
import type { LogReader } from "@onehead/serve/node";
import { hasControl } from "../output/printable.js";
import { loggedCalls } from "./logged-calls.js";

/** Why calls of the log say nothing that can be learnt or judged by, and of how many each holds: the first that does counts. */
export interface LeftOut {
  unscored: number;
  unanswered: number;
  embeddings: number;
  cached: number;
  unprintableModel: number;
  notKept: number;
}

/** A call whose answer was scored and whose question is kept. */
export interface ScoredCall {
  call: CallRecord;
  question: string;
  /** Mean of all that was said of it. */
  score: number;
  /** USD of the answer alone, where the provider's count of it is known. */
  costUsd: number | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
}

const words: Record<keyof LeftOut, string> = {
  unscored: "without feedback",
  unanswered: "without a whole answer",
  embeddings: "for embeddings",
  cached: "answered from the cache",
  unprintableModel: "of a model whose name cannot be printed",
  notKept: "whose question is not kept (serve.contents.kept)",
};

/**
 * The calls of a log that something can be learnt from, newest first.
 *
 * @param leftOut counts the others
 * @throws OneheadError "aborted", "io"
 */
export async function* scoredCalls(
  reader: LogReader,
  leftOut: LeftOut,
  signal: AbortSignal,
): AsyncGenerator<ScoredCall> {
  let total = 0;
  let scored = 0;
  for (const sums of await reader.sums({})) {
    total += sums.calls;
    scored += sums.scored;
  }
  leftOut.unscored = total - scored;
  for await (const call of loggedCalls(reader, { scored: true }, signal)) {
    const reason = unusable(call);
    const kept = reason === null ? await reader.contents(call.id) : null;
    if (kept === null || kept.question === "") {
      leftOut[reason ?? "notKept"]++;
      continue;
    }
    const { usage, feedback } = call;
    const counted = call.estimated !== true;
    yield {
      call,
      question: kept.question,
      score: feedback.reduce((sum, { score }) => sum + score, 0) / feedback.length,
      costUsd: costOf(call),
      inputTokens: (counted ? usage?.inputTokens : null) ?? undefined,
      outputTokens: (counted ? usage?.outputTokens : null) ?? undefined,
    };
  }
}

export function noneLeftOut(): LeftOut {
  return { unscored: 0, unanswered: 0, embeddings: 0, cached: 0, unprintableModel: 0, notKept: 0 };
}

/** What was left out, in words; empty where nothing was. */
export function describeLeftOut<K extends string>(
  counts: Record<K, number>,
  others: Record<string, string> = {},
): string {
  const known: Record<string, string> = { ...words, ...others };
  return Object.entries<number>(counts)
    .flatMap(([reason, count]) => (count > 0 ? [`${count} ${known[reason] ?? reason}`] : []))
    .join(", ");
}

/** @throws OneheadError "invalid-argument" where nothing is left */
export function nothingLeft(command: string, database: string, leftOut: string): OneheadError {
  const why = leftOut === "" ? "the log is empty" : `left out: ${leftOut}`;
  const expected = "expected calls with feedback whose question is kept";
  return new OneheadError("invalid-argument", `${command}: ${database}: no call is left (${why}), ${expected}`);
}

function unusable({ status, surface, cached, answeredBy }: CallRecord): keyof LeftOut | null {
  if (surface === "embeddings") return "embeddings";
  if (status !== "answered") return "unanswered";
  if (cached === true) return "cached";
  return hasControl(answeredBy) ? "unprintableModel" : null;
}

/** Of an answer that was reckoned here, or beside tries that may have been billed, nobody knows it. */
function costOf({ estimated, unresolvedTries, tries = [], answeredBy }: CallRecord): number | undefined {
  if (estimated === true || (unresolvedTries ?? 0) > 0) return undefined;
  return tries.find(({ outcome, model }) => outcome === "answered" && model === answeredBy)?.costUsd ?? undefined;
}
