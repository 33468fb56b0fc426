import { closeSync, constants, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import type { LoggedContents, OpenedCall, SettledCall } from "../gateway-state.js";

/** A write of a call's life, as it was asked for: rows are made of it by whoever writes the database. */
export type JournalledWrite =
  | { write: "open"; call: OpenedCall; asked: Omit<LoggedContents, "id" | "answer"> | undefined }
  | { write: "beginTry"; id: string; model: string; atMostUsd: number | null }
  | { write: "settle"; call: SettledCall; answer: string | undefined };

export type JournalEntry = JournalledWrite & {
  /** Numbers go up over the life of a database. */
  position: number;
};

/** A database that takes nothing any more has that much waiting for it, and no more. */
const mostBytes = 64 * 2 ** 20;

/**
 * One of the two files of the journal: one line of JSON a write. Like the database it does not wait for the disk itself: what it
 * is for is the end of a process, not that of the machine.
 */
export class JournalFile {
  readonly path: string;
  readonly #file: number;
  /** Of the last write in it; 0 for none. */
  position: number;
  #size: number;

  /** @throws whatever the file system throws */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const { entries, bytes } = parseEntries(readFileSync(this.#file));
    this.position = entries.at(-1)?.position ?? 0;
    this.#size = bytes;
  }

  /** @throws OneheadError "io" when it is not on record; then nothing of it is */
  append(position: number, write: JournalledWrite): void {
    const line = `{"position":${position},${JSON.stringify(write).slice(1)}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#size + bytes > mostBytes) throw this.#error(write, "the database has not taken the writes before it");
    let written = 0;
    try {
      written = writeSync(this.#file, line, this.#size);
    } catch (error) {
      this.#cut();
      throw this.#error(write, (error as Error).message, error);
    }
    if (written < bytes) {
      this.#cut();
      throw this.#error(write, "the disk is full");
    }
    this.#size += bytes;
    this.position = position;
  }

  get empty(): boolean {
    return this.#size === 0;
  }

  clear(): void {
    if (this.empty) return;
    this.#size = 0;
    this.#cut();
  }

  close(): void {
    closeSync(this.#file);
    if (this.empty) rmSync(this.path, { force: true });
  }

  /** Half a line at the end is none, so it does no harm where it cannot be cut off. */
  #cut(): void {
    try {
      ftruncateSync(this.#file, this.#size);
    } catch {
      // what comes next is written over it
    }
  }

  #error({ write }: JournalledWrite, why: string, cause?: unknown): OneheadError {
    return new OneheadError("io", `${write}: ${this.path}: ${why}`, { cause });
  }
}

/** The entries of a file of the journal, which is not written to meanwhile; none where it is missing. */
export function readEntries(path: string): JournalEntry[] {
  try {
    return parseEntries(readFileSync(path)).entries;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Up to the first line that is none: a process was killed, or a machine stopped, in the middle of it. */
function parseEntries(content: Buffer): { entries: JournalEntry[]; bytes: number } {
  const entries: JournalEntry[] = [];
  let bytes = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, bytes)) {
    const entry = parseEntry(content.toString("utf8", bytes, end));
    if (entry === undefined || entry.position <= (entries.at(-1)?.position ?? 0)) break;
    entries.push(entry);
    bytes = end + 1;
  }
  return { entries, bytes };
}

function parseEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    const known = typeof entry.position === "number" && ["open", "beginTry", "settle"].includes(entry.write);
    return known ? entry : undefined;
  } catch {
    return undefined;
  }
}
