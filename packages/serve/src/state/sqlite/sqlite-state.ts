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
import { CallReads } from "./call-reads.js";
import { CallRemovals } from "./call-removals.js";
import { CallWrites } from "./call-writes.js";
import type { CheckedDatabase } from "./checked-database.js";
import { GroupWriter } from "./group-writer.js";
import { nextTurn } from "./next-turn.js";
import { sqliteDatabase } from "./sqlite-database.js";
import { sqliteError } from "./sqlite-error.js";
import { UsageReads } from "./usage-reads.js";

/** Calls that one write resolves when the database is opened. */
const resolvedPerWrite = 200;

/** What the gateway remembers, in one SQLite database that nobody else writes. */
export class SqliteState implements GatewayState {
  readonly durable = true;
  readonly writer: GroupWriter;
  readonly #connection: CheckedDatabase;
  readonly #path: string;
  readonly #writes: CallWrites;
  readonly #reads: CallReads;
  readonly #usage: UsageReads;
  readonly #removals: CallRemovals;
  #closed: Promise<void> | undefined;
  /** Gives back what belongs to the file, before the connection is closed and after. */
  onClosing: () => Promise<void> = () => Promise.resolve();
  onClosed: () => void = () => {};

  /** @param path for messages */
  constructor(connection: CheckedDatabase, path: string) {
    const database = sqliteDatabase(connection);
    this.#connection = connection;
    this.#path = path;
    this.writer = new GroupWriter(connection, path);
    this.#writes = new CallWrites(connection, database);
    this.#reads = new CallReads(database);
    this.#usage = new UsageReads(database);
    this.#removals = new CallRemovals(database, this.writer);
  }

  open(call: OpenedCall, contents?: Omit<LoggedContents, "id" | "answer">): Promise<void> {
    return this.writer.write("open", this.#writes.open(call, contents));
  }

  beginTry(id: string, model: string, atMostUsd: number | null): Promise<void> {
    return this.writer.write("beginTry", this.#writes.beginTry(id, model, atMostUsd));
  }

  settle(call: SettledCall, answer?: string): Promise<void> {
    return this.writer.writeSoon("settle", this.#writes.settle(call, answer));
  }

  addFeedback(feedback: LoggedFeedback): Promise<boolean> {
    return this.writer.writeSoon("addFeedback", this.#writes.addFeedback(feedback));
  }

  /** Calls that an earlier process left open become "unresolved". */
  async resolveLeftOpen(): Promise<void> {
    const write = this.#writes.resolveLeftOpen(resolvedPerWrite);
    while ((await this.writer.write("openSqliteState", write)) === resolvedPerWrite) await nextTurn();
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

  remove(which: { ids: readonly string[] } | { beforeMs: number }): Promise<number> {
    return this.#removals.calls(which);
  }

  removeContents(which: { ids: readonly string[] } | { beforeMs: number }): Promise<number> {
    return this.#removals.contents(which);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.writer.close();
    await this.onClosing();
    this.#emptyLog();
    this.#connection.close();
    this.onClosed();
  }

  /** What was removed is not to stay in the write-ahead log, which SQLite keeps while others have the database open. */
  #emptyLog(): void {
    try {
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // whoever opens it next does so: everything is on disk already
    }
  }

  async #read<T>(where: string, read: () => T | Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new OneheadError("io", `${where}: ${this.#path}: it is closed`);
    try {
      return await read();
    } catch (error) {
      throw sqliteError(where, this.#path, error);
    }
  }
}
