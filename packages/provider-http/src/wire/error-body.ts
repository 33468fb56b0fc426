import { isRecord, list, record } from "./fields.js";

export interface ErrorBody {
  /** The provider's name of the fault. */
  reason: string | undefined;
  /** The field that it complains about. */
  param: string | undefined;
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
  return { reason, param: identifier(inner["param"]) };
}

/** A name as code has it; what else stands there may be anything. */
function identifier(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.slice(value.lastIndexOf("#") + 1);
  return /^[A-Za-z_][\w.[\]-]{0,79}$/.test(name) ? name : undefined;
}
