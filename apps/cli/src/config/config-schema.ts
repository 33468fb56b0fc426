import * as z from "zod";
import { greatestPrice } from "../files/read-prices.js";
import { serveSchema } from "../serving/serve-config.js";

const price = z.number().nonnegative().max(greatestPrice);
/** A configuration as a whole; `onehead.config.*` is of this form. */
export const configSchema = z.strictObject({
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
export type Config = z.infer<typeof configSchema>;

/** A configuration as it is written: what has a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
