import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { OneheadError } from "@onehead/core";
import type { CallFilter, GatewayState } from "../gateway-state.js";
import { CallReads } from "./call-reads.js";
import { conditionOf } from "./call-search.js";
import { CheckedDatabase } from "./checked-database.js";
import { type LogSums, logSums } from "./log-sums.js";
import { assertSchema } from "./migrate.js";
import { sqliteDatabase } from "./sqlite-database.js";
import { sqliteError } from "./sqlite-error.js";
import { UsageReads } from "./usage-reads.js";

export type { LogSums };

/** What is read of a gateway's log from outside. */
export interface LogReader extends Pick<GatewayState, "call" | "contents" | "calls" | "usage" | "close"> {
  /** Sums of the calls that pass a filter and are still in the log, by model; without those that no call is of. */
  sums(filter: CallFilter): Promise<LogSums[]>;
}

/** Longest wait while the gateway has the log for itself, as when it begins a new one. */
const busyTimeoutMs = 5_000;

/**
 * Opens a gateway's database to read it alone, also while the gateway that it belongs to runs: no lock is taken, nothing is
 * migrated, and calls that are under way stay so. What a running gateway has written within the last moment may be missing, and
 * what one that was killed had not yet brought in is there once a gateway has been started on it again.
 *
 * @throws OneheadError "io" naming the path: it is missing, cannot be read, is damaged, or is of another schema than this program's
 */
export async function openSqliteReader({ path }: { path: string }): Promise<LogReader> {
  const file = resolve(path);
  // opening what is missing would make it
  if (!existsSync(file)) throw new OneheadError("io", `openSqliteReader: ${file}: it does not exist`);
  let connection: CheckedDatabase | undefined;
  try {
    connection = new CheckedDatabase(file, busyTimeoutMs);
    connection.exec("PRAGMA query_only=ON");
    assertSchema(connection, file);
    return new SqliteReader(connection, file);
  } catch (error) {
    connection?.close();
    throw sqliteError("openSqliteReader", file, error);
  }
}

class SqliteReader implements LogReader {
  readonly #connection: CheckedDatabase;
  readonly #path: string;
  readonly #database;
  readonly #reads: CallReads;
  readonly #usage: UsageReads;
  #closed = false;

  constructor(connection: CheckedDatabase, path: string) {
    this.#connection = connection;
    this.#path = path;
    this.#database = sqliteDatabase(connection);
    this.#reads = new CallReads(this.#database);
    this.#usage = new UsageReads(connection, this.#database);
  }

  call(id: string): ReturnType<LogReader["call"]> {
    return this.#read("call", () => this.#reads.call(id));
  }

  contents(id: string): ReturnType<LogReader["contents"]> {
    return this.#read("contents", () => this.#reads.contents(id));
  }

  calls(filter: CallFilter, page: { limit: number; after?: string | undefined }): ReturnType<LogReader["calls"]> {
    return this.#read("calls", () => this.#reads.calls(filter, page.limit, page.after));
  }

  usage(range: { fromMs: number; toMs: number; bucketMs: number }): ReturnType<LogReader["usage"]> {
    return this.#read("usage", () => this.#usage.usage(range));
  }

  sums(filter: CallFilter): Promise<LogSums[]> {
    return this.#read("sums", () => logSums(this.#database, conditionOf(filter)));
  }

  async close(): Promise<void> {
    if (!this.#closed) this.#connection.close();
    this.#closed = true;
  }

  async #read<T>(where: string, read: () => T | Promise<T>): Promise<T> {
    if (this.#closed) throw new OneheadError("io", `${where}: ${this.#path}: it is closed`);
    try {
      return await read();
    } catch (error) {
      throw sqliteError(where, this.#path, error);
    }
  }
}
