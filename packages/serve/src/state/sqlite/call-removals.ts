import { inArray, sql } from "drizzle-orm";
import { firstSeq } from "./call-order.js";
import type { GroupWriter } from "./group-writer.js";
import { nextTurn } from "./next-turn.js";
import { calls, contents } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

/** Calls by their ids, or all before a time. */
export type Which = { ids: readonly string[] } | { beforeMs: number };

/** Rows removed in one write; contents can be long. */
const rowsPerWrite = 100;

/** Removes calls, or their contents alone, little by little: between the parts other writes have their turn. */
export class CallRemovals {
  readonly #database: SqliteDatabase;
  readonly #writer: GroupWriter;

  constructor(database: SqliteDatabase, writer: GroupWriter) {
    this.#database = database;
    this.#writer = writer;
  }

  /** With decisions, contents and feedback, by their foreign keys. */
  calls(which: Which): Promise<number> {
    return this.#inParts("remove", which, (part) => {
      const chosen =
        "ids" in part
          ? inArray(calls.id, [...part.ids])
          : sql`seq IN (SELECT seq FROM calls WHERE seq < ${firstSeq(part.beforeMs)} LIMIT ${rowsPerWrite})`;
      return this.#database.delete(calls).where(chosen).run().changes;
    });
  }

  contents(which: Which): Promise<number> {
    return this.#inParts("removeContents", which, (part) => {
      const chosen =
        "ids" in part
          ? sql`SELECT seq FROM calls WHERE ${inArray(calls.id, [...part.ids])}`
          : sql`SELECT call_seq FROM contents WHERE call_seq < ${firstSeq(part.beforeMs)} LIMIT ${rowsPerWrite}`;
      return this.#database.delete(contents).where(sql`call_seq IN (${chosen})`).run().changes;
    });
  }

  async #inParts(where: string, which: Which, remove: (part: Which) => number): Promise<number> {
    let removed = 0;
    if ("ids" in which) {
      for (let i = 0; i < which.ids.length; i += rowsPerWrite) {
        const part = { ids: which.ids.slice(i, i + rowsPerWrite) };
        removed += await this.#writer.writeSoon(where, () => remove(part));
        await nextTurn();
      }
      return removed;
    }
    for (let changes = rowsPerWrite; changes >= rowsPerWrite; ) {
      changes = await this.#writer.writeSoon(where, () => remove(which));
      removed += changes;
      await nextTurn();
    }
    return removed;
  }
}
