import type { ScoredRows } from "../score-blocks.js";

/** Turns choices into the bytes of one format; blocks end where its row groups do. */
export interface ScoreOutput {
  /** What stands before the first row. */
  begin(): Uint8Array;
  /** Bytes that a block completes; null where they wait for further rows. */
  add(scored: ScoredRows): Uint8Array | null;
  /** What of the bytes that the last `add` gave is needed to go on after them, as JSON; undefined for nothing. */
  state(): unknown;
  /** Goes on after bytes that an earlier output gave. */
  restore(bytes: number, states: readonly unknown[]): void;
  /** What stands after the last row, and rows that still wait. */
  finish(): Uint8Array;
}
