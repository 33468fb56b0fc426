import { OneheadError } from "@onehead/core";
import type { CheckedDatabase } from "./checked-database.js";
import { migrations } from "./migrations/index.js";

/**
 * Brings a database to the schema of this program, one transaction a migration, and notes each in `schema_migrations`.
 *
 * @param path for messages
 * @param upTo schema to stop at; for tests
 * @throws OneheadError "io" for a schema that is newer than the program, and for a database of something else
 */
export function migrate(connection: CheckedDatabase, path: string, upTo = migrations.length): void {
  const version = schemaVersion(connection, path);
  if (version > migrations.length) {
    const expected = `expected at most ${migrations.length}: it was written by a newer version of the program`;
    throw new OneheadError("io", `openSqliteState: ${path}: its schema is ${version}, ${expected}`);
  }
  for (let next = version + 1; next <= upTo; next++) {
    const { name, sql } = migrations[next - 1]!;
    connection.exec("BEGIN IMMEDIATE");
    try {
      connection.exec(sql);
      connection.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?)").run(next, name, Date.now());
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }
}

/**
 * Reads the schema of a database that is not to be changed.
 *
 * @param path for messages
 * @throws OneheadError "io" for another schema than that of this program, and for a database of something else
 */
export function assertSchema(connection: CheckedDatabase, path: string): void {
  const noted = connection.value("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'");
  if (noted === 0) throw new OneheadError("io", `openSqliteReader: ${path}: it is no database of a gateway`);
  const version = Number(connection.value("SELECT coalesce(max(version), 0) FROM schema_migrations"));
  if (version === migrations.length) return;
  const why =
    version > migrations.length
      ? "it was written by a newer version of the program"
      : "it was written by an older version of the program, and is brought up when a gateway of this one opens it";
  const found = `its schema is ${version}, expected ${migrations.length}`;
  throw new OneheadError("io", `openSqliteReader: ${path}: ${found}: ${why}`);
}

/** Number of the last migration; 0 for a new database. */
function schemaVersion(connection: CheckedDatabase, path: string): number {
  const noted = connection.value("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'");
  if (noted === 0 && connection.value("SELECT count(*) FROM sqlite_schema") !== 0)
    throw new OneheadError("io", `openSqliteState: ${path}: it is a database of another program`);
  connection.exec(
    "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms REAL NOT NULL) STRICT",
  );
  return Number(connection.value("SELECT coalesce(max(version), 0) FROM schema_migrations"));
}
