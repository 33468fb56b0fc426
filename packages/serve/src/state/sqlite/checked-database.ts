import { OneheadError } from "@onehead/core";
import Libsql from "libsql";
import { invalidArgument } from "../invalid-argument.js";

type DriverValue = string | number | bigint | null | Uint8Array;

/**
 * A connection of libsql that looks at values before it binds them: the library ends the whole process at a boolean, and shifts
 * the values after a list.
 */
export class CheckedDatabase {
  readonly #database: Libsql.Database;
  #closed = false;

  /** @param busyTimeoutMs for which it blocks its thread while another connection writes */
  constructor(path: string, busyTimeoutMs: number) {
    // the types are those of better-sqlite3, where this one option is the same
    this.#database = new Libsql(path, { timeout: busyTimeoutMs });
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(source: string): CheckedStatement {
    this.#assertOpen();
    return new CheckedStatement(this.#database.prepare(source));
  }

  exec(source: string): void {
    this.#assertOpen();
    this.#database.exec(source);
  }

  /** First column of the first row. */
  value(source: string): unknown {
    const row = this.prepare(source).raw().get() as unknown[] | undefined;
    return row?.[0];
  }

  /** The second time does nothing. */
  close(): void {
    if (!this.#closed) this.#database.close();
    this.#closed = true;
  }

  /** The library ends the whole process where it is not. */
  #assertOpen(): void {
    if (this.#closed) throw new OneheadError("io", "state: the connection is closed");
  }
}

export class CheckedStatement {
  readonly #statement: Libsql.Statement;

  constructor(statement: Libsql.Statement) {
    this.#statement = statement;
  }

  raw(): this {
    this.#statement.raw();
    return this;
  }

  run(...values: unknown[]): Libsql.RunResult {
    return this.#statement.run(checked(values));
  }

  get(...values: unknown[]): unknown {
    return this.#statement.get(checked(values));
  }

  all(...values: unknown[]): unknown[] {
    return this.#statement.all(checked(values));
  }
}

/** @throws OneheadError "invalid-argument" for a value that is none of SQLite's */
function checked(values: unknown[]): DriverValue[] {
  for (const value of values) assertDriverValue(value);
  return values as DriverValue[];
}

function assertDriverValue(value: unknown): asserts value is DriverValue {
  const type = typeof value;
  if (type === "string" || type === "number" || value === null || type === "bigint") return;
  if (value instanceof Uint8Array) return;
  throw invalidArgument("state: value of a column", type, "text, a number or null");
}
