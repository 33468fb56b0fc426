import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OneheadError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { RowSchemaError } from "../errors/row-schema-error.js";
import { openRows } from "./open-rows.js";

// Drop a file into __fixtures__ with its <file>.expected.json, and it is a test: the form, the rows before the first
// error, and the error. The Parquet files were written by pyarrow, which shares no code with our reader.
const folder = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const files = readdirSync(folder).filter((name) => !name.endsWith(".expected.json"));

async function readAll(name: string) {
  const found: { form?: string; rows?: unknown[]; error?: object } = {};
  const rows: unknown[] = [];
  try {
    const onForm = (form: string) => {
      found.form = form;
    };
    for await (const row of openRows(folder + name, { onForm })) rows.push(row);
  } catch (error) {
    if (!OneheadError.isInstance(error)) throw error;
    const place = RowSchemaError.isInstance(error) ? { line: error.line, field: error.field } : {};
    found.error = { code: error.code, message: error.message.replaceAll(folder, ""), ...place };
  }
  if (rows.length > 0) found.rows = rows;
  return found;
}

describe("golden files", () => {
  it.each(files)("%s", async (name) => {
    const expected = JSON.parse(readFileSync(`${folder}${name}.expected.json`, "utf8"));
    expect(await readAll(name)).toEqual(expected);
  });

  it("never quotes a prompt in a message", () => {
    const messages = files
      .map((name) => JSON.parse(readFileSync(`${folder}${name}.expected.json`, "utf8")).error?.message ?? "")
      .join("\n");
    // the refused fixtures hold this word in their prompts
    expect(messages).toContain("bad-json.jsonl");
    expect(messages).not.toContain("secret");
  });
});
