import type { RoutePreference } from "@onehead/provider";
import { isRecord, type Wire } from "@onehead/provider-http";
import * as z from "zod";
import { GatewayError } from "../http/gateway-error.js";
import { autoModel } from "./auto-model.js";
import { takeForeignFields } from "./foreign-fields.js";

/** What one request asks of the router. */
export interface RouterOptions {
  willingnessToPayUsd?: number | undefined;
  costQuality?: number | undefined;
  maxCostUsd?: number | undefined;
  minQuality?: number | undefined;
  /** Ids or globs of the only candidates that may be taken. */
  models?: string[] | undefined;
  exclude?: string[] | undefined;
  /** Only models of these providers, by whoever serves or has made them. */
  providers?: string[] | undefined;
  /** No candidate of a higher price, or of none that is known. */
  maxInputUsdPerMillionTokens?: number | undefined;
  maxOutputUsdPerMillionTokens?: number | undefined;
  sticky?: "conversation" | "priced" | "never" | undefined;
  conversationId?: string | undefined;
  /** The decision alone; nothing is called. */
  dryRun?: boolean | undefined;
  /** The decision goes into the answer. */
  explain?: boolean | undefined;
  /** False: this request is neither answered from the cache nor kept there. */
  cache?: boolean | undefined;
}

/** Names or globs of models in one request. */
const names = z.array(z.string().min(1).max(256)).max(100);
const amount = z.union([z.number().positive(), z.literal("inf").transform(() => Number.POSITIVE_INFINITY)], {
  error: 'Invalid input: expected a number above 0, or "inf"',
});
/** The options as they are written. */
export const routerOptionsSchema = z.strictObject({
  willingnessToPayUsd: amount.optional(),
  costQuality: z.number().min(0).max(10).optional(),
  maxCostUsd: z.number().nonnegative().optional(),
  minQuality: z.number().min(0).max(1).optional(),
  models: names.min(1).optional(),
  exclude: names.optional(),
  providers: names.min(1).optional(),
  maxInputUsdPerMillionTokens: z.number().nonnegative().optional(),
  maxOutputUsdPerMillionTokens: z.number().nonnegative().optional(),
  sticky: z
    .union(
      [
        z.boolean().transform((stays) => (stays ? ("conversation" as const) : ("never" as const))),
        z.enum(["conversation", "priced", "never"]),
      ],
      { error: 'Invalid input: expected "conversation", "priced", "never", or a boolean' },
    )
    .optional(),
  conversationId: z.string().min(1).max(256).optional(),
  dryRun: z.boolean().optional(),
  explain: z.boolean().optional(),
  cache: z.boolean().optional(),
});

export type OptionName = keyof typeof routerOptionsSchema.shape;

/** Options by the name that they have in headers, in metadata, and in Python. */
const optionsBySnakeName = new Map<string, OptionName>(
  (Object.keys(routerOptionsSchema.shape) as OptionName[]).map((name) => [snakeCase(name), name]),
);

const optionsByHeader = new Map<string, OptionName>(
  [...optionsBySnakeName].map(([snake, name]) => [`x-onehead-${snake.replaceAll("_", "-")}`, name]),
);

/** The request's options, and its body without what only the gateway understands. */
export interface ReadOptions {
  options: RouterOptions;
  body: Wire;
  /** What the request calls an option, for errors about it. */
  written: (option: OptionName) => string;
}

/**
 * The options of a request: in its headers `x-onehead-*`, in `router` in the body, in `metadata`, in fields of other routers, or in
 * the name of the model; what stands earlier here goes before what stands later. Naming one of the two knobs drops the other one of a
 * later place.
 *
 * @param headers null where none of them is there
 * @throws GatewayError 400 naming the field
 */
export function readRouterOptions(body: Wire, headers: Headers | null): ReadOptions {
  const own = { ...body };
  delete own["router"];
  const metadata = takeMetadata(own);
  const name = fromName(body["model"]);
  const fields = new FoundOptions();
  takeForeignFields(own, name === null, (option, value, written) => fields.set(option, value, written));
  // what goes before the others first
  const found = [fromHeaders(headers), fromRouter(body["router"]), metadata, fields];
  return {
    options: found.reduceRight((options, one) => over(options, one.checked()), name ?? {}),
    body: own,
    written: (option) => found.find((one) => one.nameOf(option) !== undefined)?.nameOf(option) ?? option,
  };
}

