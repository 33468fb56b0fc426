import { OneheadError } from "@onehead/core";
import type {
  CallFilter,
  CallPage,
  CallRecord,
  GatewayState,
  LoggedContents,
  LoggedFeedback,
  OpenedCall,
  SettledCall,
  UsageBucket,
} from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { CallReads } from "./call-reads.js";
import type { Which } from "./call-removals.js";
import { assertOpenedCall } from "./call-rows.js";
import type { CheckedDatabase } from "./checked-database.js";
import type { StateWriter } from "./database-writer.js";
import type { Journal } from "./journal.js";
import type { JournalledWrite } from "./journal-file.js";
import { nextTurn } from "./next-turn.js";
import { sqliteDatabase } from "./sqlite-database.js";
import { sqliteError } from "./sqlite-error.js";
import { UsageReads } from "./usage-reads.js";

/** How long writes are gathered for one transaction. */
const gatherMs = 100;
/** Whoever writes more than the database has taken of late waits for it. */
const mostWaiting = 2_000;
/**
 * Whoever needs to know what was written waits so long, since the writer may be starting, and then has what is there; after one
 * has waited in vain, and until the database takes something again, no longer than the second.
 */
const longestReadWaitMs = 5_000;
const readWaitWhenStuckMs = 250;
/** At the end; what is not in the database then is in the journal for the next start. */
const longestCloseWaitMs = 5_000;

export interface SqliteStateParts {
  /** For reading. */
  connection: CheckedDatabase;
  /** For messages. */
  path: string;
  writer: StateWriter;
  /** Another one, where the first has ended. */
  nextWriter(): StateWriter;
  /** Undefined for a database in memory, which nothing outlives. */
  journal: Journal | undefined;
}

/**
 * What the gateway remembers, in one SQLite database that nobody else writes.
 *
 * With a journal the writes of a call's life are on record as soon as they are in it, and in the database a little later; whatever
 * reads, or has to know what is there, has the database take them first.
 */
export class SqliteState implements GatewayState {
  readonly durable = true;
  readonly #connection: CheckedDatabase;
  readonly #path: string;
  readonly #nextWriter: () => StateWriter;
  readonly #reads: CallReads;
  readonly #usage: UsageReads;
  readonly #journal: Journal | undefined;
  #writer: StateWriter;
  /** Calls under way: of these the journal takes what becomes of them. */
  readonly #underWay = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #bringing: Promise<void> | undefined;
  /** The database has taken nothing for a while. */
  #stuck = false;
  #closed: Promise<void> | undefined;
  /** Gives back what belongs to the file, after it is closed. */
  onClosed: () => void = () => {};

  constructor({ connection, path, writer, nextWriter, journal }: SqliteStateParts) {
    const database = sqliteDatabase(connection);
    this.#connection = connection;
    this.#path = path;
    this.#writer = writer;
    this.#nextWriter = nextWriter;
    this.#journal = journal;
    this.#reads = new CallReads(database);
    this.#usage = new UsageReads(connection, database);
  }

