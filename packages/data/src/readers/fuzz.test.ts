import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OneheadError } from "@onehead/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PromptRow } from "../rows/prompt-row.js";
import { buildRowTable } from "../table/build-row-table.js";
import { openRows } from "./open-rows.js";
import type { RowFormat } from "./row-format.js";

const fixtures = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const typedCodes = ["row-format", "row-schema"];

let folder: string;
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "onehead-fuzz-"));
  process.on("unhandledRejection", noteUnhandled);
});
afterAll(() => {
  process.off("unhandledRejection", noteUnhandled);
  rmSync(folder, { recursive: true });
});

/** Reads the bytes; anything but good rows or a typed error fails. */
async function assertTame(bytes: Uint8Array, format: RowFormat): Promise<void> {
  const path = join(folder, "fuzzed");
  writeFileSync(path, bytes);
  const rows: PromptRow[] = [];
  try {
    for await (const row of openRows(path, { format })) rows.push(row);
  } catch (error) {
    if (!OneheadError.isInstance(error) || !typedCodes.includes(error.code)) throw error;
  }
  // what was yielded before an error must be good rows too: a table of them breaks no rule
  if (rows.length > 0) await buildRowTable(rows);
}

const mutation = fc.record({
  at: fc.nat(100_000),
  kind: fc.constantFrom("set", "flip", "insert", "delete", "cut"),
  byte: fc.nat(255),
});

function mutate(original: Uint8Array, mutations: { at: number; kind: string; byte: number }[]): Uint8Array {
  let bytes = [...original];
  for (const { at, kind, byte } of mutations) {
    const index = at % (bytes.length + 1);
    if (kind === "set") bytes[index] = byte;
    else if (kind === "flip") bytes[index] ^= 1 << (byte % 8);
    else if (kind === "insert") bytes.splice(index, 0, byte);
    else if (kind === "delete") bytes.splice(index, 1);
    else bytes = bytes.slice(0, index);
  }
  return Uint8Array.from(bytes);
}

describe("readers on damaged input give rows or a typed error", () => {
  const subjects: [string, RowFormat][] = [
    ["wide.jsonl", "jsonl"],
    ["wide.ndjson.gz", "jsonl"],
    ["long.jsonl", "jsonl"],
    ["long.csv", "csv"],
    ["long-crlf.csv.gz", "csv"],
    ["routerbench.csv", "csv"],
    ["long-zstd-two-groups.parquet", "parquet"],
    ["routerbench-snappy.parquet", "parquet"],
    ["wide-struct-gzip.parquet", "parquet"],
  ];
  it.each(subjects)("mutated %s", async (name, format) => {
    const original = readFileSync(fixtures + name);
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) =>
        assertTame(mutate(original, mutations), format),
      ),
      { numRuns: 300 },
    );
  });

  it.each(["jsonl", "csv", "parquet"] as const)("random bytes as %s", async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => assertTame(bytes, format)),
      { numRuns: 300 },
    );
  });

  it("random JSON values as lines", async () => {
    const line = fc.oneof(
      fc.json(),
      fc
        .record({
          id: fc.jsonValue(),
          prompt: fc.jsonValue(),
          scores: fc.jsonValue(),
          costs: fc.jsonValue(),
          tokens: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ prompt: fc.jsonValue(), model: fc.jsonValue(), score: fc.jsonValue(), cost: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), (lines) => assertTame(Buffer.from(lines.join("\n")), "jsonl")),
      { numRuns: 500 },
    );
  });

  it("leaves no promise rejected where nobody listens, which would end the process", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
