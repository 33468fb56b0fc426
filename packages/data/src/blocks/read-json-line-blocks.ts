import { type Buffer, isUtf8 } from "node:buffer";
import { OneheadError } from "@onehead/core";
import { describeValue } from "../errors/describe-value.js";
import { BlockBuilder, type BuilderOptions, type RowId } from "./block-builder.js";
import type { ByteInput } from "./byte-input.js";
import { rawJsonNumber } from "./raw-json-number.js";
import { type InputPosition, idKinds, type RowBlock, type ScoringColumns } from "./row-block.js";
import { wholeLines, withoutMark } from "./whole-lines.js";

export interface JsonLineBlockOptions extends BuilderOptions {
  operation: string;
  columns: ScoringColumns;
}

/** Blocks of JSON Lines: one object a line, blank lines skipped; a line that is none is a problem of its row. */
export async function* readJsonLineBlocks(
  input: ByteInput,
  from: InputPosition,
  options: JsonLineBlockOptions,
): AsyncGenerator<RowBlock> {
  const { operation, columns } = options;
  const builder = new BlockBuilder(options);
  let { at, place } = from;
  for await (const { bytes, isLull } of wholeLines(input.open(at), operation, input.name)) {
    const isText = isUtf8(bytes);
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(10, start);
      const end = feed === -1 ? bytes.length : feed;
      place++;
      addLine(
        builder,
        columns,
        place,
        bytes,
        place === 1 ? bytes.length - withoutMark(bytes).length : start,
        end,
        isText,
      );
      at += Math.min(end + 1, bytes.length) - start;
      start = end + 1;
      if (builder.isFull) yield builder.take({ at, place }) as RowBlock;
    }
    const block = isLull ? builder.take({ at, place }) : null;
    if (block !== null) yield block;
  }
  const block = builder.take({ at, place });
  if (block !== null) yield block;
}

function addLine(
  builder: BlockBuilder,
  columns: ScoringColumns,
  place: number,
  bytes: Buffer,
  start: number,
  end: number,
  isText: boolean,
): void {
  if (!isText && !isUtf8(bytes.subarray(start, end))) {
    builder.addProblem(place, null, builder.problem("row-format", place, "not UTF-8"));
    return;
  }
  const text = bytes.toString("utf8", start, end);
  if (text.trim() === "") return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the engine's own message quotes the line, which is a prompt
    builder.addProblem(place, null, builder.problem("row-format", place, "not JSON"));
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = `${describeValue(value)}, expected one JSON object a line`;
    builder.addProblem(place, null, builder.problem("row-format", place, what));
    return;
  }
  const fields = value as Record<string, unknown>;
  builder.add({
    place,
    id: idOf(own(fields, columns.id), text, columns.id, place),
    embedding: own(fields, columns.embedding),
    prompt: own(fields, columns.prompt),
    inputTokens: own(fields, columns.inputTokens),
  });
}

/** A field and never something inherited, whatever its column is called. */
function own(fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function idOf(id: unknown, text: string, name: string, place: number): RowId | OneheadError | null {
  if (id === undefined || id === null) return null;
  if (typeof id === "string") return { text: id, kind: idKinds.text };
  if (typeof id === "number") return { text: rawJsonNumber(text, name) ?? String(id), kind: idKinds.number };
  return new OneheadError("row-schema", `line ${place}: id: ${describeValue(id)}, expected text or a number`);
}