  async open(call: OpenedCall, contents?: Omit<LoggedContents, "id" | "answer">): Promise<void> {
    if (this.#underWay.has(call.id)) throw invalidArgument("open: id", call.id, "one of its own for each call");
    const entry = { write: "open", call, asked: contents } as const;
    if (this.#journal === undefined) return this.#directly(entry);
    assertOpenedCall(call);
    const recorded = this.#record(entry);
    this.#underWay.add(call.id);
    return recorded;
  }

  async beginTry(id: string, model: string, atMostUsd: number | null): Promise<void> {
    const entry = { write: "beginTry", id, model, atMostUsd } as const;
    return this.#underWay.has(id) ? this.#record(entry) : this.#directly(entry);
  }

  async settle(call: SettledCall, answer?: string): Promise<void> {
    const entry = { write: "settle", call, answer } as const;
    if (!this.#underWay.has(call.id)) return this.#directly(entry);
    const recorded = this.#record(entry);
    this.#underWay.delete(call.id);
    return recorded;
  }

  async addFeedback(feedback: LoggedFeedback): Promise<boolean> {
    await this.#caughtUp("addFeedback");
    const isKnown = await this.#liveWriter().addFeedback(feedback);
    // a call that is only on record yet is not one that is unknown
    if (!isKnown && this.#stuck) {
      throw new OneheadError("io", `addFeedback: ${this.#path}: the database has not taken the writes before it`);
    }
    return isKnown;
  }

  async remove(which: Which): Promise<number> {
    await this.#caughtUp("remove");
    return this.#liveWriter().remove(which);
  }

  async removeContents(which: Which): Promise<number> {
    await this.#caughtUp("removeContents");
    return this.#liveWriter().removeContents(which);
  }

  /** In the journal now, in the database soon. @throws OneheadError "io" at once when it is not on record */
  #record(entry: JournalledWrite): Promise<void> | undefined {
    this.#assertOpen(entry.write);
    const journal = this.#journal as Journal;
    journal.append(entry);
    if (journal.waiting >= mostWaiting) return this.#caughtUp(entry.write);
    this.#timer ??= setTimeout(() => void this.#bringIn(), gatherMs);
    return undefined;
  }

  /** Of a call that the journal knows nothing of. */
  async #directly(entry: JournalledWrite): Promise<void> {
    this.#assertOpen(entry.write);
    if (this.#journal !== undefined) await this.#caughtUp(entry.write);
    await this.#liveWriter().write(entry);
  }

  /** Has the database take a file of the journal, or waits until it has taken the one that it is at. */
  #bringIn(): Promise<void> {
    this.#bringing ??= this.#takeTurn().finally(() => {
      this.#bringing = undefined;
      if (this.#journal!.waiting > 0 && this.#closed === undefined)
        this.#timer ??= setTimeout(() => void this.#bringIn(), gatherMs);
    });
    return this.#bringing;
  }

  async #takeTurn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const journal = this.#journal as Journal;
    const file = journal.turn();
    if (file === null) return;
    try {
      await this.#liveWriter().apply(file);
      journal.broughtIn();
      this.#stuck = false;
    } catch {
      // its thread has ended, or there is no other to be had: the next turn begins with the same file
      await nextTurn();
    }
  }

  /** @throws OneheadError "io" where the writer has ended and no other can be had */
  #liveWriter(): StateWriter {
    if (this.#writer.ended) this.#writer = this.#nextWriter();
    return this.#writer;
  }

  /** Waits until the database has what was written so far, or it has turned out that this takes longer. */
  async #caughtUp(where: string): Promise<void> {
    this.#assertOpen(where);
    await this.#takeAll(this.#stuck ? readWaitWhenStuckMs : longestReadWaitMs);
  }

  async #takeAll(mostMs: number): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined) return;
    const upTo = journal.position;
    const endMs = performance.now() + mostMs;
    while (journal.applied < upTo && performance.now() < endMs) {
      await within(this.#bringIn(), endMs - performance.now());
    }
    if (journal.applied < upTo) this.#stuck = true;
  }

  call(id: string): Promise<CallRecord | null> {
    return this.#read("call", () => this.#reads.call(id));
  }

  contents(id: string): Promise<LoggedContents | null> {
    return this.#read("contents", () => this.#reads.contents(id));
  }

  calls(filter: CallFilter, page: { limit: number; after?: string | undefined }): Promise<CallPage> {
    return this.#read("calls", () => this.#reads.calls(filter, page.limit, page.after));
  }

  callOfResponse(responseId: string): Promise<{ id: string; model: string } | null> {
    return this.#read("callOfResponse", () => this.#reads.callOfResponse(responseId));
  }

  usage(range: { fromMs: number; toMs: number; bucketMs: number }): Promise<UsageBucket[]> {
    return this.#read("usage", () => this.#usage.usage(range));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#takeAll(longestCloseWaitMs);
    // what it has not done is in the journal
    await this.#writer.close().catch(() => {});
    this.#emptyLog();
    this.#connection.close();
    this.#journal?.close();
    this.onClosed();
  }

  /** Leaves everything in the one file. libsql does not end its statements, so SQLite does not see the connection as closed. */
  #emptyLog(): void {
    try {
      this.#connection.value("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // it stays in the log, where the next opening finds it
    }
  }

  async #read<T>(where: string, read: () => T | Promise<T>): Promise<T> {
    await this.#caughtUp(where);
    try {
      return await read();
    } catch (error) {
      throw sqliteError(where, this.#path, error);
    }
  }

  #assertOpen(where: string): void {
    if (this.#closed !== undefined) throw new OneheadError("io", `${where}: ${this.#path}: it is closed`);
  }
}

/** Waits for a promise, and no longer than so long. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
