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
import { CallRemovals } from "./call-removals.js";
import { contentsRow, decisionRow, openedRow } from "./call-rows.js";
import { CallWrites } from "./call-writes.js";
import { assertBindable, type CheckedDatabase } from "./checked-database.js";
import { type GroupHooks, GroupWriter } from "./group-writer.js";
import type { Journal, JournalledWrite } from "./journal.js";
import { nextTurn } from "./next-turn.js";
import { sqliteDatabase } from "./sqlite-database.js";
import { sqliteError } from "./sqlite-error.js";
import { UsageReads } from "./usage-reads.js";

/** Calls that one write resolves when the database is opened, and entries of the journal that are brought in together. */
const resolvedPerWrite = 200;
/** Whoever writes more than the database has taken of late waits for it. */
const mostWaiting = 2_000;

/**
 * What the gateway remembers, in one SQLite database that nobody else writes.
 *
 * With a journal the writes of a call's life are on record as soon as they are in it, and in the database a little later; whatever
 * reads, or has to know what is there, has the database take them first.
 */
export class SqliteState implements GatewayState {
  readonly durable = true;
  readonly writer: GroupWriter;
  readonly #connection: CheckedDatabase;
  readonly #path: string;
  readonly #writes: CallWrites;
  readonly #reads: CallReads;
  readonly #usage: UsageReads;
  readonly #removals: CallRemovals;
  readonly #journal: Journal | undefined;
  /** Calls under way: of these the journal takes what becomes of them. */
  readonly #underWay = new Set<string>();
  #closed: Promise<void> | undefined;
  /** Gives back what belongs to the file, before the connection is closed and after. */
  onClosing: () => Promise<void> = () => Promise.resolve();
  onClosed: () => void = () => {};

  /**
   * @param path for messages
   * @param onLost is told of a write in the journal that breaks a constraint of the database, and so is in neither from then on
   */
  constructor(
    connection: CheckedDatabase,
    path: string,
    journal?: Journal,
    onLost: (error: OneheadError) => void = () => {},
  ) {
    const database = sqliteDatabase(connection);
    this.#connection = connection;
    this.#path = path;
    this.#journal = journal;
    this.#writes = new CallWrites(connection, database);
    this.writer = new GroupWriter(connection, path, groupHooks(connection, this.#writes, journal, onLost));
    this.#reads = new CallReads(database);
    this.#usage = new UsageReads(connection, database);
    this.#removals = new CallRemovals(database, this.writer);
  }

  open(call: OpenedCall, contents?: Omit<LoggedContents, "id" | "answer">): Promise<void> {
    const asked = contents === undefined ? undefined : contentsRow(contents);
    return this.#write(call.id, { write: "open", row: openedRow(call), decision: decisionRow(call), asked });
  }

  beginTry(id: string, model: string, atMostUsd: number | null): Promise<void> {
    return this.#write(id, { write: "beginTry", id, model, atMostUsd });
  }

  settle(call: SettledCall, answer?: string): Promise<void> {
    return this.#write(call.id, { write: "settle", call, answer });
  }

  addFeedback(feedback: LoggedFeedback): Promise<boolean> {
    return this.writer.writeSoon("addFeedback", this.#writes.addFeedback(feedback));
  }

  /** In the journal now and in the database soon; where there is no journal, or it knows nothing of the call, in the database. */
  async #write(id: string, entry: JournalledWrite): Promise<void> {
    const journal = this.#journal;
    const opens = entry.write === "open";
    const known = this.#underWay.has(id);
    if (opens && known) throw invalidArgument("open: id", id, "one of its own for each call");
    const write = this.#writes.of(entry);
    if (journal === undefined || !(opens || known)) return this.writer.write(entry.write, write);
    if (this.#closed !== undefined) throw new OneheadError("io", `${entry.write}: ${this.#path}: it is closed`);
    if (opens) assertBindable(entry.row);
    const position = journal.append(entry);
    if (opens) this.#underWay.add(id);
    if (entry.write === "settle") this.#underWay.delete(id);
    this.writer.writeLater(entry.write, write, position);
    if (this.writer.waiting >= mostWaiting) await this.writer.flush();
  }

  /** Brings in what an earlier process has left in the journal, but for what the database had of it. */
  async recover(): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined) return;
    const applied = Number(this.#connection.value("SELECT applied FROM journal"));
    journal.skipTo(applied);
    const left = journal.left.filter(({ position }) => position > applied);
    for (const entry of left) {
      this.writer.writeLater(entry.write, this.#writes.of(entry), entry.position);
      if (this.writer.waiting >= resolvedPerWrite) await this.writer.flush();
    }
    // nothing may be begun before it is all there
    await this.writer.flush();
    if (this.writer.waiting > 0) throw new OneheadError("io", `openSqliteState: ${this.#path}: it takes no writes`);
    journal.empty();
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
    this.#journal?.close(this.writer.waiting === 0);
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
    if (this.#closed !== undefined) throw new OneheadError("io", `${where}: ${this.#path}: it is closed`);
    try {
      await this.writer.flush();
      return await read();
    } catch (error) {
      throw sqliteError(where, this.#path, error);
    }
  }
}

function groupHooks(
  connection: CheckedDatabase,
  writes: CallWrites,
  journal: Journal | undefined,
  lost: (error: OneheadError) => void,
): GroupHooks {
  const applied = connection.prepare("UPDATE journal SET applied = ?");
  return {
    begun: () => writes.begin(),
    ending(position) {
      writes.end();
      if (position !== undefined) applied.run(position);
    },
    emptied: () => journal?.empty(),
    lost,
  };
}
