import { OneheadError } from "@onehead/core";
import { CheckedDatabase } from "./checked-database.js";
import { sqliteCode, sqliteError } from "./sqlite-error.js";

/**
 * Keeps a database to one process: an exclusive SQLite transaction on a file of its own beside it. The operating system gives it
 * back however the process ends.
 */
export class ProcessLock {
  readonly #connection: CheckedDatabase;

  private constructor(connection: CheckedDatabase) {
    this.#connection = connection;
  }

  /** @throws OneheadError "io" while another process, or another part of this one, has it */
  static take(path: string): ProcessLock {
    const file = `${path}.lock`;
    let connection: CheckedDatabase | undefined;
    try {
      connection = new CheckedDatabase(file, 0);
      connection.exec("BEGIN EXCLUSIVE");
      return new ProcessLock(connection);
    } catch (error) {
      connection?.close();
      if (sqliteCode(error) !== "SQLITE_BUSY") throw sqliteError("openSqliteState", file, error);
      const text = `openSqliteState: ${path}: it is in use by another gateway, expected a database of its own for each`;
      throw new OneheadError("io", text, { cause: error });
    }
  }

  release(): void {
    this.#connection.exec("ROLLBACK");
    this.#connection.close();
  }
}
