import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { OneheadError } from "@onehead/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { toJsonLine } from "../rows/to-json-line.js";
import { type OpenRowsOptions, openRows } from "./open-rows.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "onehead-rows-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string, options?: OpenRowsOptions): Promise<PromptRow[]> {
  const rows: PromptRow[] = [];
  for await (const row of openRows(path, options)) rows.push(row);
  return rows;
}

async function failure(reading: Promise<unknown>): Promise<OneheadError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!OneheadError.isInstance(error)) throw new Error("no typed error", { cause: error });
  return error;
}

const line = toJsonLine({ id: "1", prompt: "p", scores: { m: 1 }, costs: { m: 0.1 } });

describe("openRows", () => {
  it("takes the format from the option before the name", async () => {
    expect(await readAll(write("rows.txt", line), { format: "jsonl" })).toHaveLength(1);
  });

  it.each([
    ["a format", { format: "xml" }, 'format is unknown: "xml"'],
    ["a form", { form: "tall" }, 'form: "tall", expected long, wide, routerbench'],
    ["a field", { columns: { question: "q" } }, '"question" is no field of the long form'],
    ["a field that another form has", { columns: { scores: "model" } }, '"scores" is no field of the long form'],
  ])("refuses %s that it does not know", async (_, options, message) => {
    const path = write("known.csv", "prompt,model,score\np,m,1\n");
    const error = await failure(readAll(path, { form: "long", ...options } as OpenRowsOptions));
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toContain(message);
  });

  it("refuses a named column that no record of the file can have, and calls that record nothing", async () => {
    const csv = write("columns.csv", "prompt,model,score\np,m,1\n");
    const error = await failure(readAll(csv, { columns: { cost: "usd" } }));
    expect(error.message).toContain('line 2: "usd" is no column of the file, though named as its cost');
    const bare = await failure(readAll(write("bare.csv", "prompt,model\np,m\n")));
    expect(bare.message).toContain("expected a score or a cost column");
    // an object may leave out what it does not know
    const lines = write("columns.jsonl", '{"prompt":"p","model":"m","score":1}\n{"prompt":"q","model":"m","usd":2}\n');
    const read = await readAll(lines, { columns: { cost: "usd" } });
    expect(read.map(({ costs }) => costs)).toEqual([{}, { m: 2 }]);
  });

  it("takes the spelling that has a value", async () => {
    const path = write("spellings.jsonl", '{"prompt":"p","model":"m","costUsd":null,"cost":0.5}\n');
    expect(await readAll(path)).toMatchObject([{ costs: { m: 0.5 } }]);
  });

  it("refuses a name that says no format", async () => {
    const error = await failure(readAll(join(folder, "rows.xlsx")));
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toContain("rows.xlsx is unknown");
  });

  it("names the file that is not there", async () => {
    const error = await failure(readAll(join(folder, "missing.jsonl")));
    expect([error.code, error.message]).toEqual(["io", expect.stringContaining("missing.jsonl: ENOENT")]);
    expect((await failure(readAll(join(folder, "missing.parquet")))).code).toBe("io");
  });

  it("gives a directory as an io error", async () => {
    expect((await failure(readAll(folder, { format: "jsonl" }))).code).toBe("io");
    expect((await failure(readAll(folder, { format: "parquet" }))).code).toBe("io");
  });

  it("knows gzip by its bytes, not by its name", async () => {
    expect(await readAll(write("plain-name.jsonl", gzipSync(line)))).toHaveLength(1);
    expect(await readAll(write("gz-name.jsonl.gz", line))).toHaveLength(1);
  });

  it("reads columns by the caller's names and says them in errors", async () => {
    const path = write("own.csv", "question,llm,correct\nq,m,1\nq2,m,2\n");
    const columns = { prompt: "question", model: "llm", score: "correct" };
    const rows: PromptRow[] = [];
    const error = await failure(
      (async () => {
        for await (const row of openRows(path, { columns })) rows.push(row);
      })(),
    );
    expect(rows).toMatchObject([{ prompt: "q", scores: { m: 1 } }]);
    expect(RowSchemaError.isInstance(error) && [error.file, error.line, error.field]).toEqual([path, 3, "correct"]);
  });

  it("reads in the form it is told, whatever the columns look like", async () => {
    const path = write(
      "both.jsonl",
      `${JSON.stringify({ prompt: "p", model: "m", score: 1, scores: {}, costs: {} })}\n`,
    );
    expect(await readAll(path, { form: "long" })).toMatchObject([{ scores: { m: 1 } }]);
    expect((await failure(readAll(path))).message).toContain("scores names no model");
  });

  it("says the form before the first row", async () => {
    const seen: string[] = [];
    const path = write("form.jsonl", line + toJsonLine({ id: "2", prompt: "p", scores: { m: 1 }, costs: {} }));
    for await (const row of openRows(path, { onForm: (form) => seen.push(form) })) seen.push(row.id);
    expect(seen).toEqual(["wide", "1", "2"]);
  });

  it("says where each row stands before it is given", async () => {
    const seen: unknown[] = [];
    const path = write(
      "where.jsonl",
      `\n${line}\n${toJsonLine({ id: "2", prompt: "p", scores: { m: 1 }, costs: {} })}`,
    );
    for await (const row of openRows(path, { onRow: (location) => seen.push(location) })) seen.push(row.id);
    const at = { operation: "openRows", file: path, unit: "line" };
    expect(seen).toEqual([{ ...at, line: 2 }, "1", { ...at, line: 4 }, "2"]);
  });

  it("reads a prompt of two million characters", async () => {
    const prompt = `${"ä\u{1f642} ".repeat(99)}\n`.repeat(5_038);
    const long = toJsonLine({ id: "1", prompt, scores: { m: 1 }, costs: {} });
    const rows = await readAll(write("long.jsonl", long));
    expect(rows[0].prompt === prompt).toBe(true);
    const csv = await readAll(write("long-prompt.csv", `prompt,model,score\n"${prompt}",m,1\n`));
    expect(csv[0].prompt === prompt).toBe(true);
  });

  it("tells different lone surrogates apart where a long-form record has no id", async () => {
    const records = ["\\ud800", "\\ud801"].map((half) => `{"prompt":"${half}","model":"m","score":1}\n`);
    const rows = await readAll(write("surrogates.jsonl", records.join("")));
    expect(rows[0].id).not.toBe(rows[1].id);
  });

  it("keeps a model named __proto__ and leaves objects without its properties", async () => {
    const path = write("proto.jsonl", '{"id":"1","prompt":"p","scores":{"__proto__":0.5}}\n');
    const [row] = await readAll(path);
    expect(Object.entries(row.scores)).toEqual([["__proto__", 0.5]]);
    expect(Object.getPrototypeOf(row.scores)).toBe(Object.prototype);
    const csv = await readAll(write("proto.csv", "prompt,model,score,__proto__\np,__proto__,1,x\n"));
    expect(Object.entries(csv[0].scores)).toEqual([["__proto__", 1]]);
  });

  it("stops with an aborted error at once when the signal has fired", async () => {
    for (const path of [write("a.jsonl", line), write("a.parquet", smallParquet())]) {
      const error = await failure(readAll(path, { signal: AbortSignal.abort() }));
      expect(error.code).toBe("aborted");
    }
  });

  it("stops between rows when the signal fires on the way", async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) =>
      toJsonLine({ id: `${id}`, prompt: "p", scores: { m: 1 }, costs: {} }),
    );
    const path = write("many.jsonl", rows.join(""));
    const controller = new AbortController();
    let count = 0;
    const error = await failure(
      (async () => {
        for await (const _ of openRows(path, { signal: controller.signal })) if (++count === 3) controller.abort();
      })(),
    );
    expect(error.code).toBe("aborted");
    expect(count).toBeLessThan(20_000);
  });

  it("can be left after any row", async () => {
    for (const name of ["leave.jsonl", "leave.csv", "leave.parquet"]) {
      const content = name.endsWith("csv")
        ? "prompt,model,score\np,m,1\nq,m,1\n"
        : name.endsWith("parquet")
          ? smallParquet()
          : line;
      for await (const row of openRows(write(name, content))) {
        expect(row.scores).toEqual({ m: 1 });
        break;
      }
    }
  });
});

