import type { Engine, Outcomes } from "../engine/engine.js";
import type { BodyLimits } from "../http/read-json-body.js";
import type { CallObserver } from "../observe/call-observer.js";
import type { Logger } from "../observe/logger.js";
import type { CallRecord, GatewayState, LoggedFeedback } from "../state/gateway-state.js";

export interface GatewaySettings extends BodyLimits {
  /** Bearer key of the whole gateway; null for none. */
  apiKey: string | null;
  /** Origins of pages that may call it from a browser; its own page needs none. */
  corsOrigins: readonly string[];
  /**
   * What becomes of a call whose client has gone: "settle" aborts it and reckons from the tokens seen, "drain" reads on for the
   * provider's own count.
   */
  onDisconnect: "settle" | "drain";
  /** Longest that a call is read on for. */
  drainMs: number;
  /** Whether prompts and answers are kept, for how long, and without what looks like personal data or a key. */
  contents: { kept: boolean; retentionDays: number | null; redacted: boolean };
  /** Exact answers again to exactly the same requests; null for none. */
  cache: { ttlMs: number; maxBytes: number } | null;
  /** Whether addresses of images and files may point into private networks. */
  allowPrivateAddresses: boolean;
  /** Requests at once; more are told to come again. */
  maxConcurrentRequests: number;
  /** Bytes of the bodies of all requests under way; more are told to come again. Default 512 MiB. */
  bodyBytesAtOnce?: number | undefined;
}

export const defaultSettings: GatewaySettings = {
  apiKey: null,
  corsOrigins: [],
  bodyBytes: 20 * 1024 * 1024,
  jsonDepth: 100,
  bodyTimeoutMs: 60_000,
  onDisconnect: "settle",
  drainMs: 60_000,
  contents: { kept: false, retentionDays: null, redacted: true },
  cache: null,
  allowPrivateAddresses: false,
  maxConcurrentRequests: 5_000,
};

export interface GatewayOptions {
  /** The engine of requests that come in now; another one after a change of configuration. */
  engine: () => Engine;
  /** As `engine`: settings that are changed hold for requests that come in after. */
  settings?: () => GatewaySettings;
  state: GatewayState;
  /** What the engines' runtimes report to. */
  outcomes: Outcomes;
  version: string;
  logger?: Logger;
  observers?: readonly CallObserver[];
  /** Told of every score once it is on record, with the call that it is of. What it throws is logged. */
  onFeedback?: (feedback: LoggedFeedback, call: CallRecord) => void;
  /** Files of the page, by path below "/"; null for a path that has none. */
  page?: (path: string) => Promise<PageFile | null>;
  /** The exposition of metrics, and its type. */
  metrics?: () => Promise<{ body: string; contentType: string }>;
  /** Addresses that a host name stands for; without it names are judged as they are written. */
  lookup?: (hostname: string) => Promise<readonly string[]>;
  now?: () => number;
}

export interface PageFile {
  body: Uint8Array;
  contentType: string;
  /** Whether its name changes with its content. */
  immutable: boolean;
}
