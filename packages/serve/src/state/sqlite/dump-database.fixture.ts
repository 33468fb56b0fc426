import type { CheckedDatabase } from "./checked-database.js";

/** A database as SQL that makes it again: what `.dump` of SQLite's shell writes. */
export function dumpDatabase(connection: CheckedDatabase): string {
  const all = (source: string): string[] => connection.prepare(source).raw().all().flat() as string[];
  const tables = all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
  const rows = tables.flatMap((table) => {
    const columns = all(`SELECT name FROM pragma_table_info('${table}')`);
    const values = columns.map((column) => `quote("${column}")`).join(` || ', ' || `);
    return all(`SELECT 'INSERT INTO ${table} VALUES (' || ${values} || ');' FROM ${table}`);
  });
  const made = all("SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
  return `${[...made, ...rows].join("\n")}\n`;
}