describe("openRows on a file cut at any byte", () => {
  it("gives a row-format error for each cut of a gzip, and no row that was not there", async () => {
    const whole = gzipSync(line + toJsonLine({ id: "2", prompt: "q", scores: { m: 0 }, costs: {} }));
    for (let length = 0; length < whole.length; length++) {
      const path = write("cut.jsonl.gz", whole.subarray(0, length));
      expect(`${length} ${(await failure(readAll(path))).code}`).toBe(`${length} row-format`);
    }
    expect(await readAll(write("whole.jsonl.gz", whole))).toHaveLength(2);
  });

  it("gives a row-format error for each cut of a Parquet file", async () => {
    const whole = smallParquet();
    for (let length = 0; length < whole.length; length++) {
      const path = write("cut.parquet", whole.subarray(0, length));
      expect(`${length} ${(await failure(readAll(path))).code}`).toBe(`${length} row-format`);
    }
    expect(await readAll(write("whole.parquet", whole))).toHaveLength(2);
  });

  it("gives the whole rows and then one error, or nothing but whole rows, for each cut of JSON Lines", async () => {
    const whole = line + toJsonLine({ id: "2", prompt: "q", scores: { m: 0 }, costs: {} });
    const ends = [line.length - 1, line.length, whole.length - 1, whole.length];
    for (let length = 0; length <= whole.length; length++) {
      const rows: PromptRow[] = [];
      let code = "";
      try {
        for await (const row of openRows(write("cut.jsonl", whole.slice(0, length)))) rows.push(row);
      } catch (error) {
        code = OneheadError.isInstance(error) ? error.code : "untyped";
      }
      expect(code).toBe(ends.includes(length) ? "" : "row-format");
      expect(rows).toHaveLength(length >= whole.length - 1 ? 2 : length >= line.length - 1 ? 1 : 0);
    }
  });
});

function smallParquet(): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "prompt", data: ["p", "q"], type: "STRING" },
        { name: "model", data: ["m", "m"], type: "STRING" },
        { name: "score", data: [1, 0], type: "DOUBLE" },
      ],
    }),
  );
}
