import { closeSync, constants, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import type { SettledCall } from "../gateway-state.js";
import type { AskedRow, DecisionRow, OpenedRow } from "./call-rows.js";

/** A write of a call's life, encoded as far as it can be before it is made. */
export type JournalledWrite =
  | { write: "open"; row: OpenedRow; decision: DecisionRow; asked: AskedRow | undefined }
  | { write: "beginTry"; id: string; model: string; atMostUsd: number | null }
  | { write: "settle"; call: SettledCall; answer: string | undefined };

export type JournalEntry = JournalledWrite & {
  /** Numbers go up over the life of a database. */
  position: number;
};

/** A database that takes nothing any more has that much waiting for it, and no more. */
const mostBytes = 64 * 2 ** 20;

/**
 * What is not yet in the database: a file of one line of JSON a write, which is there when a process is killed. It makes a write
 * durable in one call of the system, so that transactions, which take a dozen, can be few and large.
 *
 * It is emptied whenever the database has all of it. Like the database it does not wait for the disk itself: what it is for is
 * the end of a process, not that of the machine.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  /** What an earlier process left, in order. */
  readonly left: readonly JournalEntry[];
  #size = 0;
  #position = 0;

  /** @throws whatever the file system throws */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const { entries, bytes } = readEntries(readFileSync(this.#file));
    this.left = entries;
    this.#size = bytes;
    this.skipTo(entries.at(-1)?.position ?? 0);
  }

  /** Numbers what comes from behind this one on. */
  skipTo(position: number): void {
    this.#position = Math.max(this.#position, position);
  }

  /** @returns its position @throws OneheadError "io" when it is not on record; then nothing of it is */
  append(write: JournalledWrite): number {
    const line = `${JSON.stringify({ position: this.#position + 1, ...write })}\n`;
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
    return ++this.#position;
  }

  /** The database has all of it. */
  empty(): void {
    if (this.#size === 0) return;
    this.#size = 0;
    this.#cut();
  }

  /** @param done whether there is nothing left in it */
  close(done: boolean): void {
    closeSync(this.#file);
    if (done) rmSync(this.#path, { force: true });
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
    return new OneheadError("io", `${write}: ${this.#path}: ${why}`, { cause });
  }
}

/** Up to the first line that is none: a process was killed, or a machine stopped, in the middle of it. */
function readEntries(content: Buffer): { entries: JournalEntry[]; bytes: number } {
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
    return typeof entry.position === "number" && ["open", "beginTry", "settle"].includes(entry.write)
      ? entry
      : undefined;
  } catch {
    return undefined;
  }
}
