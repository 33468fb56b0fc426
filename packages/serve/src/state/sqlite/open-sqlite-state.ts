import { accessSync, closeSync, constants, existsSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { OneheadError } from "@onehead/core";
import type { GatewayState } from "../gateway-state.js";
import { CheckedDatabase } from "./checked-database.js";
import { configureFile, configureWriter } from "./configure.js";
import { DatabaseWriter, type StateWriter } from "./database-writer.js";
import { Journal, journalPaths } from "./journal.js";
import { migrate } from "./migrate.js";
import { ProcessLock } from "./process-lock.js";
import { sqliteError } from "./sqlite-error.js";
import { SqliteState } from "./sqlite-state.js";
import { ThreadWriter } from "./thread-writer.js";

export interface SqliteStateOptions {
  /** Of the database, which is made when it is missing, with its folder; ":memory:" for one that ends with the process. */
  path: string;
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
export async function openSqliteState({ path, onLost = () => {} }: SqliteStateOptions): Promise<GatewayState> {
  if (path === ":memory:") return openInMemory(onLost);
  const file = prepareFile(path);
  const lock = ProcessLock.take(file);
  try {
    const state = await openFile(file, onLost);
    state.onClosed = () => lock.release();
    return state;
  } catch (error) {
    lock.release();
    throw sqliteError("openSqliteState", file, error);
  }
}

async function openInMemory(onLost: (error: OneheadError) => void): Promise<GatewayState> {
  const path = ":memory:";
  const connection = new CheckedDatabase(path, 0);
  configureWriter(connection);
  migrate(connection, path);
  const writer = new DatabaseWriter(connection, path, onLost);
  return new SqliteState({ connection, path, writer, nextWriter: () => writer, journal: undefined });
}

async function openFile(file: string, onLost: (error: OneheadError) => void): Promise<SqliteState> {
  const connection = connect(file);
  let writer: DatabaseWriter | undefined;
  try {
    configureFile(connection, file);
    migrate(connection, file);
    writer = writerOf(file, onLost);
    await writer.recover(journalPaths(file));
    await writer.resolveLeftOpen();
    const journal = new Journal(file, writer.applied);
    const nextWriter = (): StateWriter => writerOf(file, onLost);
    if (!existsSync(threadProgram)) return new SqliteState({ connection, path: file, writer, nextWriter, journal });
    await writer.close();
    const thread = new ThreadWriter(threadProgram, file, onLost);
    return new SqliteState({ connection, path: file, writer: thread, nextWriter, journal });
  } catch (error) {
    await writer?.close();
    connection.close();
    throw error;
  }
}

/** Built beside this; where it is not, as in some bundles, transactions are made in this thread. */
const threadProgram = new URL("./writer-thread.js", import.meta.url);

function writerOf(file: string, onLost: (error: OneheadError) => void): DatabaseWriter {
  const connection = connect(file);
  configureWriter(connection);
  return new DatabaseWriter(connection, file, onLost);
}

function connect(file: string): CheckedDatabase {
  try {
    return new CheckedDatabase(file, 0);
  } catch (error) {
    throw sqliteError("openSqliteState", file, error);
  }
}

/**
 * Makes the file where it is missing: prompts may be in it, so nobody else may read it. A folder that is missing is a slip of the pen,
 * and a log that began anew there would not be found.
 *
 * @returns its real path
 */
function prepareFile(path: string): string {
  const file = resolve(path);
  try {
    if (!existsSync(dirname(file))) throw new Error(`no folder ${dirname(file)}`);
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
