import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { estimateTokens, OneheadError } from "@onehead/core";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { type OpenRowBlocksOptions, openRowBlocks } from "./open-row-blocks.js";
import { type InputPosition, idKinds, type RowBlock } from "./row-block.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-blocks-"));
const fixtures = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const kindNames = Object.fromEntries(Object.entries(idKinds).map(([name, kind]) => [kind, name]));
// appears in prompts only: it must never appear in what goes wrong
const canary = "xylophonist";

/** One row as a reader of blocks finds it. */
interface Row {
  place: number;
  id: string;
  kind: string;
  embedding: number[];
  tokens: number;
  prompt?: string;
  problem?: string;
}

function rowsOf(block: RowBlock, D: number): Row[] {
  expect(block.embeddings).toHaveLength(block.rows * D);
  return Array.from({ length: block.rows }, (_, i) => {
    const prompt = block.prompts?.[i];
    const problem = block.problems.get(i);
    return {
      place: block.places[i],
      id: block.ids[i],
      kind: kindNames[block.idKinds[i]],
      embedding: [...block.embeddings.subarray(i * D, (i + 1) * D)],
      tokens: block.inputTokens[i],
      ...(prompt === undefined ? {} : { prompt }),
      ...(problem === undefined ? {} : { problem: `${problem.code}: ${problem.message}` }),
    };
  });
}

type Source = Parameters<typeof openRowBlocks>[0];

async function readBlocks(source: Source, options: OpenRowBlocksOptions, from?: InputPosition): Promise<RowBlock[]> {
  const blocks = await openRowBlocks(source, options);
  try {
    const read: RowBlock[] = [];
    for await (const block of blocks.read(from)) read.push(block);
    return read;
  } finally {
    await blocks.close();
  }
}

async function readRows(source: Source, options: OpenRowBlocksOptions, from?: InputPosition): Promise<Row[]> {
  return (await readBlocks(source, options, from)).flatMap((block) => rowsOf(block, options.dimensions));
}

