import { invalidArgument, type Message } from "@onehead/provider";

/** A tag name, or a regular expression whose matches are harness text. */
export type HarnessPattern = string | RegExp;

export interface ExtractOptions {
  /**
   * What your own harness writes into user turns: names of tags, or regular expressions, in addition to those known here; as
   * `{ instead }` in their place. The expressions run over the whole text of a turn: keep them linear.
   */
  harnessPatterns?: readonly HarnessPattern[] | { instead: readonly HarnessPattern[] } | undefined;
  /**
   * From this length on a pasted block is a document; 1,000 unless told, Infinity for never. A Chinese, Japanese or Korean
   * character counts as three.
   */
  documentCharacters?: number | undefined;
  /**
   * With how many earlier questions a follow-up ("yes", "and in Python?") is joined at most: 4 unless told, as with true; with 0
   * or false the question is the follow-up alone.
   */
  joinFollowUps?: boolean | number | undefined;
  /** A longer question keeps its head and its tail, and its middle becomes a document; 4,000 unless told, at least 20. */
  maxQuestionCharacters?: number | undefined;
  /** Goes first: the question of these messages, or undefined to let the rules find it. */
  findQuestion?: ((messages: readonly Message[]) => string | undefined) | undefined;
}

export interface ResolvedOptions {
  harnessTags: string[];
  harnessExpressions: RegExp[];
  /** Whether the harness text known here counts. */
  builtInHarness: boolean;
  documentCharacters: number;
  joinFollowUps: number;
  maxQuestionCharacters: number;
  findQuestion: ((messages: readonly Message[]) => string | undefined) | undefined;
}

const DEFAULT_JOIN = 4;
const TAG_NAME = /^[A-Za-z][\w.:-]{0,63}$/;

/** @throws ProviderError "invalid-argument" that names the option */
export function resolveOptions(options: ExtractOptions = {}): ResolvedOptions {
  if (typeof options !== "object" || options === null) fail("options", options, "an object");
  const {
    harnessPatterns = [],
    documentCharacters = 1000,
    joinFollowUps = true,
    maxQuestionCharacters = 4000,
  } = options;
  const { findQuestion } = options;
  const builtInHarness = Array.isArray(harnessPatterns);
  const patterns = builtInHarness ? harnessPatterns : (harnessPatterns as { instead?: unknown } | null)?.instead;
  if (!Array.isArray(patterns)) fail("harnessPatterns", harnessPatterns, "tag names and RegExps, or { instead: … }");

  const harnessTags: string[] = [];
  const harnessExpressions: RegExp[] = [];
  (patterns as readonly unknown[]).forEach((pattern, i) => {
    if (typeof pattern === "string" && TAG_NAME.test(pattern)) harnessTags.push(pattern);
    // a copy of our own: matching moves lastIndex
    else if (pattern instanceof RegExp) harnessExpressions.push(new RegExp(pattern, flagsOf(pattern)));
    else fail(`harnessPatterns[${i}]`, pattern, "the name of a tag or a RegExp");
  });
  if (documentCharacters !== Infinity) assertInteger("documentCharacters", documentCharacters, 1);
  if (typeof joinFollowUps !== "boolean") assertInteger("joinFollowUps", joinFollowUps, 0);
  assertInteger("maxQuestionCharacters", maxQuestionCharacters, 20);
  if (findQuestion !== undefined && typeof findQuestion !== "function")
    fail("findQuestion", findQuestion, "a function");
  return {
    harnessTags,
    harnessExpressions,
    builtInHarness,
    documentCharacters,
    joinFollowUps: typeof joinFollowUps === "number" ? joinFollowUps : joinFollowUps ? DEFAULT_JOIN : 0,
    maxQuestionCharacters,
    findQuestion,
  };
}

function flagsOf(pattern: RegExp): string {
  const flags = pattern.flags.replace("y", "");
  return flags.includes("g") ? flags : `${flags}g`;
}

function assertInteger(option: string, value: unknown, least: number): void {
  if (!Number.isInteger(value) || (value as number) < least) fail(option, value, `a whole number of at least ${least}`);
}

function fail(option: string, found: unknown, expected: string): never {
  throw invalidArgument(`extractPrompt: ${option}`, found, expected);
}
