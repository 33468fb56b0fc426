import * as z from "zod";

const positive = z.number().positive();
const milliseconds = z.number().int().positive();
const provider = z.strictObject({
  /** Whose interface it speaks, for a provider that is not known by its id. */
  kind: z
    .enum(["openai", "openai-compatible", "anthropic", "google", "mistral", "cohere", "bedrock", "ollama"])
    .optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** As `${NAME}` only: keys stand in the environment. */
  apiKey: z.string().min(1).optional(),
  concurrency: z.number().int().positive().optional(),
  requestsPerMinute: positive.optional(),
  timeoutMs: milliseconds.optional(),
  idleTimeoutMs: milliseconds.optional(),
  enabled: z.boolean().default(true),
});

/** Settings of `onehead serve`, in the section `serve` of the configuration; docs/guide/gateway.md has them all. */
export const serveSchema = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(8787),
  /** Bearer key of the whole gateway. */
  apiKey: z.string().min(16, "shorter than 16 characters, expected a key that cannot be guessed").optional(),
  database: z.string().min(1).default("onehead.db"),
  providers: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/), provider).default({}),
  /** Candidates, or further models, by id: whose they are and what they are called there. */
  names: z
    .record(z.string().min(1), z.strictObject({ provider: z.string().min(1), model: z.string().min(1) }))
    .default({}),
  /** Price lists as LiteLLM, OpenRouter or models.dev publish them, later ones over earlier ones. */
  priceLists: z
    .array(
      z.strictObject({
        file: z.string().min(1),
        format: z.enum(["litellm", "openrouter", "models.dev"]),
        source: z.string().min(1).optional(),
        asOf: z.iso.date(),
      }),
    )
    .default([]),
  retries: z.number().int().min(0).optional(),
  deadlineMs: milliseconds.default(120_000),
  hedgeAfterMs: milliseconds.optional(),
  limitWaitMs: z.number().int().min(0).optional(),
  breaker: z
    .strictObject({ failures: z.number().int().positive().optional(), openMs: milliseconds.optional() })
    .default({}),
  sticky: z.enum(["conversation", "priced", "never"]).optional(),
  explorationRate: z.number().min(0).max(1).default(0),
  /** Whether feedback corrects the router's predictions while it serves. */
  learning: z.boolean().default(false),
  onDisconnect: z.enum(["settle", "drain"]).default("settle"),
  drainMs: milliseconds.default(60_000),
  contents: z
    .strictObject({
      kept: z.boolean().default(false),
      retentionDays: positive.nullable().default(30),
      redacted: z.boolean().default(true),
    })
    .prefault({}),
  /** How long calls themselves are kept. */
  retentionDays: positive.nullable().default(null),
  cache: z
    .strictObject({ ttlSeconds: positive.default(3_600), maxBytes: positive.default(64 * 1024 * 1024) })
    .nullable()
    .default(null),
  corsOrigins: z.array(z.url({ protocol: /^https?$/ })).default([]),
  allowPrivateAddresses: z.boolean().default(false),
  bodyBytes: z
    .number()
    .int()
    .positive()
    .default(20 * 1024 * 1024),
  jsonDepth: z.number().int().positive().max(1_000).default(100),
  bodyTimeoutMs: milliseconds.default(60_000),
  maxConcurrentRequests: z.number().int().positive().default(5_000),
  /** How long requests may go on after SIGTERM. */
  shutdownMs: z.number().int().min(0).default(30_000),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

export type ServeConfig = z.infer<typeof serveSchema>;
