import { ProviderResponseError } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLines } from "./json-lines.js";

const encoder = new TextEncoder();

async function linesOf(pieces: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  const body = async function* () {
    yield* pieces;
  };
  for await (const line of readLines(body())) lines.push(line);
  return lines;
}

const expected = ['{"message":"Grüße, 世界 🌍!"}', '{"done":false}', '{"done":true}'];

describe.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
])("lines that end in %s", (_, lineEnd) => {
  const text = `\uFEFF${expected[0]}${lineEnd}${lineEnd}  ${lineEnd}${expected[1]}${lineEnd}${expected[2]}`;

  test.each([
    ["with", lineEnd],
    ["without", ""],
  ])("are the same wherever they are cut, %s a last line end", async (_, last) => {
    const bytes = encoder.encode(text + last);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
    expect(await linesOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test("are the same at any set of cuts", async () => {
    const bytes = encoder.encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 30 }), async (places) => {
        const sorted = [0, ...places.sort((a, b) => a - b), bytes.length];
        expect(await linesOf(sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end)))).toEqual(expected);
      }),
    );
  });
});

test("of nothing there are none", async () => {
  expect(await linesOf([])).toEqual([]);
  expect(await linesOf([encoder.encode("\n \n")])).toEqual([]);
});

test("a character that the end cuts off is shown as one", async () => {
  expect(await linesOf([encoder.encode("é").subarray(0, 1)])).toEqual(["\uFFFD"]);
});

test("a line without end is an error, after 64 Mi characters", async () => {
  const piece = encoder.encode("x".repeat(1024 * 1024));
  const lines = linesOf(new Array<Uint8Array>(80).fill(piece));
  await expect(lines).rejects.toSatisfy(ProviderResponseError.isInstance);
});

test("leaving early leaves the body", async () => {
  let left = false;
  const body = async function* () {
    try {
      for (;;) yield encoder.encode("{}\n");
    } finally {
      left = true;
    }
  };
  for await (const _ of readLines(body())) break;
  expect(left).toBe(true);
});
