import { asc, desc, eq, inArray } from "drizzle-orm";
import type { CallFilter, CallPage, CallRecord, LoggedContents } from "../gateway-state.js";
import { bound } from "./bound.js";
import { callRecord } from "./call-record.js";
import { CallSearch } from "./call-search.js";
import { nextTurn } from "./next-turn.js";
import { calls, contents, decisions, feedback } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

/** Records made in one turn of the event loop: each has a ranking to parse. */
const recordsPerTurn = 10;

/** What is read of calls, in parts that do not hold up the event loop. */
export class CallReads {
  readonly #database: SqliteDatabase;
  readonly #search: CallSearch;
  readonly #statements;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#search = new CallSearch(database);
    this.#statements = prepareStatements(database);
  }

  call(id: string): CallRecord | null {
    const found = this.#statements.seqOf.get({ id });
    return found === undefined ? null : (this.#records([found.seq])[0] ?? null);
  }

  contents(id: string): LoggedContents | null {
    const found = this.#statements.contents.get({ id });
    return found === undefined ? null : { id, ...found };
  }

  callOfResponse(responseId: string): { id: string; model: string } | null {
    return this.#statements.callOfResponse.get({ responseId }) ?? null;
  }

  async calls(filter: CallFilter, limit: number, after: string | undefined): Promise<CallPage> {
    const { seqs, next } = await this.#search.page(filter, limit, after);
    const page: CallRecord[] = [];
    for (let i = 0; i < seqs.length; i += recordsPerTurn) {
      if (i > 0) await nextTurn();
      page.push(...this.#records(seqs.slice(i, i + recordsPerTurn)));
    }
    return { calls: page, next };
  }

  /** In order of `seqs`, without those that have been removed meanwhile. */
  #records(seqs: readonly number[]): CallRecord[] {
    const rows = this.#database
      .select()
      .from(calls)
      .innerJoin(decisions, eq(decisions.callSeq, calls.seq))
      .where(inArray(calls.seq, [...seqs]))
      .all();
    const given = rows.some((row) => row.calls.scored)
      ? this.#database
          .select()
          .from(feedback)
          .where(inArray(feedback.callSeq, [...seqs]))
          .orderBy(asc(feedback.seq))
          .all()
      : [];
    const order = new Map(seqs.map((seq, i) => [seq, i]));
    return rows
      .sort((a, b) => order.get(a.calls.seq)! - order.get(b.calls.seq)!)
      .map((row) =>
        callRecord(
          row.calls,
          row.decisions,
          given.filter(({ callSeq }) => callSeq === row.calls.seq),
        ),
      );
  }
}

function prepareStatements(database: SqliteDatabase) {
  const { id, responseId } = bound(["id", "responseId"]);
  const { question, request, answer } = contents;
  return {
    seqOf: database.select({ seq: calls.seq }).from(calls).where(eq(calls.id, id)).prepare(),
    contents: database
      .select({ question, request, answer })
      .from(contents)
      .innerJoin(calls, eq(calls.seq, contents.callSeq))
      .where(eq(calls.id, id))
      .prepare(),
    callOfResponse: database
      .select({ id: calls.id, model: calls.lastModel })
      .from(calls)
      .where(eq(calls.responseId, responseId))
      .orderBy(desc(calls.seq))
      .limit(1)
      .prepare(),
  };
}
