import { OneheadError } from "@onehead/core";
import type { TokenPrices } from "@onehead/train";
import { z } from "zod";
import { readInput } from "./read-input.js";

const price = z.number().nonnegative();
const prices = z.record(
  z.string(),
  z.object({ inputUsdPerMillionTokens: price, outputUsdPerMillionTokens: price }).loose(),
);

/** List prices by model from a JSON file. @throws OneheadError "invalid-argument" naming file and field */
export async function readPrices(path: string): Promise<Record<string, TokenPrices>> {
  let json: unknown;
  try {
    json = JSON.parse((await readInput(path)).toString("utf8"));
  } catch (cause) {
    if (OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError("invalid-argument", `${path}: not JSON`, { cause });
  }
  const parsed = prices.safeParse(json);
  if (!parsed.success) throw new OneheadError("invalid-argument", `${path}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}

/** The first thing that zod found wrong, as `field: what`. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue.path.join(".") || "top level"}: ${issue.message}`;
}
