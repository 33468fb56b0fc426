import type { ProviderErrorCode } from "@onehead/provider";
import type { Fault } from "../faults/fault-server.js";

/** The stated outcome of a fault: an answer, or the code of the error. */
export interface Outcome {
  whole: "answer" | ProviderErrorCode;
  streamed: "answer" | ProviderErrorCode;
  /** Whether content comes before the error. */
  contentFirst?: boolean;
  status?: number;
  retryable?: boolean;
}

/** What becomes of a call under each fault, whichever the provider and the style. */
export const outcomes: Readonly<Record<Fault | "dns", Outcome>> = {
  ok: { whole: "answer", streamed: "answer" },
  "parallel-tools": { whole: "answer", streamed: "answer" },
  "error-event": { whole: "http", streamed: "response", retryable: true },
  "late-error-event": { whole: "http", streamed: "response", contentFirst: true, retryable: true },
  cut: { whole: "response", streamed: "response", contentFirst: true, retryable: true },
  "clean-cut": { whole: "response", streamed: "response", contentFirst: true, retryable: true },
  stall: { whole: "timeout", streamed: "timeout", contentFirst: true, retryable: true },
  "slow-headers": { whole: "timeout", streamed: "timeout", retryable: true },
  "429": { whole: "http", streamed: "http", status: 429, retryable: true },
  "429-seconds": { whole: "http", streamed: "http", status: 429, retryable: true },
  "429-date": { whole: "http", streamed: "http", status: 429, retryable: true },
  "500": { whole: "http", streamed: "http", status: 500, retryable: true },
  "invalid-json": { whole: "response", streamed: "response", retryable: true },
  "half-character": { whole: "answer", streamed: "answer" },
  "big-line": { whole: "answer", streamed: "answer" },
  "open-tool-call": { whole: "response", streamed: "response", retryable: true },
  "wrong-content-type": { whole: "response", streamed: "response", retryable: true },
  reset: { whole: "http", streamed: "http", retryable: true },
  dns: { whole: "http", streamed: "http", retryable: true },
};
