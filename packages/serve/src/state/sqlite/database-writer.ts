import type { OneheadError } from "@onehead/core";
import type { LoggedFeedback } from "../gateway-state.js";
import { CallRemovals, type Which } from "./call-removals.js";
import { CallWrites } from "./call-writes.js";
import type { CheckedDatabase } from "./checked-database.js";
import { GroupWriter } from "./group-writer.js";
import { type JournalledWrite, readEntries } from "./journal-file.js";
import { nextTurn } from "./next-turn.js";
import { sqliteDatabase } from "./sqlite-database.js";

/** Calls that one write resolves when the database is opened. */
const resolvedPerWrite = 200;

/** Whoever writes a gateway's database: in this thread, or in one of its own. All of it happens in the order in which it was asked for. */
export interface StateWriter {
  /** It has ended by itself, and fails whatever is asked of it. */
  readonly ended: boolean;
  /** Brings in a file of the journal, but for what the database has of it. @returns when it is there, however long that takes */
  apply(file: string): Promise<void>;
  /** @throws OneheadError "io", or "invalid-argument" for a row that breaks a constraint and a call that was never opened */
  write(entry: JournalledWrite): Promise<void>;
  /** @returns whether there is such a call */
  addFeedback(feedback: LoggedFeedback): Promise<boolean>;
  remove(which: Which): Promise<number>;
  removeContents(which: Which): Promise<number>;
  /** Ends what was asked for before and closes its connection; a file of the journal that the database does not take stays. */
  close(): Promise<void>;
}

/** The one writer of a database, over a connection of its own. */
export class DatabaseWriter implements StateWriter {
  readonly ended = false;
  readonly #connection: CheckedDatabase;
  readonly #writer: GroupWriter;
  readonly #writes: CallWrites;
  readonly #removals: CallRemovals;
  readonly #lost: (error: OneheadError) => void;
  /** Position in the journal up to which entries have been asked for. */
  #asked: number;

  /**
   * @param path for messages
   * @param lost is told of an entry of the journal that breaks a constraint of the database, and so is in neither from then on
   */
  constructor(connection: CheckedDatabase, path: string, lost: (error: OneheadError) => void) {
    const database = sqliteDatabase(connection);
    const writes = new CallWrites(connection, database);
    const noteApplied = connection.prepare("UPDATE journal SET applied = ?");
    this.#connection = connection;
    this.#writes = writes;
    this.#writer = new GroupWriter(connection, path, {
      begun: () => writes.begin(),
      ending(position) {
        writes.end();
        if (position !== undefined) noteApplied.run(position);
      },
      lost,
    });
    this.#removals = new CallRemovals(database, this.#writer);
    this.#lost = lost;
    this.#asked = appliedPosition(connection);
  }

  /** Position in the journal up to which the database has everything, once it is recovered. */
  get applied(): number {
    return this.#asked;
  }

  async apply(file: string): Promise<void> {
    let last: Promise<void> | undefined;
    for (const entry of readEntries(file)) {
      if (entry.position <= this.#asked) continue;
      this.#asked = entry.position;
      last = this.#writer.keep(entry.write, this.#writes.of(entry), entry.position);
    }
    await last;
  }

  write(entry: JournalledWrite): Promise<void> {
    return this.#writer.write(entry.write, this.#writes.of(entry));
  }

  addFeedback(feedback: LoggedFeedback): Promise<boolean> {
    return this.#writer.writeSoon("addFeedback", this.#writes.addFeedback(feedback));
  }

  remove(which: Which): Promise<number> {
    return this.#removals.calls(which);
  }

  removeContents(which: Which): Promise<number> {
    return this.#removals.contents(which);
  }

  /**
   * Brings in what an earlier process has left in files of the journal.
   *
   * @throws OneheadError "io" where the database does not take it: nothing may be begun before it is all there
   */
  async recover(files: readonly string[]): Promise<void> {
    const left = files.flatMap((file) => readEntries(file)).sort((a, b) => a.position - b.position);
    const written = left
      .filter(({ position }) => position > this.#asked)
      .map((entry) =>
        this.#writer.write(entry.write, this.#writes.of(entry), entry.position).catch((error: OneheadError) => {
          if (error.code === "io") throw error;
          this.#lost(error);
        }),
      );
    await Promise.all(written);
    this.#asked = Math.max(this.#asked, left.at(-1)?.position ?? 0);
  }

  /** Calls that an earlier process left open become "unresolved". */
  async resolveLeftOpen(): Promise<void> {
    const write = this.#writes.resolveLeftOpen(resolvedPerWrite);
    while ((await this.#writer.write("openSqliteState", write)) === resolvedPerWrite) await nextTurn();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#connection.close();
  }
}

function appliedPosition(connection: CheckedDatabase): number {
  return Number(connection.value("SELECT applied FROM journal"));
}
