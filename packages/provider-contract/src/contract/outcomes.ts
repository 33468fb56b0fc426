import type { Billing, ProviderErrorCode } from "@onehead/provider";
import type { Fault } from "../faults/fault-server.js";

/** The stated outcome of a fault: an answer, or the code of the error. */
export interface Outcome {
  whole: "answer" | ProviderErrorCode;
  streamed: "answer" | ProviderErrorCode;
  /** Whether content comes before the error. */
  contentFirst?: boolean;
  status?: number;
  retryable?: boolean;
  /** What the error says of the bill; "unknown" may be "usage" where the provider has told the tokens before it failed. */
  billing?: Readonly<Record<"whole" | "streamed", Billing>>;
}

const unbilled: Outcome["billing"] = { whole: "none", streamed: "none" };
const unsaid: Outcome["billing"] = { whole: "unknown", streamed: "unknown" };
// refused with a status when whole, begun when streamed
const unsaidOnceBegun: Outcome["billing"] = { whole: "none", streamed: "unknown" };

/** What becomes of a call under each fault, whichever the provider and the style. */
export const outcomes: Readonly<Record<Fault | "dns", Outcome>> = {
  ok: { whole: "answer", streamed: "answer" },
  "parallel-tools": { whole: "answer", streamed: "answer" },
  "error-event": { whole: "http", streamed: "response", retryable: true, billing: unsaidOnceBegun },
  "late-error-event": {
    whole: "http",
    streamed: "response",
    contentFirst: true,
    retryable: true,
    billing: unsaidOnceBegun,
  },
  cut: { whole: "response", streamed: "response", contentFirst: true, retryable: true, billing: unsaid },
  "clean-cut": { whole: "response", streamed: "response", contentFirst: true, retryable: true, billing: unsaid },
  stall: { whole: "timeout", streamed: "timeout", contentFirst: true, retryable: true, billing: unsaid },
  "slow-headers": { whole: "timeout", streamed: "timeout", retryable: true, billing: unsaid },
  "429": { whole: "http", streamed: "http", status: 429, retryable: true, billing: unbilled },
  "429-seconds": { whole: "http", streamed: "http", status: 429, retryable: true, billing: unbilled },
  "429-date": { whole: "http", streamed: "http", status: 429, retryable: true, billing: unbilled },
  "500": { whole: "http", streamed: "http", status: 500, retryable: true, billing: unbilled },
  "invalid-json": { whole: "response", streamed: "response", retryable: true, billing: unsaid },
  "half-character": { whole: "answer", streamed: "answer" },
  "big-line": { whole: "answer", streamed: "answer" },
  "open-tool-call": { whole: "response", streamed: "response", retryable: true, billing: unsaid },
  "wrong-content-type": { whole: "response", streamed: "response", retryable: true, billing: unsaid },
  reset: { whole: "http", streamed: "http", retryable: true, billing: unsaid },
  dns: { whole: "http", streamed: "http", retryable: true, billing: unbilled },
};
