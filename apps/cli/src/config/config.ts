import { existsSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import { z } from "zod";
import { readJson } from "../files/read-json.js";
import { describeIssue, greatestPrice } from "../files/read-prices.js";

export const configFile = "onehead.config.json";

const price = z.number().nonnegative().max(greatestPrice);
const schema = z.strictObject({
  artifact: z.string().min(1).optional(),
  embedder: z.string().min(1).optional(),
  models: z.array(z.string().min(1)).min(1).optional(),
  willingnessToPayUsd: z.number().positive().optional(),
  costQuality: z.number().min(0).max(10).optional(),
  allow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
  maxCostUsd: z.number().nonnegative().optional(),
  minQuality: z.number().min(0).max(1).optional(),
  prices: z
    .record(
      z.string(),
      z.union([
        // a factor beside prices would be forgotten
        z.object({ inputUsdPerMillionTokens: price, outputUsdPerMillionTokens: price, factor: z.never().optional() }),
        z.strictObject({ factor: z.number().positive() }),
      ]),
    )
    .optional(),
});

/** Settings that stand between the built-in defaults and the command line. */
export type Config = z.infer<typeof schema>;

/**
 * The named config file, or the one in this folder, or none.
 *
 * @throws OneheadError "io", or "invalid-argument" naming file and field
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  if (path === undefined && !existsSync(configFile)) return {};
  const file = path ?? configFile;
  const parsed = schema.safeParse(await readJson(file));
  if (!parsed.success) throw new OneheadError("invalid-argument", `${file}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}
