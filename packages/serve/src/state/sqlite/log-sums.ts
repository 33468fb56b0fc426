import { asc, count, eq, max, min, type SQL, sql, sum } from "drizzle-orm";
import { calls, contents, feedback } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

/** Sums of calls that are in the log now, of one model. */
export interface LogSums {
  /** The candidate that answered, or was tried last. */
  model: string;
  calls: number;
  answered: number;
  costUsd: number;
  /** Tries that may have cost something that nobody has said. */
  unresolvedTries: number;
  /** Calls whose contents are kept. */
  contents: number;
  /** Calls with feedback, and all of their scores. */
  scored: number;
  feedback: { sum: number; scores: number };
  /** When the first and the last of them began. */
  firstMs: number;
  lastMs: number;
}

/** Sums of the calls that a condition holds for, by model; in one statement, which takes as long as it takes. */
export function logSums(database: SqliteDatabase, condition: SQL | undefined): LogSums[] {
  const ofCall = sql`FROM ${feedback} WHERE ${feedback.callSeq} = ${calls.seq}`;
  const rows = database
    .select({
      model: calls.lastModel,
      calls: count(),
      answered: sql`sum(${calls.status} = 'answered')`.mapWith(Number),
      costUsd: sum(calls.costUsd).mapWith(Number),
      unresolvedTries: sum(calls.unresolvedTries).mapWith(Number),
      contents: count(contents.callSeq),
      scored: sql`sum(${calls.scored})`.mapWith(Number),
      scores: sql`sum((SELECT count(*) ${ofCall}))`.mapWith(Number),
      scoreSum: sql`sum((SELECT sum(${feedback.score}) ${ofCall}))`.mapWith(Number),
      firstMs: min(calls.timeMs),
      lastMs: max(calls.timeMs),
    })
    .from(calls)
    .leftJoin(contents, eq(contents.callSeq, calls.seq))
    .where(condition)
    .groupBy(calls.lastModel)
    .orderBy(asc(calls.lastModel))
    .all();
  return rows.map(({ scores, scoreSum, firstMs, lastMs, costUsd, unresolvedTries, ...row }) => ({
    ...row,
    // a sum over nothing is null
    costUsd: costUsd ?? 0,
    unresolvedTries: unresolvedTries ?? 0,
    feedback: { sum: scoreSum ?? 0, scores },
    firstMs: firstMs ?? 0,
    lastMs: lastMs ?? 0,
  }));
}