/** Options of one place, with what they are called there: by that name a bad one is refused. */
class FoundOptions {
  readonly #given: Wire = {};
  readonly #names = new Map<string, string>();

  /** What is set first stays; of what is excluded, all is. */
  set(option: string, value: unknown, name: string): void {
    const known = this.#given[option];
    if (option === "exclude" && Array.isArray(known) && Array.isArray(value)) {
      this.#given[option] = [...known, ...value];
      return;
    }
    if (this.#names.has(option)) return;
    this.#given[option] = value;
    this.#names.set(option, name);
  }

  nameOf(option: OptionName): string | undefined {
    return this.#names.get(option);
  }

  /** @throws GatewayError 400 naming the field */
  checked(): RouterOptions {
    // most places of most requests say nothing
    if (this.#names.size === 0) return nothingAsked;
    const parsed = routerOptionsSchema.safeParse(this.#given);
    if (parsed.success) return parsed.data as RouterOptions;
    const issue = parsed.error.issues[0];
    const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const [option, ...within] = unknown === undefined ? issue.path.map(String) : [unknown];
    const param = [this.#names.get(option) ?? option, ...within].join(".").slice(0, 100);
    const message =
      unknown === undefined
        ? issue.message
        : `not known, expected one of ${Object.keys(routerOptionsSchema.shape).join(", ")}`;
    throw new GatewayError(400, "invalid-argument", `${param}: ${message}`, { param });
  }
}

const nothingAsked: RouterOptions = Object.freeze({});

function over(base: RouterOptions, asked: RouterOptions): RouterOptions {
  if (asked === nothingAsked) return base;
  const knob = asked.willingnessToPayUsd !== undefined || asked.costQuality !== undefined;
  const { willingnessToPayUsd: _, costQuality: __, ...others } = base;
  return { ...(knob ? others : base), ...asked };
}

/** Null for the name of a model. */
function fromName(model: unknown): RouterOptions | null {
  const asked: RoutePreference | null = typeof model === "string" ? autoModel(model) : null;
  return asked as RouterOptions | null;
}

/** Headers are text: numbers, lists and truths are read from it. */
function fromHeaders(headers: Headers | null): FoundOptions {
  const found = new FoundOptions();
  if (headers === null) return found;
  for (const [name, option] of optionsByHeader) {
    const value = headers.get(name);
    if (value !== null) found.set(option, fromText(option, value), name);
  }
  return found;
}

/** Takes out of the `metadata` of a body, of texts as OpenAI has it, what is ours: such as `onehead_cost_quality`. */
function takeMetadata(body: Wire): FoundOptions {
  const found = new FoundOptions();
  const { metadata } = body;
  if (!isRecord(metadata)) return found;
  const own: Wire = {};
  for (const [name, value] of Object.entries(metadata)) {
    if (name.startsWith("onehead_")) {
      const option = optionOf(name.slice("onehead_".length)) ?? name;
      found.set(option, typeof value === "string" ? fromText(option, value) : value, `metadata.${name}`);
    } else own[name] = value;
  }
  const nothingElse = Object.keys(own).length === 0 && Object.keys(metadata).length > 0;
  if (nothingElse) delete body["metadata"];
  else body["metadata"] = own;
  return found;
}

function fromRouter(router: unknown): FoundOptions {
  const found = new FoundOptions();
  if (router === undefined || router === null) return found;
  if (!isRecord(router))
    throw new GatewayError(400, "invalid-argument", "router: expected an object", { param: "router" });
  for (const [name, value] of Object.entries(router)) found.set(optionOf(name) ?? name, value, `router.${name}`);
  return found;
}

function optionOf(name: string): OptionName | undefined {
  return optionsBySnakeName.get(snakeCase(name));
}

const lists: readonly string[] = ["models", "exclude", "providers"];
const truths: readonly string[] = ["dryRun", "explain", "cache", "sticky"];
const texts: readonly string[] = ["conversationId"];

function fromText(option: string, text: string): unknown {
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

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
