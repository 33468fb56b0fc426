import { parseAutoModel, type RoutePreference } from "@onehead/provider";
import { isRecord, type Wire } from "@onehead/provider-http";
import * as z from "zod";
import { GatewayError } from "../http/gateway-error.js";

/** What one request asks of the router. */
export interface RouterOptions {
  willingnessToPayUsd?: number | undefined;
  costQuality?: number | undefined;
  maxCostUsd?: number | undefined;
  minQuality?: number | undefined;
  /** Ids or globs of the only candidates that may be taken. */
  models?: string[] | undefined;
  exclude?: string[] | undefined;
  sticky?: "conversation" | "priced" | "never" | undefined;
  conversationId?: string | undefined;
  /** The decision alone; nothing is called. */
  dryRun?: boolean | undefined;
  /** The decision goes into the answer. */
  explain?: boolean | undefined;
  /** False: this request is neither answered from the cache nor kept there. */
  cache?: boolean | undefined;
}

const amount = z.union([z.number(), z.literal("inf").transform(() => Number.POSITIVE_INFINITY)]);
/** The options as they are written. */
export const routerOptionsSchema = z.strictObject({
  willingnessToPayUsd: amount.pipe(z.number().positive()).optional(),
  costQuality: z.number().min(0).max(10).optional(),
  maxCostUsd: z.number().nonnegative().optional(),
  minQuality: z.number().min(0).max(1).optional(),
  models: z.array(z.string().min(1)).min(1).optional(),
  exclude: z.array(z.string().min(1)).optional(),
  sticky: z
    .union([
      z.boolean().transform((stays) => (stays ? ("conversation" as const) : ("never" as const))),
      z.enum(["conversation", "priced", "never"]),
    ])
    .optional(),
  conversationId: z.string().min(1).max(256).optional(),
  dryRun: z.boolean().optional(),
  explain: z.boolean().optional(),
  cache: z.boolean().optional(),
});

type OptionName = keyof typeof routerOptionsSchema.shape;

/** Options by the name that they have in headers, in metadata, and in Python. */
const optionsBySnakeName = new Map<string, OptionName>(
  (Object.keys(routerOptionsSchema.shape) as OptionName[]).map((name) => [snakeCase(name), name]),
);

/** What routers before this one called the same; in the body, and in metadata. */
const otherNames: Readonly<Record<string, OptionName>> = {
  // Martian
  willingness_to_pay: "willingnessToPayUsd",
  max_cost: "maxCostUsd",
};

/** The request's options, and its body without what only the gateway understands. */
export interface ReadOptions {
  options: RouterOptions;
  body: Wire;
}

/**
 * The options of a request: in its headers `x-onehead-*`, in `router` in the body, in `metadata`, in fields of other routers, or in
 * the name of the model; what stands earlier here goes before what stands later. Naming one of the two knobs drops the other one of a
 * later place.
 *
 * @throws GatewayError 400 naming the field
 */
export function readRouterOptions(body: Wire, headers: Headers): ReadOptions {
  const { router, ...rest } = body;
  const { metadata, metadataOptions } = splitMetadata(rest["metadata"]);
  const own: Wire = "metadata" in rest ? { ...rest, ...(metadata === undefined ? {} : { metadata }) } : rest;
  if ("metadata" in own && metadata === undefined) delete own["metadata"];
  const layers = [
    fromName(body["model"]),
    fromFields(own),
    checked("metadata", metadataOptions),
    router === undefined || router === null ? {} : checked("router", asOptions(router)),
    checked("headers", fromHeaders(headers)),
  ];
  return { options: layers.reduce(over, {}), body: own };
}

function over(base: RouterOptions, asked: RouterOptions): RouterOptions {
  const knob = asked.willingnessToPayUsd !== undefined || asked.costQuality !== undefined;
  const { willingnessToPayUsd: _, costQuality: __, ...others } = base;
  return { ...(knob ? others : base), ...asked };
}

