import type { Backend, Candidate, OneheadErrorCode, PoolOptions, Preference } from "@onehead/core";

/** To a worker, first: what it makes its router of. */
export interface OpenMessage extends PoolOptions {
  kind: "open";
  artifact: Uint8Array;
  backend: Backend["name"];
}

/** To a worker: score the first rows of a slot. */
export interface ScoreMessage {
  kind: "score";
  task: number;
  /** Shared by both threads, or the worker's until it answers. */
  slot: SharedArrayBuffer | ArrayBuffer;
  slotRows: number;
  rows: number;
  preference: Preference;
}

/** An error of Onehead, which loses its class on the way between threads. */
export interface SentError {
  code: OneheadErrorCode;
  message: string;
}

/** From a worker. */
export type WorkerMessage =
  /** It listens now; before, a message could be lost. */
  | { kind: "listening" }
  | { kind: "opened"; candidates: readonly Candidate[]; backend: Backend["name"]; dimensions: number }
  | { kind: "refused"; error: SentError }
  | { kind: "scored"; task: number; slot: SharedArrayBuffer | ArrayBuffer; error: SentError | null };

export type MainMessage = OpenMessage | ScoreMessage;
