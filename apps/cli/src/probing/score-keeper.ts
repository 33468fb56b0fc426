import { existsSync } from "node:fs";
import { appendFile, rm } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import type { ScoredPrompt } from "@onehead/train";
import { codeOf } from "../files/write-atomically.js";
import { type KeptScore, readScores } from "./prompt-files.js";

/** Keeps every scored prompt in a file as soon as it is there: answers are paid for. */
export class ScoreKeeper {
  readonly path: string;
  readonly #model: string;

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
  async open(resume: boolean): Promise<KeptScore[]> {
    const exists = existsSync(this.path);
    if (!resume && exists) {
      const choice = "go on with --resume, or remove it";
      throw new OneheadError("io", `probe: ${this.path} holds the scores of a run that was stopped: ${choice}`);
    }
    if (!resume) return [];
    if (!exists) throw new OneheadError("io", `probe: nothing to resume: ${this.path} does not exist`);
    const kept = await readScores(this.path);
    const other = kept.find(({ model }) => model !== undefined && model !== this.#model);
    if (other !== undefined) {
      throw new OneheadError(
        "invalid-argument",
        `probe: ${this.path} is about ${other.model}, expected ${this.#model}`,
      );
    }
    return kept;
  }

  /** A line is written by one call, so that a process that dies leaves whole lines. */
  async keep(scored: ScoredPrompt): Promise<void> {
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
