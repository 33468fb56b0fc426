import { invalidArgument, type RouteRequest } from "@onehead/provider";

type CallPreference = Partial<Omit<RouteRequest, "request" | "models">>;

const numbers = ["willingnessToPayUsd", "costQuality", "maxCostUsd", "minQuality"] as const;

/**
 * What one call asks of the router, in `providerOptions.onehead`.
 *
 * @throws ProviderError "invalid-argument" naming the field that is not known, or not of its type
 */
export function readCallPreference(options: Record<string, unknown> | undefined): CallPreference {
  const preference: CallPreference = {};
  for (const [name, value] of Object.entries(options ?? {})) {
    const where = `providerOptions.onehead.${name.slice(0, 40)}`;
    const known = numbers.find((number) => number === name);
    if (known !== undefined) {
      if (typeof value !== "number") throw invalidArgument(where, value, "a number");
      preference[known] = value;
    } else if (name === "exclude") {
      if (!Array.isArray(value) || !value.every((glob) => typeof glob === "string"))
        throw invalidArgument(where, value, "globs");
      preference.exclude = value;
    } else if (name === "conversationId") {
      if (typeof value !== "string") throw invalidArgument(where, value, "text");
      preference.conversationId = value;
    } else throw invalidArgument(where, "not known", `${numbers.join(", ")}, exclude or conversationId`);
  }
  return preference;
}
