import { ArtifactError } from "./artifact-error.js";

/** JSON, as a manifest may carry it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Reads fields of a parsed JSON object and throws {@link ArtifactError} with the path and the value where one is not
 * what it should be.
 */
export class FieldReader {
  readonly path: string;
  readonly #fields: Record<string, unknown>;

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(path, value, "an object");
    this.path = path;
    this.#fields = value as Record<string, unknown>;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  names(): string[] {
    return Object.keys(this.#fields);
  }

  value(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined;
  }

  object(name: string): FieldReader {
    return new FieldReader(this.value(name), this.#at(name));
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string" || value === "") throw bad(this.#at(name), value, "a non-empty string");
    return value;
  }

  /** A finite number within [low, high]. */
  number(name: string, low = Number.NEGATIVE_INFINITY, high = Number.MAX_VALUE): number {
    const value = this.value(name);
    if (typeof value !== "number" || !(value >= low && value <= high) || !Number.isFinite(value)) {
      throw bad(this.#at(name), value, `a finite number from ${low} to ${high}`);
    }
    return value;
  }

  positive(name: string): number {
    return this.number(name, Number.MIN_VALUE);
  }

  count(name: string, low: number, high = 2 ** 31): number {
    const value = this.number(name, low, high);
    if (!Number.isInteger(value)) throw bad(this.#at(name), value, "a whole number");
    return value;
  }

  oneOf<T>(name: string, ...allowed: T[]): T {
    const value = this.value(name);
    if (!allowed.includes(value as T)) throw bad(this.#at(name), value, `one of ${allowed.join(", ")}`);
    return value as T;
  }

  list(name: string): unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw bad(this.#at(name), value, "a list");
    return value;
  }

  texts(name: string, length?: number): string[] {
    const value = this.list(name);
    // only the kind of the wrong one: its neighbours may be prompts
    const wrong = value.findIndex((item) => typeof item !== "string");
    if (wrong >= 0) throw new ArtifactError(`${this.#at(name)}[${wrong}]`, `${typeof value[wrong]}, expected text`);
    if (length !== undefined && value.length !== length) throw bad(this.#at(name), value.length, `${length} entries`);
    return value as string[];
  }

  /** `length` finite numbers within [low, high]. */
  numbers(name: string, length: number, low = Number.NEGATIVE_INFINITY, high = Number.MAX_VALUE): number[] {
    const value = this.list(name);
    if (value.length !== length) throw bad(this.#at(name), value.length, `${length} entries`);
    const wrong = value.findIndex(
      (item) => typeof item !== "number" || !(item >= low && item <= high) || !Number.isFinite(item),
    );
    if (wrong >= 0) throw bad(`${this.#at(name)}[${wrong}]`, value[wrong], `a finite number from ${low} to ${high}`);
    return value as number[];
  }

  flag(name: string): boolean {
    return this.oneOf(name, true, false);
  }

  #at(name: string): string {
    return `${this.path}.${name}`;
  }
}

/** The error for a field, with the value cut to one short line. */
export function bad(path: string, value: unknown, expected: string): ArtifactError {
  const shown = value === undefined ? "missing" : String(JSON.stringify(value)).slice(0, 60);
  return new ArtifactError(path, `${shown}, expected ${expected}`);
}
