import { OneheadError } from "@onehead/core";
import type { CheckedDatabase, CheckedStatement } from "./checked-database.js";
import { sqliteCode, sqliteError } from "./sqlite-error.js";

interface Job {
  where: string;
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: OneheadError): void;
}

/** Longest that one group holds up the event loop; what is left goes into the next one. */
const longestGroupMs = 4;
/** What nobody waits for with a request in hand waits so long for other writes to go with. */
const soonMs = 1;
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
  #queue: Job[] = [];
  /** When the next group is due: at the end of this turn, after a timer, or never, since nothing waits. */
  #due: "now" | "later" | undefined;
  #timer: NodeJS.Timeout | undefined;
  #paused = false;
  #busySinceMs: number | undefined;
  #closed = false;
  #idle: (() => void) | undefined;
  /** Counts what has been committed: whether it is worth a checkpoint. */
  writes = 0;

  /** @param path for messages */
  constructor(connection: CheckedDatabase, path: string) {
    this.#connection = connection;
    this.#path = path;
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
  }

  /**
   * Writes with the group of this turn.
   *
   * @param run writes, synchronously; gives the value of the promise, or the error that it rejects with when nothing was written
   * @throws OneheadError "io", or "invalid-argument" for a row that breaks a constraint
   */
  write<T>(where: string, run: () => T | OneheadError): Promise<T> {
    const written = this.#add(where, run);
    this.#now();
    return written;
  }

  /** The same with whatever is written next, or within a millisecond: half the transactions of a busy gateway. */
  writeSoon<T>(where: string, run: () => T | OneheadError): Promise<T> {
    const written = this.#add(where, run);
    if (this.#due === undefined) this.#later(soonMs);
    return written;
  }

  /** Holds writes back, without blocking, until {@link resume}. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#busySinceMs = undefined;
    this.#now();
  }

  /** Takes no more writes. @returns when those before are settled */
  close(): Promise<void> {
    this.#closed = true;
    this.#now();
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #add<T>(where: string, run: () => T | OneheadError): Promise<T> {
    if (this.#closed) return Promise.reject(new OneheadError("io", `${where}: ${this.#path}: it is closed`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ where, run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** At the end of this turn of the event loop. A lock that is held is waited for. */
  #now(): void {
    if (this.#due === "now" || this.#paused || this.#queue.length === 0 || this.#busySinceMs !== undefined) return;
    clearTimeout(this.#timer);
    this.#due = "now";
    setImmediate(() => this.#flush());
  }

  #later(afterMs: number): void {
    if (this.#paused || this.#queue.length === 0) return;
    this.#due = "later";
    this.#timer = setTimeout(() => this.#flush(), afterMs);
  }

  #flush(): void {
    this.#due = undefined;
    if (this.#paused) return;
    const done = this.#group();
    if (done === undefined) {
      this.#retryLater();
      return;
    }
    this.#queue.splice(0, done);
    this.#busySinceMs = undefined;
    if (this.#queue.length > 0) this.#now();
    else this.#idle?.();
  }

  /** Commits jobs from the head of the queue. @returns how many are settled; undefined when another connection is writing */
  #group(): number | undefined {
    const results: unknown[] = [];
    try {
      this.#begin.run();
      const startMs = performance.now();
      do results.push(this.#queue[results.length]!.run());
      while (results.length < this.#queue.length && performance.now() - startMs < longestGroupMs);
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      if (sqliteCode(error) === "SQLITE_BUSY") return undefined;
      return this.#oneByOne(Math.min(results.length + 1, this.#queue.length));
    }
    this.writes += results.length;
    for (const [i, result] of results.entries()) settle(this.#queue[i]!, result);
    return results.length;
  }

  /** Commits the first `count` jobs apart from each other. */
  #oneByOne(count: number): number | undefined {
    for (let i = 0; i < count; i++) {
      const job = this.#queue[i]!;
      try {
        this.#begin.run();
        const result = job.run();
        this.#commit.run();
        this.writes++;
        settle(job, result);
      } catch (error) {
        this.#rollBack();
        // the rest waits, as any group does
        if (sqliteCode(error) === "SQLITE_BUSY") {
          this.#queue.splice(0, i);
          return undefined;
        }
        job.reject(sqliteError(job.where, this.#path, error));
      }
    }
    return count;
  }

  /** SQLite has done so itself where the disk was full. */
  #rollBack(): void {
    if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
  }

  #retryLater(): void {
    const nowMs = performance.now();
    this.#busySinceMs ??= nowMs;
    if (nowMs - this.#busySinceMs > longestBusyMs) {
      this.#busySinceMs = undefined;
      const jobs = this.#queue.splice(0);
      const busy = { code: "SQLITE_BUSY" };
      for (const job of jobs) job.reject(sqliteError(job.where, this.#path, busy));
      this.#idle?.();
      return;
    }
    this.#later(busyRetryMs);
  }
}

function settle(job: Job, result: unknown): void {
  if (OneheadError.isInstance(result)) job.reject(result);
  else job.resolve(result);
}
