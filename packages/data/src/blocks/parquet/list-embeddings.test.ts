import fc from "fast-check";
import type { PageHeader, SchemaTree } from "hyparquet";
import type { ColumnDecoder } from "hyparquet/src/types.js";
import { ByteWriter } from "hyparquet-writer";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { expect, test } from "vitest";
import type { DataPage, PageSource } from "./column-pages.js";
import { ListEmbeddings } from "./list-embeddings.js";

const D = 4;
const decoder = {
  type: "FLOAT",
  codec: "UNCOMPRESSED",
  element: {},
  schemaPath: [] as SchemaTree[],
} as unknown as ColumnDecoder;
// optional group (LIST) { repeated group { optional float } }
const levels = { value: 3, element: 2, list: 1 };

/** A page of the first version, with levels and values as they come: it may begin and end within a list. */
function pageOf(repetitions: number[], definitions: number[], values: number[]): DataPage {
  const bytes = new ByteWriter();
  for (const [own, width] of [
    [repetitions, 1],
    [definitions, 2],
  ] as const) {
    const packed = new ByteWriter();
    writeRleBitPackedHybrid(packed, own, width);
    bytes.appendUint32(packed.offset);
    bytes.appendBytes(packed.getBytes());
  }
  for (const value of values) bytes.appendFloat32(value);
  const size = bytes.offset;
  const header: PageHeader = {
    type: "DATA_PAGE",
    uncompressed_page_size: size,
    compressed_page_size: size,
    data_page_header: {
      num_values: repetitions.length,
      encoding: "PLAIN",
      definition_level_encoding: "RLE",
      repetition_level_encoding: "RLE",
    },
  };
  const buffer = bytes.getBytes().slice();
  return { header, reader: { view: new DataView(buffer.buffer), offset: 0 } };
}

type Row = Array<number | null> | null;

/** The pages of rows that are cut anywhere. */
function pagesOf(rows: Row[], cuts: number[]): DataPage[] {
  const entries = rows.flatMap((row): Array<[number, number, number | null]> => {
    if (row === null) return [[0, 0, null]];
    if (row.length === 0) return [[0, 1, null]];
    return row.map((value, k) => [k === 0 ? 0 : 1, value === null ? 2 : 3, value]);
  });
  const pages: DataPage[] = [];
  let start = 0;
  for (const cut of [...cuts, entries.length]) {
    const own = entries.slice(start, Math.max(start, cut));
    start = Math.max(start, cut);
    if (own.length === 0) continue;
    const values = own.flatMap(([, , value]) => (value === null ? [] : [value]));
    pages.push(
      pageOf(
        own.map(([repetition]) => repetition),
        own.map(([, definition]) => definition),
        values,
      ),
    );
  }
  return pages;
}

const sourceOf = (pages: DataPage[]): PageSource => {
  const left = [...pages];
  return { dictionary: undefined, next: async () => left.shift() ?? null };
};

test("rows are those that were written, wherever pages begin and however many are asked for at once", async () => {
  const whole = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: D, maxLength: D });
  const row = fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 1, arbitrary: fc.array(fc.option(fc.integer()), { maxLength: 7 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(120), { maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      async (given, cuts, atOnce) => {
        const rows: Row[] = given;
        const pages = pagesOf(
          rows,
          [...cuts].sort((a, b) => a - b),
        );
        const column = new ListEmbeddings(sourceOf(pages), decoder, levels, D);
        for (let start = 0; start < rows.length; start += atOnce) {
          const own = rows.slice(start, start + atOnce);
          const out = new Float32Array(own.length * D).fill(9);
          const problems = await column.take(own.length, out);
          own.forEach((expected, i) => {
            const found = [...out.subarray(i * D, (i + 1) * D)];
            if (expected !== null && expected.length === D && !expected.includes(null)) {
              expect(problems.has(i)).toBe(false);
              expect(found).toEqual(expected.map((value) => Math.fround(value as number) + 0));
              return;
            }
            expect(found).toEqual([0, 0, 0, 0]);
            if (expected === null) expect(problems.get(i)).toBeNull();
            else if (expected.length !== D)
              expect(problems.get(i)).toBe(`embedding: length is ${expected.length}, expected 4`);
            else expect(problems.get(i)).toBe(`embedding[${expected.indexOf(null)}]: NaN, expected a finite float32`);
          });
        }
      },
    ),
  );
});

test("fewer rows than are asked for are damage", async () => {
  const column = new ListEmbeddings(sourceOf(pagesOf([[1, 2, 3, 4]], [])), decoder, levels, D);
  await expect(column.take(2, new Float32Array(2 * D))).rejects.toThrow("fewer rows than its row group");
  const within = new ListEmbeddings(sourceOf([pageOf([1, 0], [3, 3], [1, 2])]), decoder, levels, D);
  await expect(within.take(1, new Float32Array(D))).rejects.toThrow("begins within a list");
});
