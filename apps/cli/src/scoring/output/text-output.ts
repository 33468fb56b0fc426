import { Buffer } from "node:buffer";
import type { ScoredRows } from "../score-blocks.js";
import type { ScoreOutput } from "./score-output.js";

/** Output whose rows stand for themselves. */
export abstract class TextOutput implements ScoreOutput {
  readonly boundaryRows = Number.POSITIVE_INFINITY;

  abstract begin(): Uint8Array;

  /** All rows of a block at once: a string a block costs less than one a row. */
  protected abstract text(scored: ScoredRows): string;

  add(scored: ScoredRows): Uint8Array {
    return Buffer.from(this.text(scored), "utf8");
  }

  state(): undefined {}

  restore(): void {}

  finish(): Uint8Array {
    return Buffer.alloc(0);
  }
}
