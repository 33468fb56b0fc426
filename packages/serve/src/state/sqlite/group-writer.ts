import { OneheadError } from "@onehead/core";
import type { CheckedDatabase, CheckedStatement } from "./checked-database.js";
import { sqliteCode, sqliteError } from "./sqlite-error.js";

interface Job {
  where: string;
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: OneheadError): void;
  /** In the journal. */
  position?: number | undefined;
  /** Nobody waits for it: a database that takes nothing is waited out. */
  kept: boolean;
}

/** What goes with every group. */
export interface GroupHooks {
  /** Within the transaction, before its first write. */
  begun(): void;
  /** Within the transaction, after its last write. @param position the last one of the journal that is in it */
  ending(position: number | undefined): void;
  /** The database will never take this one of the journal. */
  lost(error: OneheadError): void;
}

/** Longest that one group holds up the event loop; what is left goes into the next one. */
const longestGroupMs = 4;
/** What nobody waits for with a request in hand waits so long for other writes to go with. */
const soonMs = 1;
/** Wait before a database that takes nothing, of a full disk, is tried again. */
const retryMs = 1_000;
/** Wait before a lock is tried again, and how long it may be held before the waiting writes fail. */
const busyRetryMs = 1;
const longestBusyMs = 10_000;

/**
 * The one writer of a database. What is asked for within one turn of the event loop is committed together, and promises settle
 * after the commit.
 *
 * Jobs run in the order in which they were asked for, each sees what those before it have written, and each may run more than
 * once: when a group fails, its jobs are run again, each in a transaction of its own, so that only those at fault fail.
 */
export class GroupWriter {
  readonly #connection: CheckedDatabase;
  readonly #path: string;
  readonly #begin: CheckedStatement;
  readonly #commit: CheckedStatement;
  readonly #hooks: GroupHooks | undefined;
  #queue: Job[] = [];
  /** When the next group is due: at the end of this turn, after a timer, or never, since nothing waits. */
  #due: "now" | "later" | undefined;
  /** The database takes nothing, and what is in the journal waits for it to. */
  #stuck = false;
  #timer: NodeJS.Timeout | undefined;
  #busySinceMs: number | undefined;
  #closed = false;
  /** Nothing is written any more: the connection may be closed. */
  #over = false;
  #idle: (() => void) | undefined;

  /** @param path for messages */
  constructor(connection: CheckedDatabase, path: string, hooks?: GroupHooks) {
    this.#connection = connection;
    this.#path = path;
    this.#hooks = hooks;
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
  }

  /**
   * Writes with the group of this turn.
   *
   * @param run writes, synchronously; gives the value of the promise, or the error that it rejects with when nothing was written
   * @param position in the journal, where it is from there
   * @throws OneheadError "io", or "invalid-argument" for a row that breaks a constraint
   */
  write<T>(where: string, run: () => T | OneheadError, position?: number): Promise<T> {
    const written = this.#add(where, run, position);
    this.#now();
    return written;
  }

