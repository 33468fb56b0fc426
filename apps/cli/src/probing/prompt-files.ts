import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { OneheadError } from "@onehead/core";
import { splitLines } from "@onehead/data";
import type { ProbePrompt, ScoredPrompt } from "@onehead/train";
import * as z from "zod";
import { describeIssue } from "../files/read-prices.js";
import { codeOf } from "../files/write-atomically.js";

const id = z
  .union([z.string().min(1), z.number()])
  .transform(String)
  .optional();
const prompt = z.string().min(1, "empty, expected text");
const count = z.number().nonnegative().max(1e9).optional();
const promptLine = z.object({ id, prompt, answer: z.union([z.string(), z.number()]).transform(String).optional() });
const scoredLine = z.object({
  id,
  prompt,
  model: z.string().optional(),
  score: z.number().min(0).max(1),
  inputTokens: count,
  outputTokens: count,
  costUsd: count,
});

/**
 * Prompts of a JSON Lines file, with what is right where it says so; other fields are ignored, so rows of recorded scores
 * will do. A line without an id gets its number.
 *
 * @throws OneheadError "io", "row-format" or "row-schema" naming file, line and field, "invalid-argument" for a repeated id
 */
export async function readProbePrompts(path: string): Promise<ProbePrompt[]> {
  const prompts: ProbePrompt[] = [];
  for await (const { line, value } of parsedLines(path, promptLine))
    prompts.push({ ...value, id: value.id ?? `${line}` });
  assertDistinct(path, prompts);
  return prompts;
}

/**
 * Scores of a model's answers from a JSON Lines file.
 *
 * @throws as {@link readProbePrompts}; OneheadError "invalid-argument" naming the line whose score is said to be another model's
 */
export async function readScores(path: string, model: string): Promise<ScoredPrompt[]> {
  const scores: ScoredPrompt[] = [];
  for await (const { line, value } of parsedLines(path, scoredLine)) {
    const { model: answered = model, ...scored } = value;
    if (answered !== model) {
      const what = `${path} line ${line}: model: the score is that of ${answered}, expected ${model}`;
      throw new OneheadError("invalid-argument", `probe: ${what}`);
    }
    scores.push({ ...scored, id: scored.id ?? `${line}` });
  }
  assertDistinct(path, scores);
  return scores;
}

/**
 * Kept scores have to be of the prompts that are chosen from: ids may be line numbers, which every file has.
 *
 * @throws OneheadError "invalid-argument" for an id that names another prompt there, or none
 */
export function assertOfPrompts(kept: readonly ScoredPrompt[], prompts: readonly ProbePrompt[], path: string): void {
  const byId = new Map(prompts.map((entry) => [entry.id, entry.prompt]));
  const other = kept.find((score) => byId.get(score.id) !== score.prompt);
  if (other === undefined) return;
  const what = byId.has(other.id) ? "another prompt" : "no prompt";
  throw new OneheadError(
    "invalid-argument",
    `probe: --resume: id ${other.id} of the kept scores is ${what} in ${path}: resume with the file that they came from`,
  );
}

function assertDistinct(path: string, entries: ReadonlyArray<{ id: string }>): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.id)) {
      throw new OneheadError("invalid-argument", `${path}: id: ${JSON.stringify(entry.id)} comes twice, expected once`);
    }
    seen.add(entry.id);
  }
}

async function* parsedLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<{ line: number; value: T }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const { bytes, line } of splitLines(openFile(path), path)) {
      let json: unknown;
      try {
        const text = decoder.decode(bytes);
        if (text.trim() === "") continue;
        json = JSON.parse(text);
      } catch {
        throw new OneheadError("row-format", `${path} line ${line}: not JSON in UTF-8`);
      }
      const parsed = schema.safeParse(json);
      if (!parsed.success) throw new OneheadError("row-schema", `${path} line ${line}: ${describeIssue(parsed.error)}`);
      yield { line, value: parsed.data };
    }
  } catch (cause) {
    if (OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError("io", `cannot read ${path}: ${codeOf(cause)}`, { cause });
  }
}

function openFile(path: string): Readable {
  const file = createReadStream(path);
  // an error on the way reaches whoever reads the unpacked side
  return path.endsWith(".gz") ? pipeline(file, createGunzip(), () => {}) : file;
}
