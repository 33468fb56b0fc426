import { accessSync, closeSync, constants, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { OneheadError } from "@onehead/core";
import type { GatewayState } from "../gateway-state.js";
import { CheckedDatabase } from "./checked-database.js";
import { Checkpointer } from "./checkpointer.js";
import { Journal } from "./journal.js";
import { migrate } from "./migrate.js";
import { ProcessLock } from "./process-lock.js";
import { sqliteError } from "./sqlite-error.js";
import { SqliteState } from "./sqlite-state.js";

export interface SqliteStateOptions {
  /** Of the database, which is made when it is missing, with its folder; ":memory:" for one that ends with the process. */
  path: string;
  /** How often it is looked whether the write-ahead log is to be moved into the database. Default 1,000. */
  checkpointEveryMs?: number | undefined;
  /** Is told of what was on record and is not any more, since the database cannot take it. */
  onLost?: ((error: OneheadError) => void) | undefined;
}

/**
 * Opens what a gateway remembers, in a SQLite database that belongs to this process until it is closed, or the process ends.
 *
 * Calls that an earlier process left open are "unresolved" afterwards.
 *
 * @throws OneheadError "io" naming the path: it is in use, cannot be written, is damaged, or is not ours
 */
export async function openSqliteState({
  path,
  checkpointEveryMs = 1_000,
  onLost,
}: SqliteStateOptions): Promise<GatewayState> {
  if (path === ":memory:") return openState(new CheckedDatabase(path, 0), path, undefined, onLost);
  const file = prepareFile(path);
  const lock = ProcessLock.take(file);
  try {
    const state = await openState(connect(file), file, checkpointEveryMs, onLost);
    state.onClosed = () => lock.release();
    return state;
  } catch (error) {
    lock.release();
    throw sqliteError("openSqliteState", file, error);
  }
}

/** @param checkpointEveryMs undefined for a database in memory */
async function openState(
  connection: CheckedDatabase,
  path: string,
  checkpointEveryMs: number | undefined,
  onLost: ((error: OneheadError) => void) | undefined,
): Promise<SqliteState> {
  let state: SqliteState;
  let journal: Journal | undefined;
  try {
    configure(connection, path, checkpointEveryMs !== undefined);
    migrate(connection, path);
    journal = checkpointEveryMs === undefined ? undefined : new Journal(`${path}-calls`);
    state = new SqliteState(connection, path, journal, onLost);
    await state.recover();
    await state.resolveLeftOpen();
  } catch (error) {
    journal?.close(false);
    connection.close();
    throw sqliteError("openSqliteState", path, error);
  }
  if (checkpointEveryMs !== undefined) {
    const onBroken = (): void => connection.exec("PRAGMA wal_autocheckpoint=1000");
    const checkpointer = new Checkpointer(path, state.writer, checkpointEveryMs, onBroken);
    state.onClosing = () => checkpointer.close();
  }
  return state;
}

function connect(file: string): CheckedDatabase {
  try {
    return new CheckedDatabase(file, 0);
  } catch (error) {
    throw sqliteError("openSqliteState", file, error);
  }
}

function configure(connection: CheckedDatabase, path: string, onDisk: boolean): void {
  // of a new database: a call touches a dozen pages, which are written whole; 26 kB of log for each instead of 46 with 4,096 bytes
  connection.exec("PRAGMA page_size=2048");
  const mode = connection.value("PRAGMA journal_mode=WAL");
  if (onDisk && mode !== "wal")
    throw new OneheadError(
      "io",
      `openSqliteState: ${path}: journal mode ${String(mode)}, expected a file system with WAL`,
    );
  connection.exec(`
    PRAGMA synchronous=NORMAL;
    PRAGMA foreign_keys=ON;
    PRAGMA wal_autocheckpoint=0;
    PRAGMA cache_size=-16000;
    PRAGMA secure_delete=ON;
  `);
}

/** Makes the folder and the file where they are missing: prompts may be in it, so nobody else may read it. @returns its real path */
function prepareFile(path: string): string {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    makePrivate(file);
    const real = realpathSync(file);
    // SQLite itself would open it for reading alone
    accessSync(real, constants.R_OK | constants.W_OK);
    makePrivate(`${real}.lock`);
    return real;
  } catch (error) {
    throw new OneheadError("io", `openSqliteState: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** A file that is there is not opened: closing it would take away the locks that this process may have on it. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
