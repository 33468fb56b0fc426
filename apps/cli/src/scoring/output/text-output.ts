import { Buffer } from "node:buffer";
import type { ScoredRows } from "../score-blocks.js";
import type { ScoreOutput } from "./score-output.js";

/** Rows made to one string: more would make a rope that takes twice as long to flatten, fewer more calls. */
const rowsAtOnce = 16;

/** UTF-8 takes at most so many bytes for a unit of UTF-16. */
const mostBytesPerUnit = 3;

/** Output whose rows stand for themselves. */
export abstract class TextOutput implements ScoreOutput {
  /** Bytes of the last block, and some more: what the next one will take. */
  #expectedBytes = 1 << 12;

  abstract begin(): Uint8Array;

  /** Rows [start, end) of a block. */
  protected abstract text(scored: ScoredRows, start: number, end: number): string;

  add(scored: ScoredRows): Uint8Array {
    const { rows } = scored.block;
    let bytes = Buffer.allocUnsafe(this.#expectedBytes);
    let used = 0;
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const text = this.text(scored, row, Math.min(rows, row + rowsAtOnce));
      const most = used + mostBytesPerUnit * text.length;
      if (most > bytes.length) {
        const more = Buffer.allocUnsafe(2 * most);
        bytes.copy(more, 0, 0, used);
        bytes = more;
      }
      used += bytes.write(text, used, "utf8");
    }
    this.#expectedBytes = used + (used >> 3) + (1 << 12);
    return bytes.subarray(0, used);
  }

  state(): undefined {}

  restore(): void {}

  finish(): Uint8Array {
    return Buffer.alloc(0);
  }
}
