import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { CallFilter } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { nextTurn } from "./next-turn.js";
import { calls } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

/** Place of a call in the order of pages. */
interface Key {
  timeMs: number;
  seq: number;
}

/** Calls looked at in one turn of the event loop, where the index does not serve the whole filter: about a millisecond. */
const keysPerTurn = 1_000;

/**
 * Finds calls newest first.
 *
 * One index serves part of a filter in order of time. What it does not serve is looked up call by call, a bounded number of them
 * a turn, so that a filter that hardly anything passes takes longer and holds nobody up.
 */
export class CallSearch {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async page(
    filter: CallFilter,
    limit: number,
    after: string | undefined,
  ): Promise<{ seqs: number[]; next: string | null }> {
    if (!Number.isInteger(limit) || limit < 1) throw invalidArgument("calls: limit", limit, "a whole number above 0");
    const { served, looked } = split(filter);
    const found: Key[] = [];
    let from = after === undefined ? undefined : parseCursor(after);
    for (;;) {
      // one more than asked for tells whether there is a next page
      const wanted = limit + 1 - found.length;
      const end = looked.length === 0 ? undefined : this.#keys(before(served, from), 1, keysPerTurn)[0];
      const stretch = end === undefined ? [] : [sql`(${calls.timeMs}, ${calls.seq}) >= (${end.timeMs}, ${end.seq})`];
      found.push(...this.#keys([...before(served, from), ...looked, ...stretch], wanted, 0));
      if (found.length > limit || end === undefined) break;
      from = end;
      await nextTurn();
    }
    const seqs = found.slice(0, limit).map(({ seq }) => seq);
    return { seqs, next: found.length > limit ? cursor(found[limit - 1]!) : null };
  }

  #keys(conditions: SQL[], limit: number, offset: number): Key[] {
    return this.#database
      .select({ timeMs: calls.timeMs, seq: calls.seq })
      .from(calls)
      .where(and(...conditions))
      .orderBy(desc(calls.timeMs), desc(calls.seq))
      .limit(limit)
      .offset(offset)
      .all();
  }
}

/** The conditions that an index serves, and those that calls are looked up for. */
function split({ fromMs, toMs, model, status, surface, scored }: CallFilter): { served: SQL[]; looked: SQL[] } {
  const served: SQL[] = [];
  const looked: SQL[] = [];
  if (fromMs !== undefined) served.push(gte(calls.timeMs, fromMs));
  if (toMs !== undefined) served.push(lt(calls.timeMs, toMs));
  // one of them can be served; a plus sign keeps SQLite from using the index of another
  const rarest = scored ? "scored" : status !== undefined && status !== "answered" ? "status" : "model";
  if (scored !== undefined) {
    const is = sql.raw(scored ? "= 1" : "= 0");
    (scored ? served : looked).push(scored ? sql`${calls.scored} ${is}` : sql`+${calls.scored} ${is}`);
  }
  if (status !== undefined) {
    // the second condition says nothing new, but that the partial index will do
    if (rarest === "status") served.push(eq(calls.status, status), sql`${calls.status} <> 'answered'`);
    else looked.push(sql`+${calls.status} = ${status}`);
  }
  if (model !== undefined) {
    if (rarest === "model") served.push(eq(calls.lastModel, model));
    else looked.push(sql`+${calls.lastModel} = ${model}`);
  }
  if (surface !== undefined) looked.push(sql`+${calls.surface} = ${surface}`);
  return { served, looked };
}

function before(served: SQL[], from: Key | undefined): SQL[] {
  if (from === undefined) return served;
  return [...served, sql`(${calls.timeMs}, ${calls.seq}) < (${from.timeMs}, ${from.seq})`];
}

function cursor({ timeMs, seq }: Key): string {
  return `${timeMs}_${seq}`;
}

function parseCursor(after: string): Key {
  const match = /^(\d+(?:\.\d+)?)_(\d+)$/.exec(after);
  if (match === null) throw invalidArgument("calls: after", after, "the `next` of a page");
  return { timeMs: Number(match[1]), seq: Number(match[2]) };
}
