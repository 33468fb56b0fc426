import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readServerSentEvents, type ServerSentEvent } from "./server-sent-events.js";

/** Bytes of a text, cut at these places. */
async function* piecesOf(text: string, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, from] of places.slice(0, -1).entries()) yield bytes.slice(from, places[i + 1]);
}

async function eventsIn(text: string, cuts?: readonly number[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(piecesOf(text, cuts))) events.push(event);
  return events;
}

describe("events of a stream", () => {
  test("have the lines of their data, and their name", async () => {
    const text = ": a comment\nevent: piece\nid: 7\nretry: 10\ndata: a\ndata:b\ndata\ndata:  c\n\ndata: d\n\n";
    expect(await eventsIn(text)).toEqual([
      { event: "piece", data: "a\nb\n\n c" },
      { event: undefined, data: "d" },
    ]);
  });

  test("are there as soon as they are whole, a lone \\r too", async () => {
    async function* endless() {
      yield new TextEncoder().encode("data: a\r\r");
      await new Promise(() => {});
    }
    const { value } = await readServerSentEvents(endless()).next();
    expect(value).toEqual({ event: undefined, data: "a" });
  });

  test("begin after a byte order mark", async () => {
    expect(await eventsIn("\ufeffdata: a\n\n", [1, 2])).toEqual([{ event: undefined, data: "a" }]);
  });

  test.each(["data: a", "data: a\n", "event: a\n\n", "\n\n", ""])("are none in %j", async (text) => {
    expect(await eventsIn(text)).toEqual([]);
  });

  test("are those of eventsource-parser, whatever their lines, their ends and the cuts between bytes", async () => {
    const line = fc.constantFrom(
      "data: ü🌍",
      "data:",
      "data",
      "data:  x: y",
      "event: e",
      "event",
      ":c",
      "id: 1",
      "x",
      "",
    );
    const end = fc.constantFrom("\n", "\r", "\r\n");
    const body = fc.array(fc.tuple(line, end).map(([words, end]) => words + end)).map((lines) => lines.join(""));
    await fc.assert(
      fc.asyncProperty(body, fc.array(fc.nat()), async (lines, cuts) => {
        // the parser waits for what follows a last \r
        const text = `${lines}\n\n`;
        const expected: ServerSentEvent[] = [];
        createParser({ onEvent: ({ event, data }) => expected.push({ event, data }) }).feed(text);
        expect(await eventsIn(text, cuts)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
