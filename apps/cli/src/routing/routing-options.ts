import { type DecisionRequest, OneheadError } from "@onehead/core";
import { parseNumber } from "../commands/parse-number.js";

/** Options that `route` and `explain` share, as citty takes them. */
export const routingArgs = {
  artifact: { type: "string", description: "The router; the built-in one unless given", valueHint: "FILE" },
  config: { type: "string", description: "Settings; onehead.config.json here, if there is one", valueHint: "FILE" },
  embedder: {
    type: "string",
    description: "The embedder that the router was trained with, if it is not the built-in one",
    valueHint: "NAME",
  },
  "willingness-to-pay": { type: "string", description: "USD that a right answer is worth to you", valueHint: "USD" },
  "cost-quality": { type: "string", description: "0 (cheapest) to 10 (best), instead of a price", valueHint: "0..10" },
  reward: { type: "string", description: "linear or exponential, to override the knob's own" },
  models: { type: "string", description: "Comma-separated candidates", valueHint: "IDS" },
  allow: { type: "string", description: "Comma-separated globs: only these", valueHint: "GLOBS" },
  deny: { type: "string", description: "Comma-separated globs: none of these", valueHint: "GLOBS" },
  "max-cost": { type: "string", description: "Upper bound on the predicted cost of a request", valueHint: "USD" },
  "min-quality": { type: "string", description: "Lower bound on the predicted quality, 0..1" },
  "input-tokens": { type: "string", description: "Tokens of the whole request, else estimated from the prompt" },
  json: { type: "boolean", description: "JSON instead of text" },
} as const;

/** What of a decision request comes from options, a config file or an input line. */
export type RoutingOptions = Pick<
  DecisionRequest,
  "willingnessToPayUsd" | "costQuality" | "reward" | "allow" | "deny" | "maxCostUsd" | "minQuality"
> & { inputTokens?: number | undefined };

const numbers = {
  "willingness-to-pay": "willingnessToPayUsd",
  "cost-quality": "costQuality",
  "max-cost": "maxCostUsd",
  "min-quality": "minQuality",
  "input-tokens": "inputTokens",
} as const;

/** Options of the command line; only what was given. @throws OneheadError "invalid-argument" naming the option */
export function routingOptions(args: Record<string, unknown>): RoutingOptions {
  const options: Record<string, unknown> = {};
  for (const [flag, field] of Object.entries(numbers)) {
    if (typeof args[flag] === "string") options[field] = parseNumber(`--${flag}`, args[flag]);
  }
  for (const flag of ["allow", "deny"] as const) {
    if (typeof args[flag] === "string") options[flag] = splitList(args[flag]);
  }
  if (typeof args["reward"] === "string") {
    if (args["reward"] !== "linear" && args["reward"] !== "exponential") {
      throw new OneheadError("invalid-argument", `--reward: ${args["reward"]}, expected linear or exponential`);
    }
    options["reward"] = args["reward"];
  }
  return options as RoutingOptions;
}

/** Later options win, and naming one of the two knobs drops the other. */
export function mergeOptions(base: RoutingOptions, over: RoutingOptions): RoutingOptions {
  const merged = { ...base, ...over };
  if (over.willingnessToPayUsd !== undefined && over.costQuality === undefined) delete merged.costQuality;
  if (over.costQuality !== undefined && over.willingnessToPayUsd === undefined) delete merged.willingnessToPayUsd;
  return merged;
}

export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
