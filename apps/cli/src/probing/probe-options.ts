import { OneheadError, type Prices } from "@onehead/core";
import { type Completion, type ProbeOptions, scorerOf } from "@onehead/train";
import { parseNumber } from "../commands/parse-number.js";
import { precisionArg } from "../files/precision.js";
import { greatestPrice, readPrices } from "../files/read-prices.js";
import { UsageError } from "../process/report-failure.js";
import { routingArgs } from "../routing/routing-options.js";
import { chatEndpoint } from "./chat-endpoint.js";
import { commandCompletion, commandScorer } from "./shell-command.js";

/** Options of `onehead probe`, as citty takes them. */
export const probeArgs = {
  artifact: { type: "string", description: "The router; the built-in one unless given", valueHint: "FILE" },
  embedder: routingArgs.embedder,
  data: { type: "string", description: "Prompts to choose from, with an answer each", valueHint: "FILE" },
  model: { type: "string", description: "Id that the new model gets", valueHint: "ID" },
  prices: {
    type: "string",
    description: "USD per million tokens, or a JSON of prices by model",
    valueHint: "IN,OUT|FILE",
  },
  out: { type: "string", description: "Where the new artifact goes", valueHint: "FILE" },
  count: { type: "string", description: "Prompts to score", default: "40" },
  method: { type: "string", description: "How they are chosen: stratified, design or random", default: "stratified" },
  seed: { type: "string", description: "Seed of that choice", default: "0" },
  "base-url": { type: "string", description: "An OpenAI-compatible endpoint to ask", valueHint: "URL" },
  "api-key-env": { type: "string", description: "Environment variable that holds its key", valueHint: "NAME" },
  "remote-model": { type: "string", description: "The model's name there, if it is not --model" },
  "max-tokens": { type: "string", description: "Longest answer asked for" },
  command: { type: "string", description: "A command to ask instead", valueHint: "COMMAND" },
  scorer: { type: "string", description: "exact, contains, choice or number", default: "exact" },
  "score-command": { type: "string", description: "A command that scores instead", valueHint: "COMMAND" },
  concurrency: { type: "string", description: "Calls at the same time", default: "4" },
  "timeout-seconds": { type: "string", description: "Longest wait for one answer", default: "120" },
  retries: { type: "string", description: "Attempts after a call that failed", default: "3" },
  "choose-only": { type: "boolean", description: "Only write the prompts to score, to --out or standard output" },
  scores: { type: "string", description: "Add the model from prompts that are scored already", valueHint: "FILE" },
  resume: { type: "boolean", description: "Go on from the scores kept beside --out" },
  precision: precisionArg,
  yes: { type: "boolean", description: "Send prompts to a hosted embedder without being asked" },
  json: { type: "boolean", description: "Print one JSON object" },
} as const;

type Given = { readonly [Name in keyof typeof probeArgs]?: string | boolean | undefined };

/** Who is asked. */
/** A day; timers do not go beyond 24. */
const longestTimeoutSeconds = 86_400;

export interface ProbeTarget {
  /** As it is told to the user before anything is sent. */
  name: string;
  complete: (prompt: string, signal: AbortSignal) => Promise<Completion>;
  timeoutMs: number;
}

/** @throws UsageError unless one of --base-url and --command is given; OneheadError "invalid-argument" naming the option */
export function probeTarget(args: Given, model: string): ProbeTarget {
  const { command } = args;
  const baseUrl = args["base-url"];
  const timeoutSeconds = positive("--timeout-seconds", args["timeout-seconds"]);
  if (timeoutSeconds > longestTimeoutSeconds) {
    const found = `--timeout-seconds: ${timeoutSeconds}`;
    throw new OneheadError("invalid-argument", `probe: ${found}, expected at most ${longestTimeoutSeconds}`);
  }
  const timeoutMs = 1000 * timeoutSeconds;
  if (typeof command === "string" && baseUrl === undefined) {
    return { name: "the command, on this machine", complete: commandCompletion(command, timeoutMs), timeoutMs };
  }
  if (typeof baseUrl !== "string" || command !== undefined) {
    throw new UsageError("expected one of --base-url, --command, --scores and --choose-only");
  }
  const remote = typeof args["remote-model"] === "string" ? args["remote-model"] : model;
  const complete = chatEndpoint({
    baseUrl,
    model: remote,
    apiKey: keyOf(args["api-key-env"]),
    maxTokens: args["max-tokens"] === undefined ? undefined : positive("--max-tokens", args["max-tokens"]),
    timeoutMs,
    retries: parseNumber("probe: --retries", String(args.retries)),
  });
  // user and password of an address are no part of what is shown
  return { name: `${new URL(baseUrl).origin}, model ${remote}`, complete, timeoutMs };
}

/** The scorer, and whether it needs to know what is right. */
export function scorerFor(args: Given, timeoutMs: number): { score: ProbeOptions["score"]; needsAnswers: boolean } {
  const command = args["score-command"];
  if (typeof command === "string") return { score: commandScorer(command, timeoutMs), needsAnswers: false };
  const scorer = scorerOf(String(args.scorer));
  return { score: ({ answer: expected = "" }, answer) => scorer(expected, answer), needsAnswers: true };
}

/** Prices of `--prices`: two numbers, or a file of prices by model that has this one. */
export async function readModelPrices(text: string, model: string): Promise<Prices> {
  const pair = /^([-+\d.e]+),([-+\d.e]+)$/i.exec(text);
  if (pair !== null) return { inputUsdPerMillionTokens: price(pair[1]), outputUsdPerMillionTokens: price(pair[2]) };
  const prices = await readPrices(text);
  if (Object.hasOwn(prices, model)) return prices[model];
  throw new OneheadError("unknown-model", `probe: --prices: ${text} has no price of ${model}`);
}

function price(text: string): number {
  const value = parseNumber("probe: --prices", text);
  if (value >= 0 && value <= greatestPrice) return value;
  throw new OneheadError(
    "invalid-argument",
    `probe: --prices: ${value}, expected at least 0 and at most ${greatestPrice}`,
  );
}

function positive(option: string, text: unknown): number {
  const value = parseNumber(`probe: ${option}`, String(text));
  if (value > 0) return value;
  throw new OneheadError("invalid-argument", `probe: ${option}: ${value}, expected above 0`);
}

function keyOf(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const key = process.env[name];
  if (key !== undefined && key !== "") return key;
  // what looks like no name may be the key itself
  const shown = /^[A-Z_][A-Z0-9_]*$/.test(name) ? name : "what it names";
  throw new OneheadError("invalid-argument", `probe: --api-key-env: ${shown} is not set in the environment`);
}
