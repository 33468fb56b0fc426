import { existsSync } from "node:fs";
import { appendFile, readFile, rm, truncate } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import type { ScoredPrompt } from "@onehead/train";
import { codeOf } from "../files/write-atomically.js";
import { readScores } from "./prompt-files.js";

/** A full disk or a killed process may have left half a line at the end: it is dropped, and its prompt asked again. */
async function endLastLine(path: string): Promise<void> {
  try {
    const bytes = await readFile(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end === bytes.length) return;
    await truncate(path, end);
    console.error(`${path}: the last line was not finished and is dropped`);
  } catch (cause) {
    throw new OneheadError("io", `cannot read ${path}: ${codeOf(cause)}`, { cause });
  }
}

/** Keeps every scored prompt in a file as soon as it is there: answers are paid for. */
export class ScoreKeeper {
  readonly path: string;
  readonly #model: string;
  /** Ends with the last write; one that failed fails all after it. */
  #written: Promise<void> = Promise.resolve();

  constructor(path: string, model: string) {
    this.path = path;
    this.#model = model;
  }

  /**
   * What an earlier run has kept; nothing unless `resume`.
   *
   * @throws OneheadError "io" where there is a file and `resume` is not asked for, or none and it is; "invalid-argument" for
   *   scores of another model
   */
  async open(resume: boolean): Promise<ScoredPrompt[]> {
    const exists = existsSync(this.path);
    if (!resume && exists) {
      const choice = "go on with --resume, or remove it";
      throw new OneheadError("io", `probe: ${this.path} holds the scores of a run that was stopped: ${choice}`);
    }
    if (!resume) return [];
    if (!exists) throw new OneheadError("io", `probe: nothing to resume: ${this.path} does not exist`);
    await endLastLine(this.path);
    return readScores(this.path, this.#model);
  }

  /**
   * One line after the other: where a full disk has cut one, nothing is put behind it, so that it stays the last.
   *
   * @throws OneheadError "io" when it cannot be written, and from then on
   */
  keep(scored: ScoredPrompt): Promise<void> {
    this.#written = this.#written.then(() => this.#append(scored));
    return this.#written;
  }

  async #append(scored: ScoredPrompt): Promise<void> {
    try {
      await appendFile(this.path, `${JSON.stringify({ ...scored, model: this.#model })}\n`);
    } catch (cause) {
      throw new OneheadError("io", `cannot write ${this.path}: ${codeOf(cause)}`, { cause });
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
