import { existsSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import * as z from "zod";
import { describeIssue, greatestPrice } from "../files/read-prices.js";
import { serveSchema } from "../serving/serve-config.js";
import { configFiles, loadConfigFile } from "./load-config-file.js";

/** What `onehead init` writes. */
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
  serve: serveSchema.optional(),
});

/** Settings that stand between the built-in defaults and the command line. */
export type Config = z.infer<typeof schema>;

/** A configuration as it is written: what has a default may be left out. */
export type ConfigInput = z.input<typeof schema>;

/** Types a configuration in `onehead.config.ts`; it is the value as it is. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** The configuration file that would be read: the named one, or the first that is here; undefined where there is none. */
export function findConfigFile(path: string | undefined): string | undefined {
  return path ?? configFiles.find((name) => existsSync(name));
}

/**
 * The named config file, or the one in this folder, or none.
 *
 * @throws OneheadError "io", or "invalid-argument" naming file and field
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  const file = findConfigFile(path);
  if (file === undefined) return {};
  const parsed = schema.safeParse(await loadConfigFile(file, process.env));
  if (!parsed.success) throw new OneheadError("invalid-argument", `${file}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}
