import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { OneheadError } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PromptRow } from "../rows/prompt-row.js";
import { readRowsFromStream } from "./read-rows-from-stream.js";

type Chunks = Parameters<typeof readRowsFromStream>[0];

async function readAll(...args: Parameters<typeof readRowsFromStream>): Promise<PromptRow[]> {
  const rows: PromptRow[] = [];
  for await (const row of readRowsFromStream(...args)) rows.push(row);
  return rows;
}

async function failureCode(chunks: Chunks, signal?: AbortSignal): Promise<string> {
  try {
    await readAll(chunks, "jsonl", { signal });
    return "none";
  } catch (error) {
    return OneheadError.isInstance(error) ? error.code : `untyped ${String(error)}`;
  }
}

const text = '{"id":"1","prompt":"Größe \u{1f642}?","scores":{"m":1}}\n{"id":"2","prompt":"q","scores":{"m":0}}\n';
const expected = [
  { id: "1", prompt: "Größe \u{1f642}?", scores: { m: 1 }, costs: {} },
  { id: "2", prompt: "q", scores: { m: 0 }, costs: {} },
];

function cutAt<T extends string | Uint8Array>(whole: T, cuts: number[]): T[] {
  const edges = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return edges.slice(1).map((edge, index) => whole.slice(edges[index], edge) as T);
}

describe("readRowsFromStream", () => {
  it("reads the same rows wherever the chunks are cut: bytes, text and gzip", async () => {
    const cuts = fc.array(fc.nat(1000), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect(await readAll(cutAt(text, at), "jsonl")).toEqual(expected);
        expect(await readAll(cutAt(Buffer.from(text), at), "jsonl")).toEqual(expected);
        expect(await readAll(cutAt(gzipSync(text), at), "jsonl")).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("reads CSV the same wherever the chunks are cut, quoted line breaks included", async () => {
    const csv = 'prompt,model,score\r\n"a\r\n""b"", c",m,1\r\n\r\nd,m,0';
    for (let cut = 0; cut <= csv.length; cut++) {
      const rows = await readAll(cutAt(csv, [cut]), "csv");
      expect(rows.map(({ prompt }) => prompt)).toEqual(['a\r\n"b", c', "d"]);
    }
  });

  it("reads a Node stream such as stdin", async () => {
    expect(await readAll(Readable.from([Buffer.from(text)]), "jsonl")).toEqual(expected);
  });

  it("yields a row as soon as its line is there", async () => {
    async function* twoLines() {
      yield `${text.split("\n")[0]}\n`;
      throw new Error("the second line was read ahead of the first row");
    }
    for await (const row of readRowsFromStream(twoLines(), "jsonl")) {
      expect(row.id).toBe("1");
      break;
    }
  });

  it.each([
    [{ cost: 2e9 }, "cost is out of range: 2000000000, expected at most 1000000000"],
    [{ inputTokens: 1e300 }, "inputTokens is out of range"],
  ])("refuses %j, which no call is like, by line and field", async (field, message) => {
    const row = { prompt: "p", model: "m", score: 1, ...field };
    await expect(readAll([`${JSON.stringify(row)}\n`], "jsonl")).rejects.toThrow(message);
  });

  it("refuses a format that cannot be streamed", () => {
    expect(() => readRowsFromStream([text], "parquet" as never)).toThrow(
      'readRowsFromStream: format is unknown: "parquet", expected jsonl or csv',
    );
  });

  it("calls the input by the given name in errors", async () => {
    await expect(readAll(["{"], "jsonl", { name: "stdin" })).rejects.toThrow(/^readRowsFromStream: stdin line 1: /);
    await expect(readAll([], "jsonl")).rejects.toThrow("readRowsFromStream: stream: holds no rows");
  });

  it("refuses a bare lone surrogate in text, at a chunk's end too", async () => {
    expect(await failureCode(['{"id":"1","prompt":"\ud800","scores":{"m":1}}'])).toBe("row-format");
    expect(await failureCode(['{"prompt":"\ud83d'])).toBe("row-format");
  });

  it("passes a failing source's own error on", async () => {
    async function* broken() {
      yield text;
      throw new Error("connection lost");
    }
    await expect(readAll(broken(), "jsonl")).rejects.toThrow("connection lost");
    async function* brokenGzip() {
      yield gzipSync(text).subarray(0, 20);
      throw new Error("connection lost");
    }
    await expect(readAll(brokenGzip(), "jsonl")).rejects.toThrow("connection lost");
  });

  it("can be aborted while it waits for a source that never delivers", async () => {
    async function* silent(): AsyncGenerator<string> {
      await new Promise(() => {});
    }
    const controller = new AbortController();
    const code = failureCode(silent(), controller.signal);
    setImmediate(() => controller.abort());
    expect(await code).toBe("aborted");
  });

  it("closes its source when the loop is left", async () => {
    let closed = false;
    async function* endless() {
      try {
        for (let id = 0; ; id++) yield `{"id":"${id}","prompt":"p","scores":{"m":1}}\n`;
      } finally {
        closed = true;
      }
    }
    for await (const _ of readRowsFromStream(endless(), "jsonl")) break;
    expect(closed).toBe(true);
  });
});
