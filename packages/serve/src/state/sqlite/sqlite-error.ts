import { OneheadError } from "@onehead/core";

/** What SQLite's primary codes mean, for an operator. */
const meanings: Record<string, string> = {
  SQLITE_FULL: "the disk is full",
  SQLITE_NOTADB: "it is no SQLite database",
  SQLITE_CORRUPT: "it is damaged",
  SQLITE_READONLY: "it cannot be written",
  SQLITE_CANTOPEN: "it cannot be opened",
  SQLITE_BUSY: "another process holds its lock",
  SQLITE_IOERR: "it cannot be read or written",
  SQLITE_PERM: "it cannot be read or written",
};

/** Its primary code, such as "SQLITE_BUSY" of "SQLITE_BUSY_SNAPSHOT"; undefined for what does not come from SQLite. */
export function sqliteCode(error: unknown): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === "string" && code.startsWith("SQLITE_")) return code.split("_").slice(0, 2).join("_");
  // libsql gives no code when a file cannot be opened: `ConnectionFailed("Unable to open …: 14")`
  return typeof message === "string" && message.startsWith("ConnectionFailed") ? "SQLITE_CANTOPEN" : undefined;
}

/**
 * The error of an operation on the database: "invalid-argument" for a row that breaks a constraint, else "io".
 *
 * @param where the operation
 */
export function sqliteError(where: string, path: string, error: unknown): OneheadError {
  if (OneheadError.isInstance(error)) return error;
  const code = sqliteCode(error);
  const text = error instanceof Error ? error.message : String(error);
  // SQLite names the columns, never their values
  if (code === "SQLITE_CONSTRAINT") return new OneheadError("invalid-argument", `${where}: ${text}`, { cause: error });
  const meaning = code === undefined ? undefined : meanings[code];
  const found = meaning === undefined ? text : `${meaning} (${code})`;
  return new OneheadError("io", `${where}: ${path}: ${found}`, { cause: error });
}
