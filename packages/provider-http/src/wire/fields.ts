import { ProviderResponseError } from "@onehead/provider";

/** Readers of what came over the wire: it is unknown until it has been looked at. */
export type Wire = Record<string, unknown>;

export function isRecord(value: unknown): value is Wire {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function record(value: unknown): Wire {
  return isRecord(value) ? value : {};
}

/** The list, or an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Tokens or the like: a finite number of at least 0. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}

/** The object, for what an answer cannot do without. @throws ProviderResponseError naming the field */
export function requireRecord(where: string, value: unknown): Wire {
  if (isRecord(value)) return value;
  throw new ProviderResponseError(`${where}: ${kindOf(value)}, expected an object`);
}

/** @throws ProviderResponseError naming the field */
export function requireList(where: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new ProviderResponseError(`${where}: ${kindOf(value)}, expected a list`);
}

/** @throws ProviderResponseError naming the field */
export function requireText(where: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new ProviderResponseError(`${where}: ${kindOf(value)}, expected text`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}

/** The object without the fields that are undefined. */
export function defined<T extends object>(value: T): T {
  const kept: Partial<T> = {};
  for (const name of Object.keys(value) as Array<keyof T>) if (value[name] !== undefined) kept[name] = value[name];
  return kept as T;
}
