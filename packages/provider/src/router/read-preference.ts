import { invalidArgument } from "../errors/provider-error.js";
import type { RouteRequest } from "./router.js";

/** What one call asks of the router, over what is preferred otherwise. */
export type CallPreference = Partial<Omit<RouteRequest, "request" | "models">>;

const numbers = ["willingnessToPayUsd", "costQuality", "maxCostUsd", "minQuality"] as const;

/**
 * Reads the preference of a call from options that came from outside.
 *
 * @param where where they stand, for errors
 * @throws ProviderError "invalid-argument" naming the field that is not known, or not of its type
 */
export function readPreference(where: string, options: object | undefined): CallPreference {
  const preference: CallPreference = {};
  for (const [name, value] of Object.entries(options ?? {}) as Array<[string, unknown]>) {
    const field = `${where}.${name.slice(0, 40)}`;
    if (value === undefined) continue;
    const known = numbers.find((number) => number === name);
    if (known !== undefined) {
      if (typeof value !== "number") throw invalidArgument(field, value, "a number");
      preference[known] = value;
    } else if (name === "exclude") {
      if (!isTexts(value)) throw invalidArgument(field, value, "a list of globs, as text");
      preference.exclude = value;
    } else if (name === "conversationId") {
      if (typeof value !== "string") throw invalidArgument(field, value, "text");
      preference.conversationId = value;
    } else throw invalidArgument(field, "not known", `${numbers.join(", ")}, exclude or conversationId`);
  }
  return preference;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
