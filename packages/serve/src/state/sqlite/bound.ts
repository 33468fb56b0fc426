import { getTableColumns, is, Placeholder, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { CheckedDatabase, CheckedStatement } from "./checked-database.js";

/** A value as SQLite takes it: JSON is a string already, and a boolean 0 or 1. */
export type BoundValue = string | number | null;

/** Values of the columns of a table, for a statement that was prepared with {@link boundColumns}. */
export type BoundRow<T extends SQLiteTable> = Record<Exclude<keyof T["_"]["columns"] & string, "seq">, BoundValue>;

/** Every column of a table, but for the number that SQLite gives a row, as a placeholder of its name. */
export function boundColumns<T extends SQLiteTable>(table: T): Record<keyof BoundRow<T>, SQL> {
  const names = Object.keys(getTableColumns(table)).filter((name) => name !== "seq");
  return bound(names as Array<keyof BoundRow<T>>);
}

/** Placeholders of these names. They bypass Drizzle's encoders: rows are encoded when a write is asked for, not when it is made. */
export function bound<K extends string>(names: readonly K[]): Record<K, SQL> {
  return Object.fromEntries(names.map((name) => [name, sql`${sql.placeholder(name)}`])) as Record<K, SQL>;
}

/**
 * A statement that is run for every call, or gives many rows. It takes its values by name, as Drizzle's own prepared statements do, and in a third of
 * their time: they decide about each value anew.
 */
export class BoundStatement {
  readonly #statement: CheckedStatement;
  readonly #values: Array<(row: Record<string, unknown>) => unknown>;

  constructor(connection: CheckedDatabase, query: { toSQL(): { sql: string; params: unknown[] } }) {
    const { sql: source, params } = query.toSQL();
    this.#statement = connection.prepare(source);
    this.#values = params.map((param) => {
      const name = is(param, Placeholder) ? param.name : undefined;
      return name === undefined ? () => param : (row) => row[name];
    });
  }

  run(row: Record<string, unknown>): { changes: number; lastInsertRowid: number | bigint } {
    return this.#statement.run(...this.#values.map((value) => value(row)));
  }

  /** Rows as lists, in the order of the columns that the query names. */
  rows(row: Record<string, unknown>): unknown[] {
    return this.#statement.raw().all(...this.#values.map((value) => value(row)));
  }
}
