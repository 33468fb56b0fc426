import type { OneheadError } from "@onehead/core";
import { and, count, eq, sql, sum } from "drizzle-orm";
import type { LoggedFeedback } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { BoundStatement, bound, boundColumns } from "./bound.js";
import {
  contentsRow,
  decisionRow,
  feedbackRow,
  openedColumns,
  openedRow,
  settledColumns,
  settledRow,
} from "./call-rows.js";
import type { CheckedDatabase } from "./checked-database.js";
import type { JournalledWrite } from "./journal-file.js";
import { calls, contents, decisions, feedback } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { UsageRollUp } from "./usage-roll-up.js";
import { type FeedbackSums, feedbackUsage, settledUsage, unresolvedUsage } from "./usage-sums.js";

const none: FeedbackSums = { sum: 0, scores: 0 };

/** A write that is ready: it is made in a transaction of the writer, once or several times. */
type Write<T> = () => T | OneheadError;

/**
 * The writes of a call's life. Each method makes its rows at once and gives a function that writes them; all statements are prepared
 * once.
 */
export class CallWrites {
  readonly #statements;
  readonly #rollUp: UsageRollUp;

  constructor(connection: CheckedDatabase, database: SqliteDatabase) {
    this.#statements = { ...prepareInserts(connection, database), ...prepareStatements(database) };
    this.#rollUp = new UsageRollUp(connection, database);
  }

  /** Before the writes of a transaction, and after them. */
  begin(): void {
    this.#rollUp.begin();
  }

  end(): void {
    this.#rollUp.write();
  }

  /** The write that an entry says, of a call that goes on or of the journal. */
  of(entry: JournalledWrite): Write<void> {
    if (entry.write === "open") return this.#open(entry);
    if (entry.write === "settle") return this.#settle(entry);
    const { id, model, atMostUsd } = entry;
    return () => {
      const { changes } = this.#statements.beginTry.run({ id, model, atMostUsd });
      return changes === 0 ? this.#unlessKnown("beginTry", id) : undefined;
    };
  }

  #open({ call, asked }: JournalledWrite & { write: "open" }): Write<void> {
    const { insertCall, insertDecision, insertContents } = this.#statements;
    const row = openedRow(call);
    const decision = decisionRow(call);
    const contents = asked === undefined ? undefined : contentsRow(asked);
    return () => {
      const callSeq = Number(insertCall.run(row).lastInsertRowid);
      decision.callSeq = callSeq;
      insertDecision.run(decision);
      if (contents === undefined) return;
      contents.callSeq = callSeq;
      insertContents.run(contents);
    };
  }

  #settle({ call, answer }: JournalledWrite & { write: "settle" }): Write<void> {
    const { settle, setAnswer } = this.#statements;
    const row = settledRow(call);
    const text = answer === undefined ? undefined : JSON.stringify(answer);
    return () => {
      const opened = settle.get(row);
      if (opened === undefined) return this.#unlessKnown("settle", call.id);
      if (text !== undefined) setAnswer.run({ callSeq: opened.seq, answer: text });
      const endedMs = opened.timeMs + call.latencyMs;
      this.#rollUp.add(endedMs, call.model, settledUsage(opened, call, this.#feedbackOf(opened)));
      return undefined;
    };
  }

  /** @returns whether there is such a call */
  addFeedback(given: LoggedFeedback): Write<boolean> {
    const { find, insertFeedback, setScored } = this.#statements;
    const row = feedbackRow(given);
    return () => {
      const call = find.get({ id: given.id });
      if (call === undefined) return false;
      insertFeedback.run({ ...row, callSeq: call.seq });
      if (!call.scored) setScored.run({ callSeq: call.seq });
      // for a call under way it is added when that is settled
      if (call.endedMs !== null) this.#rollUp.add(call.endedMs, call.lastModel, feedbackUsage(given.score));
      return true;
    };
  }

  /** Calls that a process left open when it ended. @returns how many of them it took, of at most `limit` */
  resolveLeftOpen(limit: number): Write<number> {
    const { leftOpen, setUnresolved } = this.#statements;
    return () => {
      const left = leftOpen.all({ limit });
      for (const call of left) {
        setUnresolved.run({ callSeq: call.seq });
        this.#rollUp.add(call.timeMs, call.lastModel, unresolvedUsage(call, this.#feedbackOf(call)));
      }
      return left.length;
    };
  }

  #feedbackOf({ seq, scored }: { seq: number; scored: boolean }): FeedbackSums {
    if (!scored) return none;
    const sums = this.#statements.sumFeedback.get({ callSeq: seq });
    return { sum: Number(sums?.sum ?? 0), scores: sums?.scores ?? 0 };
  }

  #unlessKnown(where: string, id: string): OneheadError | undefined {
    if (this.#statements.find.get({ id }) !== undefined) return undefined;
    return invalidArgument(`${where}: id`, id, "that of a call that was opened");
  }
}

