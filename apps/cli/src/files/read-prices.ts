import { OneheadError } from "@onehead/core";
import type { TokenPrices } from "@onehead/train";
import * as z from "zod";
import { hasControl } from "../output/printable.js";
import { readJson } from "./read-json.js";

/** No model costs so much; what does is in other units, and would make infinite costs. */
export const greatestPrice = 1e9;

const price = z.number().nonnegative().max(greatestPrice);
const origin = z
  .string()
  .refine((text) => !hasControl(text), "has a control character, expected none")
  .optional();
const prices = z.record(
  z.string(),
  z.object({ inputUsdPerMillionTokens: price, outputUsdPerMillionTokens: price, source: origin, asOf: origin }).loose(),
);

/** List prices by model from a JSON file. @throws OneheadError "io", or "invalid-argument" naming file and field */
export async function readPrices(path: string): Promise<Record<string, TokenPrices>> {
  const parsed = prices.safeParse(await readJson(path));
  if (!parsed.success) throw new OneheadError("invalid-argument", `${path}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}

/** The first thing that zod found wrong, as `field: what`. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue.path.join(".") || "top level"}: ${issue.message}`;
}
