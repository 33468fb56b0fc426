import { isRecord, list, record } from "./fields.js";

export interface ErrorBody {
  /** The provider's name of the fault. */
  reason: string | undefined;
  /** The field that it complains about. */
  param: string | undefined;
  /** What it says in words; it may quote the prompt. */
  sentence: unknown;
  /** The wait that it asks for: Google's errors say it in the body, in no header. */
  retryAfterMs: number | undefined;
}

/**
 * What a body says is wrong, in the forms of all providers: `{error: {type, code, status, param}}`, or the same without the
 * wrapper, in a list, or as `__type`. Names only: sentences may quote the prompt.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const outer = record(Array.isArray(body) ? list(body)[0] : body);
  const inner = isRecord(outer["error"]) ? outer["error"] : outer;
  const reason = [inner["code"], inner["status"], inner["type"], inner["__type"], outer["type"], outer["code"]]
    .map(identifier)
    .find((name) => name !== undefined && name !== "error");
  const sentence = inner["message"] ?? outer["message"];
  return { reason, param: identifier(inner["param"]), sentence, retryAfterMs: retryDelayOf(inner["details"]) };
}

/** `google.rpc.RetryInfo` among the details: seconds, such as "33.5s". */
function retryDelayOf(details: unknown): number | undefined {
  for (const { "@type": type, retryDelay } of list(details).map(record)) {
    if (typeof type !== "string" || !type.endsWith("/google.rpc.RetryInfo")) continue;
    const seconds = /^(\d{1,12}(\.\d{1,9})?)s$/.exec(String(retryDelay))?.[1];
    if (seconds !== undefined) return Math.ceil(1000 * Number(seconds));
  }
  return undefined;
}

/** A name as code has it; what else stands there may be anything, such as the key that was wrong. */
function identifier(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.slice(value.lastIndexOf("#") + 1);
  return /^[A-Za-z_][\w.[\]-]{0,79}$/.test(name) && !looksRandom(name) ? name : undefined;
}

/** Many digits, or a long word of letters and digits: keys and ids have them, names of faults and fields do not. */
function looksRandom(name: string): boolean {
  const words = name.split(/[^A-Za-z0-9]+/);
  return name.replace(/\D/g, "").length > 8 || words.some((word) => /^(?=.*\d)(?=.*[A-Za-z]).{13,}$/.test(word));
}
