import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { CallFilter } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { endSeq, firstSeq } from "./call-order.js";
import { nextTurn } from "./next-turn.js";
import { calls } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

/** Calls looked at in one turn of the event loop, where no index serves the whole filter: about a millisecond. */
const callsPerTurn = 1_000;

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

  /** @param after `next` of the page before */
  async page(filter: CallFilter, limit: number, after?: string): Promise<{ seqs: number[]; next: string | null }> {
    if (!Number.isInteger(limit) || limit < 1) throw invalidArgument("calls: limit", limit, "a whole number above 0");
    const { served, looked } = split(filter);
    const found: number[] = [];
    let below = after === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(after);
    for (;;) {
      const from = [...served, lt(calls.seq, below)];
      // one more than asked for tells whether there is a next page
      const wanted = limit + 1 - found.length;
      const end = looked.length === 0 ? undefined : this.#seqs(from, 1, callsPerTurn)[0];
      const stretch = end === undefined ? [] : [gte(calls.seq, end)];
      found.push(...this.#seqs([...from, ...looked, ...stretch], wanted, 0));
      if (found.length > limit || end === undefined) break;
      below = end;
      await nextTurn();
    }
    return { seqs: found.slice(0, limit), next: found.length > limit ? String(found[limit - 1]) : null };
  }

  #seqs(conditions: SQL[], limit: number, offset: number): number[] {
    return this.#database
      .select({ seq: calls.seq })
      .from(calls)
      .where(and(...conditions))
      .orderBy(desc(calls.seq))
      .limit(limit)
      .offset(offset)
      .all()
      .map(({ seq }) => seq);
  }
}

/** What the calls that pass a filter have in common, for a statement of its own. */
export function conditionOf(filter: CallFilter): SQL | undefined {
  const { served, looked } = split(filter);
  return and(...served, ...looked);
}

/** The conditions that an index serves, and those that calls are looked up for; a plus sign keeps those from their index. */
function split(filter: CallFilter): { served: SQL[]; looked: SQL[] } {
  const { fromMs, toMs, model, status, surface, scored, conversationId, owner } = filter;
  const served: SQL[] = [];
  const looked: SQL[] = [];
  if (fromMs !== undefined) served.push(gte(calls.seq, firstSeq(fromMs)), sql`+${calls.timeMs} >= ${fromMs}`);
  if (toMs !== undefined) served.push(lt(calls.seq, endSeq(toMs)), sql`+${calls.timeMs} < ${toMs}`);
  // the one that leaves the fewest
  const best = scored ? "scored" : status !== undefined && status !== "answered" ? "status" : "model";
  if (best === "scored") served.push(sql`${calls.scored} = 1`);
  else if (scored === false) looked.push(sql`+${calls.scored} = 0`);
  // the second condition says nothing new, but that the partial index will do
  if (best === "status") served.push(eq(calls.status, status!), sql`${calls.status} <> 'answered'`);
  else if (status !== undefined) looked.push(sql`+${calls.status} = ${status}`);
  if (model !== undefined && best === "model") served.push(eq(calls.lastModel, model));
  else if (model !== undefined) looked.push(sql`+${calls.lastModel} = ${model}`);
  if (surface !== undefined) looked.push(sql`+${calls.surface} = ${surface}`);
  if (conversationId !== undefined) looked.push(sql`+${calls.conversationId} = ${conversationId}`);
  if (owner !== undefined) looked.push(sql`+${calls.owner} = ${owner}`);
  return { served, looked };
}

function parseCursor(after: string): number {
  const seq = /^\d{1,16}$/.test(after) ? Number(after) : Number.NaN;
  if (!Number.isSafeInteger(seq)) throw invalidArgument("calls: after", after, "the `next` of a page");
  return seq;
}
