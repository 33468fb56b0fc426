import { inArray, type SQL, sql } from "drizzle-orm";
import type { GroupWriter } from "./group-writer.js";
import { nextTurn } from "./next-turn.js";
import { calls, contents } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";

type Which = { ids: readonly string[] } | { beforeMs: number };

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
          : among(calls.seq, sql`SELECT seq FROM calls WHERE time_ms < ${part.beforeMs} LIMIT ${rowsPerWrite}`);
      return this.#database.delete(calls).where(chosen).run().changes;
    });
  }

  contents(which: Which): Promise<number> {
    return this.#inParts("removeContents", which, (part) => {
      const chosen =
        "ids" in part
          ? among(contents.callSeq, sql`SELECT seq FROM calls WHERE ${inArray(calls.id, [...part.ids])}`)
          : among(
              contents.callSeq,
              sql`SELECT call_seq FROM contents WHERE time_ms < ${part.beforeMs} LIMIT ${rowsPerWrite}`,
            );
      return this.#database.delete(contents).where(chosen).run().changes;
    });
  }

  async #inParts(where: string, which: Which, remove: (part: Which) => number): Promise<number> {
    let removed = 0;
    if ("ids" in which) {
      for (let i = 0; i < which.ids.length; i += rowsPerWrite) {
        const part = { ids: which.ids.slice(i, i + rowsPerWrite) };
        removed += await this.#writer.write(where, () => remove(part));
        await nextTurn();
      }
      return removed;
    }
    for (let changes = rowsPerWrite; changes >= rowsPerWrite; ) {
      changes = await this.#writer.write(where, () => remove(which));
      removed += changes;
      await nextTurn();
    }
    return removed;
  }
}

function among(column: typeof calls.seq | typeof contents.callSeq, chosen: SQL): SQL {
  return sql`${column} IN (${chosen})`;
}