  /** The same with whatever is written next, or within a millisecond: half the transactions of a busy gateway. */
  writeSoon<T>(where: string, run: () => T | OneheadError): Promise<T> {
    const written = this.#add(where, run);
    if (this.#due === undefined) this.#after(soonMs);
    return written;
  }

  /**
   * Writes what is in the journal: a database that takes nothing is waited out.
   *
   * @param position in the journal
   * @returns when it is written, or lost
   */
  keep(where: string, run: () => unknown, position: number): Promise<void> {
    return new Promise((resolve) => {
      const reject = (error: OneheadError): void => {
        this.#hooks?.lost(error);
        resolve();
      };
      this.#queue.push({ where, run, resolve: () => resolve(), reject, position, kept: true });
      this.#now();
    });
  }

  /** Takes no more writes. @returns when those before are settled, but for what only the journal can wait for */
  async close(): Promise<void> {
    this.#closed = true;
    this.#now();
    if (this.#queue.length > 0 && !this.#stuck) await new Promise<void>((resolve) => (this.#idle = resolve));
    clearTimeout(this.#timer);
    this.#over = true;
  }

  #add<T>(where: string, run: () => T | OneheadError, position?: number): Promise<T> {
    if (this.#closed) return Promise.reject(new OneheadError("io", `${where}: ${this.#path}: it is closed`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ where, run, resolve: resolve as (value: unknown) => void, reject, position, kept: false });
    });
  }

  /** At the end of this turn of the event loop. A lock that is held is waited for. */
  #now(): void {
    if (this.#due === "now" || this.#queue.length === 0 || this.#busySinceMs !== undefined) return;
    clearTimeout(this.#timer);
    this.#due = "now";
    setImmediate(() => this.#flush());
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#due = "later";
    this.#timer = setTimeout(() => this.#flush(), ms);
  }

  #flush(): void {
    this.#due = undefined;
    if (this.#queue.length === 0 || this.#over) return;
    const state = this.#group();
    if (state === "busy") {
      this.#retryLater();
      return;
    }
    this.#busySinceMs = undefined;
    this.#stuck = state === "stuck";
    if (this.#stuck) this.#after(retryMs);
    else if (this.#queue.length > 0) {
      this.#now();
      return;
    }
    this.#idle?.();
  }

  /** Commits jobs from the head of the queue, and takes them off it. */
  #group(): "done" | "busy" | "stuck" {
    const results: unknown[] = [];
    try {
      this.#commitJobs(results, this.#queue.length);
    } catch (error) {
      this.#rollBack();
      if (sqliteCode(error) === "SQLITE_BUSY") return "busy";
      return this.#oneByOne(Math.min(results.length + 1, this.#queue.length));
    }
    const jobs = this.#queue.splice(0, results.length);
    for (const [i, job] of jobs.entries()) settle(job, results[i]);
    return "done";
  }

  /** Commits the first `count` jobs apart from each other. */
  #oneByOne(count: number): "done" | "busy" | "stuck" {
    for (let i = 0; i < count; i++) {
      const job = this.#queue[0]!;
      const results: unknown[] = [];
      try {
        this.#commitJobs(results, 1);
        this.#queue.shift();
        settle(job, results[0]);
      } catch (error) {
        this.#rollBack();
        // the rest waits, as any group does
        if (sqliteCode(error) === "SQLITE_BUSY") return "busy";
        const told = sqliteError(job.where, this.#path, error);
        if (job.kept && told.code === "io") {
          this.#rejectWaiting(told);
          return "stuck";
        }
        this.#queue.shift();
        job.reject(told);
      }
    }
    return "done";
  }

  /** One transaction of jobs from the head of the queue, at most so many. @param results of those that were run */
  #commitJobs(results: unknown[], most: number): void {
    this.#begin.run();
    this.#hooks?.begun();
    const startMs = performance.now();
    let position: number | undefined;
    do {
      const job = this.#queue[results.length]!;
      results.push(job.run());
      position = job.position ?? position;
    } while (results.length < most && performance.now() - startMs < longestGroupMs);
    this.#hooks?.ending(position);
    this.#commit.run();
  }

  /** Whoever waits is told; what is in the journal stays in the queue as well. */
  #rejectWaiting(error: OneheadError): void {
    const jobs = this.#queue;
    this.#queue = jobs.filter(({ kept }) => kept);
    for (const job of jobs) if (!job.kept) job.reject(sqliteError(job.where, this.#path, error.cause));
  }

  /** SQLite has done so itself where the disk was full. */
  #rollBack(): void {
    if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
  }

  #retryLater(): void {
    const nowMs = performance.now();
    this.#busySinceMs ??= nowMs;
    if (nowMs - this.#busySinceMs <= longestBusyMs) {
      this.#after(busyRetryMs);
      return;
    }
    this.#busySinceMs = undefined;
    this.#stuck = true;
    this.#rejectWaiting(sqliteError("write", this.#path, { code: "SQLITE_BUSY" }));
    this.#after(retryMs);
    this.#idle?.();
  }
}

function settle(job: Job, result: unknown): void {
  if (OneheadError.isInstance(result)) job.reject(result);
  else job.resolve(result);
}