async function* chunked(text: string | Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as Uint8Array);
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function failureOf(run: () => Promise<unknown>): Promise<OneheadError> {
  try {
    await run();
  } catch (error) {
    if (OneheadError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("JSON Lines", () => {
  const lines = [
    '{"id":"a","embedding":[0.5,-1],"inputTokens":3}',
    `{"prompt":"what does a ${canary} do?"}`,
    "",
    '{"id":12345678901234567890,"prompt":"x","inputTokens":7.5}',
    '{"id":1.0,"embedding":[1e-3,2],"prompt":"beside","extra":{"id":9}}',
    '{"id":null,"embedding":null,"prompt":"é ü \\u2028 \u{1f600}"}',
    `not json ${canary}`,
    "[1]",
    '{"id":"short","embedding":[1]}',
    '{"id":"text","embedding":[1,"2"],"inputTokens":1}',
    '{"id":"large","embedding":[1,1e39],"inputTokens":1}',
    '{"id":"bare","embedding":[1,2]}',
    '{"id":"below","embedding":[1,2],"inputTokens":-1}',
    '{"id":"neither"}',
    '{"id":"empty","prompt":""}',
    `{"id":"list","prompt":["${canary}"]}`,
    '{"id":[1],"prompt":"x"}',
    '{"__proto__":{"prompt":"x"},"constructor":1}',
  ];
  const text = `${lines.join("\n")}\n`;
  const options = { format: "jsonl", dimensions: 2 } as const;
  const problem = (row: Row): string | undefined => row.problem;

  test("a row has its id as it is written, an embedding or a prompt, and tokens", async () => {
    const rows = await readRows(chunked(text, []), options);
    const prompt = `what does a ${canary} do?`;
    expect(rows.slice(0, 5)).toEqual([
      { place: 1, id: "a", kind: "text", embedding: [0.5, -1], tokens: 3 },
      { place: 2, id: "2", kind: "none", embedding: [0, 0], tokens: estimateTokens(prompt), prompt },
      { place: 4, id: "12345678901234567890", kind: "number", embedding: [0, 0], tokens: 7.5, prompt: "x" },
      { place: 5, id: "1.0", kind: "number", embedding: [Math.fround(1e-3), 2], tokens: estimateTokens("beside") },
      {
        place: 6,
        id: "6",
        kind: "none",
        embedding: [0, 0],
        tokens: estimateTokens("é ü \u2028 \u{1f600}"),
        prompt: "é ü \u2028 \u{1f600}",
      },
    ]);
  });

  test("a row that cannot be scored says why, names its line and field, and never its prompt", async () => {
    const rows = (await readRows(chunked(text, []), options)).slice(5);
    expect(rows.map(problem)).toEqual([
      "row-format: line 7: not JSON",
      "row-format: line 8: an array, expected one JSON object a line",
      "row-schema: line 9: embedding: length is 1, expected 2",
      'row-schema: line 10: embedding[1]: "2", expected a number',
      "row-schema: line 11: embedding[1]: 1e+39, expected a finite float32",
      "row-schema: line 12: inputTokens: missing, expected a count beside an embedding",
      "row-schema: line 13: inputTokens: -1, expected a number of at least 0",
      "row-schema: line 14: embedding and prompt: missing, expected one of them",
      "row-schema: line 15: prompt: empty, expected text",
      "row-schema: line 16: prompt: an array, expected text",
      "row-schema: line 17: id: an array, expected text or a number",
      "row-schema: line 18: embedding and prompt: missing, expected one of them",
    ]);
    expect(rows.map(({ embedding }) => embedding)).toEqual(rows.map(() => [0, 0]));
    expect(rows.map(({ id }) => id).slice(2, 4)).toEqual(["short", "text"]);
    expect(JSON.stringify(rows)).not.toContain(canary);
  });

  test("a line whose bytes are no UTF-8 is a problem of its own", async () => {
    const bytes = Buffer.from('{"id":1,"prompt":"a"}\n{"id":2,"prompt":"\xff"}\n{"id":3,"prompt":"c"}', "latin1");
    const rows = await readRows(chunked(bytes, []), options);
    expect(rows.map(({ id, problem }) => problem ?? id)).toEqual(["1", "row-format: line 2: not UTF-8", "3"]);
  });

  test("a byte order mark, carriage returns and a last line without a line feed change nothing", async () => {
    const own = '\ufeff{"id":"a","prompt":"x"}\r\n{"id":"b","prompt":"y"}\r\n\r\n{"id":"c","prompt":"z"}';
    const rows = await readRows(chunked(own, []), options);
    expect(rows.map(({ id, place, prompt }) => [id, place, prompt])).toEqual([
      ["a", 1, "x"],
      ["b", 2, "y"],
      ["c", 4, "z"],
    ]);
  });

  test("columns go by other names, and tokens can be given for rows that do not say", async () => {
    const own = '{"key":"a","vector":[1,2]}\n{"key":"b","q":"x","n":3}\n';
    const columns = { id: "key", embedding: "vector", prompt: "q", inputTokens: "n" };
    const rows = await readRows(chunked(own, []), { ...options, columns, inputTokens: 40 });
    expect(rows.map(({ id, tokens }) => [id, tokens])).toEqual([
      ["a", 40],
      ["b", 3],
    ]);
  });

  test("however it is cut, and however many rows a block has, it says the same", async () => {
    const expected = await readRows(chunked(text, []), options);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (sizes, blockRows) => {
          const blocks = await readBlocks(chunked(text, sizes), { ...options, blockRows });
          expect(blocks.every(({ rows }) => rows <= blockRows)).toBe(true);
          expect(blocks.flatMap((block) => rowsOf(block, 2))).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("rows come before the input is at its end", async () => {
    let feed: (line: string | null) => void = () => {};
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const line = await new Promise<string | null>((resolve) => {
          feed = resolve;
        });
        if (line === null) return;
        yield Buffer.from(line);
      }
    }
    const blocks = (await openRowBlocks(slow(), options)).read();
    const first = blocks.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    feed('{"id":"a","prompt":"x"}\n{"id":"b","pr');
    expect((await first).value).toMatchObject({ rows: 1, ids: ["a"] });
    const second = blocks.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    feed('ompt":"y"}\n');
    expect((await second).value).toMatchObject({ rows: 1, ids: ["b"] });
    await new Promise((resolve) => setTimeout(resolve, 5));
    feed(null);
    expect((await blocks.next()).done).toBe(true);
  });
});

describe("CSV", () => {
  const text = [
    "id,embedding,prompt,inputTokens,more",
    'a,"[0.5, -1]",,3,x',
    `7,,"what does a ${canary}, or ""player"", do`,
    'in two lines?",,',
    "",
    ',,"y",2.5,',
    `b,"[1",${canary},1,`,
    "c,1;2,,1,",
    'd,"[1,2]",,many,',
    "e,short",
    'f,"[1,2]",,,',
    'g,,quotes "x" within,1,',
    'h,,"z",4,',
  ].join("\r\n");
  const options = { format: "csv", dimensions: 2 } as const;

  test("cells are what they are in JSON Lines; ids are text", async () => {
    const prompt = `what does a ${canary}, or "player", do\r\nin two lines?`;
    expect((await readRows(chunked(text, []), options)).slice(0, 3)).toEqual([
      { place: 2, id: "a", kind: "text", embedding: [0.5, -1], tokens: 3 },
      { place: 3, id: "7", kind: "text", embedding: [0, 0], tokens: estimateTokens(prompt), prompt },
      { place: 6, id: "6", kind: "none", embedding: [0, 0], tokens: 2.5, prompt: "y" },
    ]);
  });

  test("a record that cannot be scored says why, and those after it come as ever", async () => {
    const rows = (await readRows(chunked(text, []), options)).slice(3);
    expect(rows.map(({ problem, id }) => problem ?? id)).toEqual([
      "row-schema: line 7: embedding: text of 2 characters, expected a list of numbers",
      "row-schema: line 8: embedding: text of 3 characters, expected a list of numbers",
      "row-schema: line 9: inputTokens: text of 4 characters, expected a number of at least 0",
      "row-format: line 10: row is ragged: 2 cells, expected 5 as in the header",
      "row-schema: line 11: inputTokens: missing, expected a count beside an embedding",
      "row-format: line 12: a quote stands within a cell, expected the whole cell quoted and its quotes doubled",
      "h",
    ]);
    expect(JSON.stringify(rows)).not.toContain(canary);
  });

  test("however it is cut, and however many rows a block has, it says the same", async () => {
    // quotes that are even in number, so that records end where they do
    const own = text.replace('quotes "x" within', "no quote");
    const expected = await readRows(chunked(own, []), options);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (sizes, blockRows) => {
          expect(await readRows(chunked(own, sizes), { ...options, blockRows })).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    ["", "openRowBlocks: stream: is empty, expected a header"],
    [
      "a,b\n1,2\n",
      'openRowBlocks: stream: has neither embeddings nor prompts, expected "embedding" or "prompt" among its 2 columns',
    ],
    ["prompt,prompt\nx,y\n", "openRowBlocks: stream line 1: header has the same name in columns 1 and 2"],
  ])("a header is refused: %j", async (own, message) => {
    const error = await failureOf(() => readRows(chunked(own, []), options));
    expect(error).toMatchObject({ code: "row-format" });
    expect(error.message).toContain(message);
  });

  test("a column that is named has to be there", async () => {
    const run = () => readRows(chunked(text, []), { ...options, columns: { id: "key" } });
    expect((await failureOf(run)).message).toBe('openRowBlocks: stream: has no column "key" for id');
  });

  test("a byte order mark is no part of the first name, quoted or not", async () => {
    for (const own of ["\ufeffprompt\nx\n", '\ufeff"prompt"\nx\n']) {
      expect(await readRows(chunked(own, []), options)).toMatchObject([{ prompt: "x" }]);
    }
  });
});

describe("Parquet of other engines", () => {
  const files = readdirSync(fixtures).filter((name) => name.endsWith(".parquet"));

  test.each(files)("%s", async (name) => {
    for (const blockRows of [1, 7, 64]) {
      const rows = await readRows(join(fixtures, name), { dimensions: 6, blockRows });
      expect(rows).toHaveLength(40);
      rows.forEach((row, i) => {
        const isWhole = ["pyarrow-double-v2-zstd", "pyarrow-binary", "duckdb"].includes(name.replace(".parquet", ""));
        expect(row.place).toBe(i + 1);
        expect([row.id, row.kind]).toEqual(isWhole ? [String(10 ** 15 + i), "number"] : [`r${i}`, "text"]);
        const gap = name.includes("gaps")
          ? {
              3: "embedding and prompt: missing, expected one of them",
              5: "embedding: length is 0, expected 6",
              7: "embedding: length is 4, expected 6",
              9: "embedding[2]: NaN, expected a finite float32",
            }[i % 10]
          : undefined;
        if (gap !== undefined) {
          expect(row.problem).toBe(`row-schema: row ${i + 1}: ${gap}`);
          return;
        }
        expect(row.embedding).toEqual(Array.from({ length: 6 }, (_, k) => ((7 * i + 3 * k) % 17) / 8 - 1));
        expect(row.tokens).toBe(i + 1);
      });
    }
  });
});

describe("Parquet", () => {
  const write = (name: string, options: Parameters<typeof parquetWriteBuffer>[0]): string => {
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(parquetWriteBuffer(options)));
    return path;
  };
  const prompts = write("prompts.parquet", {
    columnData: [
      { name: "prompt", data: ["a", null, "", `a ${canary}`], type: "STRING" },
      { name: "inputTokens", data: [1.5, 2, 3, null], type: "DOUBLE" },
    ],
  });

  test("rows without ids have their numbers, prompts are texts, and tokens are estimated where they are missing", async () => {
    const rows = await readRows(prompts, { dimensions: 2 });
    expect(rows).toEqual([
      { place: 1, id: "1", kind: "none", embedding: [0, 0], tokens: 1.5, prompt: "a" },
      expect.objectContaining({ problem: "row-schema: row 2: embedding and prompt: missing, expected one of them" }),
      expect.objectContaining({ problem: "row-schema: row 3: prompt: empty, expected text" }),
      expect.objectContaining({ place: 4, tokens: estimateTokens(`a ${canary}`), prompt: `a ${canary}` }),
    ]);
  });

  test("it says how many rows there are, and whether ids are whole numbers, before they are read", async () => {
    const blocks = await openRowBlocks(prompts, { dimensions: 2 });
    expect(blocks).toMatchObject({ format: "parquet", totalRows: 4, hasIntegerIds: true });
    await blocks.close();
    const text = await openRowBlocks(join(fixtures, "polars.parquet"), { dimensions: 6 });
    expect(text.hasIntegerIds).toBe(false);
    await text.close();
  });

  test("a prompt stands in for an embedding that is null", async () => {
    const path = write("both.parquet", {
      columnData: [
        { name: "embedding", data: [new Uint8Array(8), null, new Uint8Array(7)], type: "BYTE_ARRAY" },
        { name: "prompt", data: ["x", "y", "z"], type: "STRING" },
      ],
    });
    const rows = await readRows(path, { dimensions: 2 });
    expect(rows.map(({ prompt, problem }) => prompt ?? problem)).toEqual([
      undefined,
      "y",
      "row-schema: row 3: embedding: length is 7 bytes, expected 8, float32 each",
    ]);
  });

  test.each([
    [
      "text for an embedding",
      "embedding",
      { data: ["x"], type: "STRING" as const },
      'column "embedding": BYTE_ARRAY (UTF8), expected lists of float',
    ],
    ["numbers for a prompt", "prompt", { data: [1], type: "INT32" as const }, 'column "prompt": INT32, expected text'],
    [
      "moments for ids",
      "id",
      { data: [new Date(0)], type: "TIMESTAMP" as const },
      'column "id": INT64 (TIMESTAMP_MILLIS), expected text or integers',
    ],
    [
      "text for tokens",
      "inputTokens",
      { data: ["1"], type: "STRING" as const },
      'column "inputTokens": BYTE_ARRAY (UTF8), expected numbers',
    ],
  ])("%s is refused before a row is read", async (_, name, column, message) => {
    const rest = name === "prompt" ? [] : [{ name: "prompt", data: ["x"], type: "STRING" as const }];
    const path = write("types.parquet", { columnData: [{ name, ...column }, ...rest] });
    const error = await failureOf(() => readRows(path, { dimensions: 2 }));
    expect(error.code).toBe("row-format");
    expect(error.message).toContain(message);
  });

  test("bytes of a fixed length have to be those of the router's embeddings", async () => {
    const error = await failureOf(() => readRows(join(fixtures, "pyarrow-fixed-binary.parquet"), { dimensions: 5 }));
    expect(error.message).toContain('column "embedding": 24 bytes, expected 20, 5 float32');
  });

  test("an open file is read as one by its name; a stream is refused", async () => {
    const handle = await open(prompts);
    expect(await readRows(handle, { dimensions: 2, format: "parquet", name: "spooled" })).toHaveLength(4);
    const error = await failureOf(() => readRows(chunked("PAR1", []), { dimensions: 2, format: "parquet" }));
    expect(error).toMatchObject({ code: "invalid-argument" });
  });

  test("a damaged file ends in an error of ours, or in rows, and never hangs", async () => {
    const whole = readFileSync(join(fixtures, "pyarrow-gaps.parquet"));
    const ways: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, isCut) => {
        const path = join(folder, "damaged.parquet");
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        writeFileSync(path, isCut ? bytes.subarray(0, at) : bytes);
        try {
          await readRows(path, { dimensions: 6 });
          ways.push("rows");
        } catch (error) {
          expect(OneheadError.isInstance(error), String(error)).toBe(true);
          ways.push((error as OneheadError).code);
        }
      }),
      { numRuns: 300 },
    );
    expect(new Set(ways)).toContain("row-format");
  });
});

describe("going on", () => {
  const D = 2;
  const jsonl = Array.from({ length: 60 }, (_, i) =>
    i % 9 === 4 ? "" : `{"id":${i},"embedding":[${i},-${i}],"inputTokens":${i}}`,
  ).join("\n");
  const csv = `id,embedding,inputTokens\n${Array.from({ length: 60 }, (_, i) => `"row\n${i}","[${i},-${i}]",${i}`).join("\n")}\n`;
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries({ jsonl, csv })) {
    paths[name] = join(folder, `rows.${name}`);
    writeFileSync(paths[name], text);
    paths[`${name}.gz`] = join(folder, `rows.${name}.gz`);
    writeFileSync(paths[`${name}.gz`], gzipSync(text));
  }
  paths["parquet"] = join(fixtures, "pyarrow-dictionary-snappy.parquet");

  test.each(Object.keys(paths))("%s gives the rest of its rows from where any block ended", async (name) => {
    const options = { dimensions: name === "parquet" ? 6 : D, blockRows: 7 };
    const blocks = await readBlocks(paths[name], options);
    const rows = blocks.flatMap((block) => rowsOf(block, options.dimensions));
    let done = 0;
    for (const block of blocks) {
      done += block.rows;
      expect(await readRows(paths[name], options, block.end)).toEqual(rows.slice(done));
    }
  });

  test.each(["jsonl", "csv"] as const)("a stream of %s is read past what was done before", async (format) => {
    const text = { jsonl, csv }[format];
    const options = { dimensions: D, blockRows: 7, format };
    const blocks = await readBlocks(chunked(text, [50]), options);
    const rows = blocks.flatMap((block) => rowsOf(block, D));
    const done = blocks[0].rows + blocks[1].rows;
    expect(await readRows(chunked(text, [33]), options, blocks[1].end)).toEqual(rows.slice(done));
  });

  test("what ends before it goes on is no such input", async () => {
    const from = { at: 10_000, place: 500 };
    const error = await failureOf(() => readRows(chunked(jsonl, []), { dimensions: D, format: "jsonl" }, from));
    expect(error.message).toContain("before where it goes on");
  });

  test.each(Object.keys(paths))("%s has no block across a boundary, counted from where it begins", async (name) => {
    const options = { dimensions: name === "parquet" ? 6 : D, blockRows: 7, boundaryRows: 10 };
    for (const from of [undefined, (await readBlocks(paths[name], options))[0].end]) {
      let rows = 0;
      for (const block of await readBlocks(paths[name], options, from)) {
        expect(Math.floor(rows / 10)).toBe(Math.floor((rows + block.rows - 1) / 10));
        rows += block.rows;
      }
      expect(rows).toBeGreaterThan(30);
    }
  });

  test.each(Object.keys(paths))("%s ends with the signal", async (name) => {
    const stop = new AbortController();
    const blocks = await openRowBlocks(paths[name], {
      dimensions: name === "parquet" ? 6 : D,
      blockRows: 5,
      signal: stop.signal,
    });
    const read = blocks.read();
    await read.next();
    stop.abort();
    const rest = async (): Promise<void> => {
      for await (const _ of read);
    };
    // text that is there already may still come
    const ended = await rest().then(
      () => "over",
      (error: OneheadError) => error.code,
    );
    expect(["aborted", name === "parquet" ? "aborted" : "over"]).toContain(ended);
    await blocks.close();
  });
});

test.each([
  ["rows.txt", undefined, "invalid-argument"],
  ["nowhere.jsonl", undefined, "io"],
  ["nowhere.parquet", undefined, "io"],
])("%s cannot be opened", async (name, format, code) => {
  const error = await failureOf(() => readRows(join(folder, name), { dimensions: 2, format }));
  expect(error.code).toBe(code);
});
