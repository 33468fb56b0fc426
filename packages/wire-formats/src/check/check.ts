import { isRecord, list, type Wire } from "@onehead/provider-http";

/** Where a value stands in a body. */
export type Path = ReadonlyArray<string | number>;

/** What is wrong with a value, told without the words of a prompt. */
export interface Violation {
  path: Path;
  found: string;
  expected: string;
}

/** Looks at one value; undefined where it is as the interface wants it. A field that is missing is undefined. */
export type Check = (value: unknown, path: Path) => Violation | undefined;

export function violation(path: Path, value: unknown, expected: string): Violation {
  return { path, found: kindOf(value), expected };
}

/** Texts are not repeated: they may be a prompt. */
function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "string") return value === "" ? "empty text" : "text";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "an object" : String(value);
}

/** The name of a kind or role, where it is one: any other text may be a prompt in the wrong place. */
export function shownName(value: unknown): string {
  return typeof value === "string" && /^[\w.:/-]{1,60}$/.test(value) ? value : kindOf(value);
}

function ofKind(isKind: (value: unknown) => boolean, expected: string): Check {
  return (value, path) => (isKind(value) ? undefined : violation(path, value, expected));
}

export const anyText = ofKind((value) => typeof value === "string", "text");
export const someText = ofKind((value) => typeof value === "string" && value !== "", "text that is not empty");
export const anyBoolean = ofKind((value) => typeof value === "boolean", "true or false");
export const anyRecord = ofKind(isRecord, "an object");

export function numberIn(least: number, most: number): Check {
  return ofKind(
    (value) => typeof value === "number" && value >= least && value <= most,
    `a number from ${least} to ${most}`,
  );
}

export function integerFrom(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return ofKind(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    `an integer ${range}`,
  );
}

export function oneOf(...names: string[]): Check {
  return (value, path) =>
    names.includes(value as string)
      ? undefined
      : { path, found: shownName(value), expected: names.length > 1 ? `one of ${names.join(", ")}` : names[0] };
}

/** Checks that a field which is left out passes. */
const optionalChecks = new WeakSet<Check>();

/** Left out, or null, as clients send what they do not set. */
export function optional(check: Check): Check {
  const orMissing: Check = (value, path) => (value == null ? undefined : check(value, path));
  optionalChecks.add(orMissing);
  return orMissing;
}

export function listOf(check: Check, { least = 0, most = Number.POSITIVE_INFINITY } = {}): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return violation(path, value, "a list");
    if (value.length < least) return violation(path, value, "a list that is not empty");
    if (value.length > most) return { path, found: `a list of ${value.length}`, expected: `a list of at most ${most}` };
    return first(value, (entry, i) => check(entry, [...path, i]));
  };
}

/** An object whose fields are as they are checked; those that are not named are left alone. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields).map(([name, check]) => ({
    name,
    check,
    isOptional: optionalChecks.has(check),
  }));
  return (value, path) => {
    if (!isRecord(value)) return violation(path, value, "an object");
    for (const { name, check, isOptional } of checks) {
      const child = value[name];
      // most fields are: no path is made of them
      if (isOptional && child == null) continue;
      const found = check(child, [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Text, or what the other check takes. */
export function textOr(check: Check, expected: string): Check {
  return (value, path) => {
    if (typeof value === "string") return undefined;
    return Array.isArray(value) ? check(value, path) : violation(path, value, expected);
  };
}

/** An object that a field tells the kind of; kinds that are not listed pass, or are refused where `closed` says so. */
export function byField(field: string, kinds: Readonly<Record<string, Check>>, closed = false): Check {
  const known = oneOf(...Object.keys(kinds));
  return (value, path) => {
    if (!isRecord(value)) return violation(path, value, "an object");
    const kind = value[field];
    if (typeof kind !== "string") return violation([...path, field], kind, "the name of a kind");
    if (!Object.hasOwn(kinds, kind)) return closed ? known(kind, [...path, field]) : undefined;
    return kinds[kind](value, path);
  };
}

export function all(...checks: Check[]): Check {
  return (value, path) => first(checks, (check) => check(value, path));
}

function first<Entry>(
  entries: readonly Entry[],
  violationOf: (entry: Entry, i: number) => Violation | undefined,
): Violation | undefined {
  for (let i = 0; i < entries.length; i++) {
    const found = violationOf(entries[i], i);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The objects of a list, with their places. */
export function recordsOf(value: unknown): Array<[number, Wire]> {
  const records: Array<[number, Wire]> = [];
  const entries = list(value);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (isRecord(entry)) records.push([i, entry]);
  }
  return records;
}
