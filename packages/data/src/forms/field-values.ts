import { describeValue } from "../errors/describe-value.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ValueOrigin } from "../readers/raw-record.js";

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** Absent in every format: no key, null, and "" since a CSV cell cannot be null. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Score in [0, 1], or `undefined` where the model was not asked. */
export function readScore(origin: ValueOrigin, field: string, value: unknown): number | undefined {
  const score = readNumber(origin, field, value, "a number from 0 to 1");
  if (score !== undefined && (score < 0 || score > 1)) {
    throw new RowSchemaError(origin, field, `is out of range: ${score}, expected a number from 0 to 1`);
  }
  return score;
}

/** Chance in [0, 1], or `undefined` where unknown. */
export function readPropensity(origin: ValueOrigin, field: string, value: unknown): number | undefined {
  const propensity = readNumber(origin, field, value, "a chance from 0 to 1");
  if (propensity !== undefined && (propensity < 0 || propensity > 1)) {
    throw new RowSchemaError(origin, field, `is out of range: ${propensity}, expected a chance from 0 to 1`);
  }
  return propensity;
}

/** No call costs so many USD or has so many tokens: what does is in other units. */
const greatestAmount = 1e9;

/** USD or tokens: not negative and at most a thousand million, or `undefined` where unknown. */
export function readAmount(origin: ValueOrigin, field: string, value: unknown): number | undefined {
  const amount = readNumber(origin, field, value, "a number of at least 0");
  if (amount !== undefined && amount < 0) {
    throw new RowSchemaError(origin, field, `is negative: ${amount}, expected a number of at least 0`);
  }
  if (amount !== undefined && amount > greatestAmount) {
    throw new RowSchemaError(origin, field, `is out of range: ${amount}, expected at most ${greatestAmount}`);
  }
  return amount;
}

/** Non-empty prompt text; it may hold anything else, lone surrogates too. */
export function readPrompt(origin: ValueOrigin, field: string, value: unknown): string {
  if (value === undefined || value === null) {
    throw new RowSchemaError(origin, field, "is missing, expected the prompt as text");
  }
  if (typeof value !== "string") {
    throw new RowSchemaError(origin, field, `is not text: ${describeValue(value)}, expected the prompt as text`);
  }
  if (value === "") throw new RowSchemaError(origin, field, "is empty, expected at least one character");
  return value;
}

/** A name (id, model, dataset): text, or a number as its digits; `undefined` where absent. */
export function readName(origin: ValueOrigin, field: string, value: unknown): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  throw new RowSchemaError(origin, field, `is not a name: ${describeValue(value)}, expected text or a number`);
}

/** A {name: value} object; `expected` says of what. */
export function readObject(
  origin: ValueOrigin,
  field: string,
  value: unknown,
  expected = "{model: number}",
): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RowSchemaError(origin, field, `is not an object: ${describeValue(value)}, expected ${expected}`);
}

function readNumber(origin: ValueOrigin, field: string, value: unknown, expected: string): number | undefined {
  if (isAbsent(value)) return undefined;
  const number = toNumber(value, origin.textual);
  if (number === undefined || !Number.isFinite(number)) {
    throw new RowSchemaError(origin, field, `is not a number: ${describeValue(value)}, expected ${expected}`);
  }
  return number;
}

function toNumber(value: unknown, textual: boolean): number | undefined {
  if (typeof value === "number") return value;
  // 64-bit integers of Parquet
  if (typeof value === "bigint") return Number(value);
  // Number("0x1") and Number(" ") are numbers too: only decimal notation is meant
  if (textual && typeof value === "string" && decimal.test(value.trim())) return Number(value);
  return undefined;
}
