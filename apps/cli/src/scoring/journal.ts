import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import type { InputPosition } from "@onehead/data";
import { codeOf } from "../files/write-atomically.js";

/** What a run has to have in common with the one that it goes on from, by the name that a message gives it. */
export type RunIdentity = Readonly<Record<string, unknown>>;

/** So much of the output is done, whatever happens to the process. */
export interface Checkpoint extends InputPosition {
  rows: number;
  failed: number;
  /** Of the output. */
  bytes: number;
  /** What the output needs to go on, if anything, of the bytes since the checkpoint before. */
  state?: unknown;
}

/** The output is whole; it may have its own name by now. */
interface Completion {
  done: true;
  rows: number;
  failed: number;
}

/** What an earlier run has written down. */
export interface JournalRecord {
  /** In their order. */
  checkpoints: Checkpoint[];
  completion: Completion | null;
}

const version = 1;

/**
 * What a run of `score` has done, a line of JSON for each step: lines are only ever added, so that a kill costs the last one at most.
 */
export class Journal {
  readonly #handle: FileHandle;
  readonly #path: string;

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** @throws OneheadError "io" where there is one already, or it cannot be written */
  static async begin(path: string, identity: RunIdentity): Promise<Journal> {
    const journal = new Journal(await openFile(path, "wx"), path);
    await journal.#append({ oneheadScore: version, ...identity });
    return journal;
  }

  /**
   * Goes on with an earlier run's.
   *
   * @throws OneheadError "invalid-argument" naming what differs; "io" where it cannot be read
   */
  static async resume(path: string, identity: RunIdentity): Promise<{ journal: Journal; record: JournalRecord }> {
    const { lines, bytes } = await readLines(path);
    const head = { oneheadScore: version, ...identity };
    if (lines.length > 0) assertSame(path, lines[0], head);
    // a line that was cut by a kill would spoil the next one
    await truncate(path, bytes);
    const journal = new Journal(await openFile(path, "a"), path);
    if (lines.length === 0) await journal.#append(head);
    const rest = lines.slice(1) as Array<Checkpoint | Completion>;
    const checkpoints = rest.filter((line): line is Checkpoint => !("done" in line));
    const completion = rest.find((line): line is Completion => "done" in line) ?? null;
    return { journal, record: { checkpoints, completion } };
  }

  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    await this.#append(checkpoint);
  }

  async complete(rows: number, failed: number): Promise<void> {
    await this.#append({ done: true, rows, failed } satisfies Completion);
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #append(line: object): Promise<void> {
    try {
      await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new OneheadError("io", `score: cannot write ${this.#path}: ${codeOf(cause)}`, { cause });
    }
  }
}

async function openFile(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    throw new OneheadError("io", `score: cannot write ${path}: ${codeOf(cause)}`, { cause });
  }
}

/** The lines that are whole, and how many bytes they take. */
async function readLines(path: string): Promise<{ lines: object[]; bytes: number }> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw new OneheadError("io", `score: cannot read ${path}: ${codeOf(cause)}`, { cause });
  }
  const bytes = content.lastIndexOf(10) + 1;
  try {
    const lines = content.toString("utf8", 0, bytes).split("\n").slice(0, -1);
    return { lines: lines.map((line) => JSON.parse(line) as object), bytes };
  } catch (cause) {
    throw new OneheadError("io", `score: ${path}: damaged, remove it and its .partial to begin anew`, { cause });
  }
}

function assertSame(path: string, found: object, expected: RunIdentity): void {
  for (const [name, value] of Object.entries(expected)) {
    if (JSON.stringify((found as Record<string, unknown>)[name]) === JSON.stringify(value)) continue;
    throw new OneheadError(
      "invalid-argument",
      `score: ${path}: ${name} is another than that of the run to go on with, expected the same, or no --resume and both files removed`,
    );
  }
}
