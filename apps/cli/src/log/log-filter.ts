import { OneheadError } from "@onehead/core";
import type { CallFilter, CallStatus } from "@onehead/serve";
import { parseDate } from "./parse-date.js";

const statuses: readonly CallStatus[] = ["open", "answered", "failed", "broken", "aborted", "left", "unresolved"];

/** Options that say which calls of the log are meant. */
export const filterArgs = {
  from: { type: "string", description: "Calls from this day (UTC) or moment on", valueHint: "DATE" },
  to: { type: "string", description: "Calls before this day (UTC) or moment", valueHint: "DATE" },
  model: { type: "string", description: "Calls that this candidate answered, or was tried last for", valueHint: "ID" },
  status: { type: "string", description: "open, answered, failed, broken, aborted, left or unresolved" },
  scored: { type: "boolean", description: "Calls with feedback" },
  conversation: { type: "string", description: "Calls of this conversation", valueHint: "ID" },
  owner: { type: "string", description: "Calls of this owner", valueHint: "NAME" },
} as const;

/** @throws OneheadError "invalid-argument" naming the option */
export function logFilter(args: Record<string, unknown>): CallFilter {
  const text = (name: keyof typeof filterArgs): string | undefined => {
    const value = args[name];
    return typeof value === "string" ? value : undefined;
  };
  const [from, to] = [text("from"), text("to")];
  return {
    fromMs: from === undefined ? undefined : parseDate("log: --from", from),
    toMs: to === undefined ? undefined : parseDate("log: --to", to),
    model: text("model"),
    status: parseStatus(text("status")),
    scored: args["scored"] === true ? true : undefined,
    conversationId: text("conversation"),
    owner: text("owner"),
  };
}

function parseStatus(text: string | undefined): CallStatus | undefined {
  const status = statuses.find((known) => known === text);
  if (text === undefined || status !== undefined) return status;
  throw new OneheadError(
    "invalid-argument",
    `log: --status: ${text.slice(0, 60)}, expected one of ${statuses.join(", ")}`,
  );
}