function prepareInserts(connection: CheckedDatabase, database: SqliteDatabase) {
  const { firstSeq, endSeq } = bound(["firstSeq", "endSeq"]);
  // the next number within its millisecond
  const seq = sql`coalesce((SELECT max(seq) + 1 FROM calls WHERE seq >= ${firstSeq} AND seq < ${endSeq}), ${firstSeq})`;
  const insert = database.insert(calls).values({ seq, ...bound(openedColumns) });
  return {
    insertCall: new BoundStatement(connection, insert),
    insertDecision: new BoundStatement(connection, database.insert(decisions).values(boundColumns(decisions))),
    insertContents: new BoundStatement(connection, database.insert(contents).values(boundColumns(contents))),
    insertFeedback: new BoundStatement(connection, database.insert(feedback).values(boundColumns(feedback))),
  };
}

function prepareStatements(database: SqliteDatabase) {
  const { callSeq, id } = bound(["callSeq", "id"]);
  const { model, atMostUsd, limit, answer, latencyMs } = bound(["model", "atMostUsd", "limit", "answer", "latencyMs"]);
  const opened = {
    seq: calls.seq,
    timeMs: calls.timeMs,
    routed: calls.routed,
    predictedQuality: calls.predictedQuality,
    predictedCostUsd: calls.predictedCostUsd,
    bestPredictedCostUsd: calls.bestPredictedCostUsd,
    familiarity: calls.familiarity,
    scored: calls.scored,
  };
  const stillOpen = and(eq(calls.id, id), eq(calls.status, "open"));
  return {
    find: database
      .select({ seq: calls.seq, endedMs: calls.endedMs, lastModel: calls.lastModel, scored: calls.scored })
      .from(calls)
      .where(eq(calls.id, id))
      .prepare(),
    beginTry: database
      .update(calls)
      .set({
        lastModel: model,
        begunTries: sql`${calls.begunTries} + 1`,
        // what is not known adds nothing: the sum says "at least"
        begunAtMostUsd: sql`coalesce(${calls.begunAtMostUsd} + ${atMostUsd}, ${calls.begunAtMostUsd}, ${atMostUsd})`,
      })
      .where(stillOpen)
      .prepare(),
    settle: database
      .update(calls)
      .set({ ...bound(settledColumns), endedMs: sql`${calls.timeMs} + ${latencyMs}` })
      .where(stillOpen)
      .returning(opened)
      .prepare(),
    setAnswer: database.update(contents).set({ answer }).where(eq(contents.callSeq, callSeq)).prepare(),
    setScored: database.update(calls).set({ scored: true }).where(eq(calls.seq, callSeq)).prepare(),
    sumFeedback: database
      .select({ sum: sum(feedback.score), scores: count() })
      .from(feedback)
      .where(eq(feedback.callSeq, callSeq))
      .prepare(),
    leftOpen: database
      .select({
        ...opened,
        lastModel: calls.lastModel,
        begunTries: calls.begunTries,
        begunAtMostUsd: calls.begunAtMostUsd,
      })
      .from(calls)
      // the second condition is implied by the first; by it SQLite sees that the partial index will do
      .where(and(eq(calls.status, "open"), sql`${calls.status} <> 'answered'`))
      .limit(sql`${limit}` as unknown as number)
      .prepare(),
    setUnresolved: database
      .update(calls)
      .set({
        status: "unresolved",
        endedMs: calls.timeMs,
        unresolvedTries: calls.begunTries,
        unresolvedAtMostUsd: calls.begunAtMostUsd,
      })
      .where(eq(calls.seq, callSeq))
      .prepare(),
  };
}
