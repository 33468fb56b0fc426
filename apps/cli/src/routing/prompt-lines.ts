import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { OneheadError } from "@onehead/core";
import { splitLines } from "@onehead/data";
import * as z from "zod";
import { describeIssue } from "../files/read-prices.js";
import { codeOf } from "../files/write-atomically.js";
import type { RoutingOptions } from "./routing-options.js";

/** One line of input: a prompt to route, or why it cannot be. */
export type PromptLine =
  | { line: number; id: string | number; prompt: string; options: RoutingOptions }
  | { line: number; id?: string | number; error: OneheadError };

const decoder = new TextDecoder("utf-8", { fatal: true });

const schema = z.object({
  id: z.union([z.string(), z.number()], "expected text or a number").optional(),
  prompt: z.string().min(1, "empty, expected text"),
  willingnessToPayUsd: z.number().optional(),
  costQuality: z.number().optional(),
  reward: z.enum(["linear", "exponential"]).optional(),
  maxCostUsd: z.number().optional(),
  minQuality: z.number().optional(),
  inputTokens: z.number().nonnegative().optional(),
  allow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
});

/** So many fields are named at most. */
const mostNotes = 8;

/** Prompts of a file: plain text, one a line, for `.txt`; else JSON Lines. */
export function openPromptFile(path: string): AsyncGenerator<PromptLine> {
  const stream = createReadStream(path);
  return readPromptLines(stream, path.endsWith(".txt"), path);
}

/**
 * Prompts of a stream, a line each; blank lines are skipped. A line without an id gets its number. Fields that a line cannot have
 * are ignored, and named on standard error once each: one that is misspelt would be missed.
 */
export async function* readPromptLines(stream: Readable, plain: boolean, name: string): AsyncGenerator<PromptLine> {
  const noteFields = createFieldNotes(name);
  try {
    for await (const { bytes, line } of splitLines(stream, name)) {
      const text = decodeLine(bytes);
      if (text === null) yield { line, error: new OneheadError("row-format", `line ${line}: not UTF-8`) };
      else if (text.trim() === "") continue;
      else yield plain ? { line, id: line, prompt: text, options: {} } : parsePromptLine(text, line, noteFields);
    }
  } catch (cause) {
    if (OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError("io", `cannot read ${name}: ${codeOf(cause)}`, { cause });
  }
}

function decodeLine(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes).replace(/\r$/, "");
  } catch {
    return null;
  }
}

function createFieldNotes(name: string): (json: object, line: number) => void {
  const noted = new Set<string>();
  return (json, line) => {
    for (const field of Object.keys(json)) {
      // what does not look like a name may be a prompt
      const shown = /^[\w$.-]{1,40}$/.test(field) ? field : "a name";
      if (Object.hasOwn(schema.shape, field) || noted.has(shown) || noted.size === mostNotes) continue;
      noted.add(shown);
      console.error(`onehead: ${name} line ${line}: ${shown} is no field of a line and is ignored`);
    }
  };
}

function parsePromptLine(text: string, line: number, noteFields: (json: object, line: number) => void): PromptLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { line, error: new OneheadError("row-format", `line ${line}: not JSON`) };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) {
    noteFields(json as object, line);
    const { id = line, prompt, ...options } = parsed.data;
    return { line, id, prompt, options };
  }
  const id = (json as { id?: unknown } | null)?.id;
  return {
    line,
    ...(typeof id === "string" || typeof id === "number" ? { id } : {}),
    error: new OneheadError("row-schema", `line ${line}: ${describeIssue(parsed.error)}`),
  };
}
