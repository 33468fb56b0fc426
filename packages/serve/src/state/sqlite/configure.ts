import { OneheadError } from "@onehead/core";
import type { CheckedDatabase } from "./checked-database.js";

/** Makes a file one with a write-ahead log. @param path for messages @throws OneheadError "io" where there can be none */
export function configureFile(connection: CheckedDatabase, path: string): void {
  // of a new database: a call touches a dozen pages, which are written whole; 26 kB of log for each instead of 46 with 4,096 bytes
  connection.exec("PRAGMA page_size=2048");
  const mode = connection.value("PRAGMA journal_mode=WAL");
  if (mode === "wal") return;
  const found = `journal mode ${String(mode)}, expected a file system with WAL`;
  throw new OneheadError("io", `openSqliteState: ${path}: ${found}`);
}

/** For the connection that writes. Every 2 MB it moves the write-ahead log into the database, which waits for the disk. */
export function configureWriter(connection: CheckedDatabase): void {
  connection.exec(`
    PRAGMA synchronous=NORMAL;
    PRAGMA foreign_keys=ON;
    PRAGMA wal_autocheckpoint=1000;
    PRAGMA journal_size_limit=33554432;
    PRAGMA cache_size=-16000;
    PRAGMA secure_delete=ON;
  `);
}
