import { existsSync } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { OneheadError } from "@onehead/core";
import type { InputPosition } from "@onehead/data";
import { codeOf } from "../files/write-atomically.js";
import { type Checkpoint, Journal, type RunIdentity } from "./journal.js";
import type { ScoreSink } from "./score-sink.js";

/** What an earlier run left to go on from. */
export interface ResumePoint extends InputPosition {
  rows: number;
  failed: number;
  bytes: number;
  /** Of the output, from its beginning. */
  states: unknown[];
}

export interface ScoreFileOptions {
  path: string;
  identity: RunIdentity;
  resume: boolean;
  checkpointMs: number;
}

/**
 * A file that is whole or not there: `FILE.partial` with a journal beside it until the last row is written, so that a later run can go on
 * where this one ended, however it ended.
 */
export class ScoreFile implements ScoreSink {
  /** Null for a run from the beginning. */
  readonly from: ResumePoint | null;
  readonly #paths: Paths;
  readonly #handle: FileHandle;
  readonly #journal: Journal;
  readonly #checkpointMs: number;
  /** Of bytes that were handed over. */
  #bytes: number;
  #writing: Promise<void> = Promise.resolve();
  #checkpointing: Promise<void> = Promise.resolve();
  #isCheckpointing = false;
  #checkpointedMs = Number.NEGATIVE_INFINITY;
  #states: unknown[] = [];
  #last: Checkpoint | null = null;
  #failure: unknown = null;

  private constructor(
    paths: Paths,
    handle: FileHandle,
    journal: Journal,
    from: ResumePoint | null,
    checkpointMs: number,
  ) {
    this.#paths = paths;
    this.#handle = handle;
    this.#journal = journal;
    this.#checkpointMs = checkpointMs;
    this.#bytes = from?.bytes ?? 0;
    this.from = from;
  }

  /**
   * @returns the file, or what a run made that had only its own name left to give
   * @throws OneheadError "io" for what an earlier run left, unless it is to be resumed, and what cannot be written;
   *   "invalid-argument" for an earlier run of something else
   */
  static async open(options: ScoreFileOptions): Promise<ScoreFile | { rows: number; failed: number }> {
    const { identity, resume, checkpointMs } = options;
    const paths = await pathsOf(options.path);
    const isLeft = existsSync(paths.journal);
    if (!resume && (isLeft || existsSync(paths.partial))) {
      const found = isLeft ? paths.journal : paths.partial;
      throw new OneheadError("io", `score: ${found} is there from an earlier run: go on with --resume, or remove it`);
    }
    if (!isLeft) {
      // without a journal nobody knows what a partial file is worth
      const handle = await openFile(paths.partial, "w");
      return new ScoreFile(paths, handle, await Journal.begin(paths.journal, identity), null, checkpointMs);
    }
    const { journal, record } = await Journal.resume(paths.journal, identity);
    if (record.completion !== null) {
      await journal.close();
      await nameWhole(paths);
      return record.completion;
    }
    const handle = await openFile(paths.partial, existsSync(paths.partial) ? "r+" : "w+");
    const { size } = await handle.stat();
    // after a loss of power the file may end before the journal says
    const checkpoints = record.checkpoints.filter(({ bytes }) => bytes <= size);
    const last = checkpoints.at(-1);
    await handle.truncate(last?.bytes ?? 0);
    const states = checkpoints.flatMap(({ state }) => (Array.isArray(state) ? state : []));
    return new ScoreFile(paths, handle, journal, last === undefined ? null : { ...last, states }, checkpointMs);
  }

  async write(bytes: Uint8Array): Promise<void> {
    // one write is under way while the next bytes are made
    await this.#writing;
    this.#assertSound();
    if (bytes.length === 0) return;
    const start = this.#bytes;
    this.#bytes += bytes.length;
    this.#writing = this.#writeAll(bytes, start).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  async reached(progress: Omit<Checkpoint, "bytes" | "state">, state: unknown): Promise<void> {
    this.#last = { ...progress, bytes: this.#bytes };
    if (state !== undefined) this.#states.push(state);
    if (this.#isCheckpointing || performance.now() - this.#checkpointedMs < this.#checkpointMs) return;
    await this.#writing;
    this.#assertSound();
    this.#checkpointedMs = performance.now();
    this.#isCheckpointing = true;
    const checkpoint = this.#checkpoint();
    this.#checkpointing = checkpoint.catch((error: unknown) => {
      this.#failure ??= error;
    });
    // one after every block is waited for, since it was asked for
    if (this.#checkpointMs === 0) await this.#checkpointing;
  }

  async finish(rows: number, failed: number): Promise<void> {
    await this.#writing;
    await this.#checkpointing;
    this.#assertSound();
    try {
      await this.#handle.sync();
    } catch (cause) {
      throw cannotWrite(this.#paths.partial, cause);
    }
    await this.#journal.complete(rows, failed);
    await this.#handle.close();
    await this.#journal.close();
    await nameWhole(this.#paths);
  }

  async leave(): Promise<string> {
    await this.#writing;
    await this.#checkpointing;
    if (this.#failure === null && this.#last !== null) await this.#checkpoint().catch(() => {});
    await this.#handle.close().catch(() => {});
    await this.#journal.close().catch(() => {});
    return "; what is done is kept, go on with --resume";
  }

  /** Bytes that were written are safe before the journal says so. */
  async #checkpoint(): Promise<void> {
    const states = this.#states;
    this.#states = [];
    const line = { ...(this.#last as Checkpoint), ...(states.length > 0 ? { state: states } : {}) };
    try {
      await this.#handle.datasync();
    } catch (cause) {
      throw cannotWrite(this.#paths.partial, cause);
    }
    await this.#journal.checkpoint(line);
    this.#isCheckpointing = false;
  }

  async #writeAll(bytes: Uint8Array, start: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, start + done);
        done += bytesWritten;
      }
    } catch (cause) {
      throw cannotWrite(this.#paths.partial, cause);
    }
  }

  #assertSound(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

interface Paths {
  whole: string;
  partial: string;
  journal: string;
}

/** A link stays a link: what it names is replaced. */
async function pathsOf(path: string): Promise<Paths> {
  const existing = await stat(path).catch(() => null);
  const whole = existing === null ? path : await realpath(path);
  return { whole, partial: `${whole}.partial`, journal: `${whole}.partial.journal` };
}

/** Gives a whole file its own name, which a run may have been about to do. */
async function nameWhole({ whole, partial, journal }: Paths): Promise<void> {
  try {
    if (existsSync(partial)) await rename(partial, whole);
    await syncFolder(dirname(whole));
    await rm(journal, { force: true });
  } catch (cause) {
    throw cannotWrite(whole, cause);
  }
}

/** A name is safe once its folder is; not every system lets folders be opened. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path);
    await folder.sync().finally(() => folder.close());
  } catch {}
}

async function openFile(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

export function cannotWrite(path: string, cause: unknown): OneheadError {
  const code = codeOf(cause);
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" ? ", no room is left" : "";
  return new OneheadError("io", `score: cannot write ${path}: ${code}${full}`, { cause });
}
