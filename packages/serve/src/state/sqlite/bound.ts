import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

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