function fromName(model: unknown): RouterOptions {
  const asked: RoutePreference | null = typeof model === "string" ? parseAutoModel(model) : null;
  return { ...(asked as RouterOptions | null) };
}

/** Fields at the top of a body by which other routers are told; they are taken out of it. */
function fromFields(body: Wire): RouterOptions {
  const found: Wire = {};
  for (const [name, option] of Object.entries(otherNames)) {
    if (!Object.hasOwn(body, name)) continue;
    found[option] = body[name];
    delete body[name];
  }
  // OpenRouter's: models to fall back to, in this order, and those that its automatic router may take
  const { models, plugins, route } = body;
  if (Array.isArray(models)) {
    found["models"] = models;
    delete body["models"];
  }
  if (route === "fallback") delete body["route"];
  if (Array.isArray(plugins)) {
    const auto = plugins.find((plugin) => isRecord(plugin) && plugin["id"] === "auto-router");
    if (isRecord(auto)) {
      if (Array.isArray(auto["allowed_models"])) found["models"] ??= auto["allowed_models"];
      const others = plugins.filter((plugin) => plugin !== auto);
      if (others.length > 0) body["plugins"] = others;
      else delete body["plugins"];
    }
  }
  return checked("", found);
}

/** Headers are text: numbers, lists and truths are read from it. */
function fromHeaders(headers: Headers): Wire {
  const found: Wire = {};
  for (const [snake, option] of optionsBySnakeName) {
    const value = headers.get(`x-onehead-${snake.replaceAll("_", "-")}`);
    if (value !== null) found[option] = fromText(option, value);
  }
  return found;
}

/** `metadata` of texts, as OpenAI has it, with fields such as `onehead_cost_quality`; they are taken out of it. */
function splitMetadata(given: unknown): { metadata: Wire | undefined; metadataOptions: Wire } {
  const metadataOptions: Wire = {};
  if (!isRecord(given)) return { metadata: given === undefined ? undefined : (given as Wire), metadataOptions };
  const metadata: Wire = {};
  for (const [name, value] of Object.entries(given)) {
    const option = optionOf(name.replace(/^onehead_/, ""));
    if (name.startsWith("onehead_") && option !== undefined) {
      metadataOptions[option] = typeof value === "string" ? fromText(option, value) : value;
    } else metadata[name] = value;
  }
  const empty = Object.keys(metadata).length === 0 && Object.keys(metadataOptions).length > 0;
  return { metadata: empty ? undefined : metadata, metadataOptions };
}

function asOptions(router: unknown): Wire {
  if (!isRecord(router))
    throw new GatewayError(400, "invalid-argument", "router: expected an object", { param: "router" });
  return Object.fromEntries(Object.entries(router).map(([name, value]) => [optionOf(name) ?? name, value]));
}

function optionOf(name: string): OptionName | undefined {
  return optionsBySnakeName.get(snakeCase(name)) ?? (Object.hasOwn(otherNames, name) ? otherNames[name] : undefined);
}

const lists: readonly string[] = ["models", "exclude"];
const truths: readonly string[] = ["dryRun", "explain", "cache", "sticky"];
const texts: readonly string[] = ["conversationId"];

function fromText(option: OptionName, text: string): unknown {
  if (texts.includes(option)) return text;
  if (lists.includes(option)) {
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (truths.includes(option))
    return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
  // what is no number is refused by its name, below
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function checked(where: string, given: Wire): RouterOptions {
  const parsed = routerOptionsSchema.safeParse(given);
  if (parsed.success) return parsed.data as RouterOptions;
  const issue = parsed.error.issues[0];
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  const path = [...(where === "" ? [] : [where]), ...issue.path.map(String), ...keys.slice(0, 1)];
  const param = path.join(".").slice(0, 100);
  const message =
    keys.length > 0 ? `not known, expected one of ${Object.keys(routerOptionsSchema.shape).join(", ")}` : issue.message;
  throw new GatewayError(400, "invalid-argument", `${param}: ${message}`, { param });
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
