import { OneheadError } from "@onehead/core";
import type { PromptRow } from "@onehead/data";
import type { CallRecord } from "@onehead/serve";
import { openSqliteReader } from "@onehead/serve/node";
import { describeLeftOut, type LeftOut, noneLeftOut, nothingLeft, scoredCalls } from "./scored-calls.js";

/** Why scored calls with kept questions cannot be judged by. */
interface Unjudged {
  fellBack: number;
  named: number;
  withoutPropensity: number;
}

/** Calls of a gateway's log that another router can be judged by. */
export interface JudgedLog {
  rows(): AsyncGenerator<PromptRow>;
  /** What errors call the row that was read last. */
  locate(): string;
  report: { database: string; calls: number; leftOut: LeftOut & Unjudged };
  /** The same in words. */
  described: string;
}

const words: Record<keyof Unjudged, string> = {
  fellBack: "answered by another model than was chosen",
  named: "whose model the client named",
  withoutPropensity: "made while nothing was explored",
};

/**
 * Reads what a gateway's log has to judge a router by: one row a call, with the propensity of its choice.
 *
 * @param evenly whether the caller knows that models were drawn evenly: then propensities are not asked for
 * @throws OneheadError "no-propensity" for a log of fixed choices; "invalid-argument" where no call is left; as `openSqliteReader`
 */
export async function readJudgedLog(database: string, evenly: boolean, signal: AbortSignal): Promise<JudgedLog> {
  const leftOut: LeftOut & Unjudged = { ...noneLeftOut(), fellBack: 0, named: 0, withoutPropensity: 0 };
  const rows: PromptRow[] = [];
  const reader = await openSqliteReader({ path: database });
  try {
    for await (const { call, question, score, costUsd, inputTokens } of scoredCalls(reader, leftOut, signal)) {
      const reason = unjudged(call, evenly);
      if (reason !== null) {
        leftOut[reason]++;
        continue;
      }
      const cell = (value: number | undefined | null): Record<string, number> =>
        value === undefined || value === null ? {} : Object.fromEntries([[call.model, value]]);
      const row: PromptRow = { id: call.id, prompt: question, scores: cell(score), costs: cell(costUsd) };
      if (inputTokens !== undefined) row.inputTokens = inputTokens;
      if (!evenly) row.propensities = cell(call.propensity);
      rows.push(row);
    }
  } finally {
    await reader.close();
  }
  const described = describeLeftOut(leftOut, words);
  if (rows.length === 0) {
    if (leftOut.named + leftOut.withoutPropensity > 0) throw noPropensity(database, leftOut);
    throw nothingLeft("eval", database, described);
  }
  let at = "";
  return {
    async *rows() {
      for (const row of rows) {
        at = `${database} call ${row.id}`;
        yield row;
      }
    },
    locate: () => at,
    report: { database, calls: rows.length, leftOut },
    described,
  };
}

function unjudged(call: CallRecord, evenly: boolean): keyof Unjudged | null {
  // its score says nothing of the model that the propensity is of
  if (call.model !== call.answeredBy) return "fellBack";
  if (evenly) return null;
  if (!call.routed) return "named";
  return call.propensity === null ? "withoutPropensity" : null;
}

function noPropensity(database: string, { named, withoutPropensity }: Unjudged): OneheadError {
  const counts = describeLeftOut({ withoutPropensity, named }, words);
  return new OneheadError(
    "no-propensity",
    `eval: ${database}: propensity: missing in all calls (${counts}); a log of fixed choices cannot tell what another ` +
      "router would have got: set serve.explorationRate, or name the models that were drawn evenly with --uniform-over",
  );
}
