import { ProviderResponseError } from "@onehead/provider";
import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readServerSentEvents, type ServerSentEvent } from "./server-sent-events.js";

const encoder = new TextEncoder();

async function* bodyOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function eventsOf(pieces: Iterable<Uint8Array>): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(bodyOf(pieces))) events.push(event);
  return events;
}

const read = (text: string) => eventsOf([encoder.encode(text)]);

/** The bytes cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

// a byte order mark, a comment, names, an event of two lines, one without data, fields without a colon, 1- to 4-byte characters
const stream = `\uFEFF: welcome
data: {"id":1}

event: message_start
data: first line
data:second line
data:  third, after a space

event: ping

id: 7
retry: 10
unknown
data

event
data: Grüße, 世界 🌍!

data: [DONE]

`;
const expected: ServerSentEvent[] = [
  { event: undefined, data: '{"id":1}' },
  { event: "message_start", data: "first line\nsecond line\n third, after a space" },
  { event: undefined, data: "" },
  { event: undefined, data: "Grüße, 世界 🌍!" },
  { event: undefined, data: "[DONE]" },
];

describe.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("a stream with line ends of %s", (_, lineEnd) => {
  const bytes = encoder.encode(stream.replaceAll("\n", lineEnd));

  test("gives its events", async () => {
    expect(await eventsOf([bytes])).toEqual(expected);
  });

  test("gives the same events when it is cut at any byte", async () => {
    for (let at = 0; at <= bytes.length; at++) expect(await eventsOf(cut(bytes, [at]))).toEqual(expected);
    expect(await eventsOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test("gives the same events when it is cut at any set of bytes, empty pieces too", async () => {
    const places = fc.array(fc.nat(bytes.length), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(places, async (at) => {
        expect(await eventsOf(cut(bytes, at))).toEqual(expected);
      }),
    );
  });
});

test("any text gives what the reference parser gives", async () => {
  const pieces = fc.constantFrom("data", "event", ":", " ", "\n", "\n\n", "\r\n", "data: ", "a", "é", "🌍", "id: 1\n");
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), fc.array(fc.nat(100)), async (parts, places) => {
      // ended, since the reference waits for what follows a last CR
      const text = `${parts.join("")}\n\n`;
      const wanted: ServerSentEvent[] = [];
      const parser = createParser({ onEvent: ({ event, data }) => wanted.push({ event, data }) });
      parser.feed(text);
      const bytes = encoder.encode(text);
      const within = places.map((place) => Math.min(place, bytes.length));
      expect(await eventsOf(cut(bytes, within))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

describe("line ends", () => {
  test("of CR and LF in two pieces are one", async () => {
    const pieces = ["data: a\r", "\ndata: b\r", "\n\r", "\n"].map((piece) => encoder.encode(piece));
    expect(await eventsOf(pieces)).toEqual([{ event: undefined, data: "a\nb" }]);
  });

  test("of CR end an event at once, at the end of the body too", async () => {
    expect(await read("data: a\r\r")).toEqual([{ event: undefined, data: "a" }]);
    const events = readServerSentEvents(
      (async function* () {
        yield encoder.encode("data: a\r\r");
        await new Promise(() => {});
      })(),
    );
    expect((await events.next()).value).toEqual({ event: undefined, data: "a" });
  });

  test("may be mixed", async () => {
    expect(await read("data: a\n\r\ndata: b\r\n\ndata: c\r\r\n")).toEqual(
      ["a", "b", "c"].map((data) => ({ event: undefined, data })),
    );
  });
});

test.each(["data: a", "data: a\n", "data: a\r\n", "event: e\ndata: a\n:", "data: \ud83c"])(
  "%j, cut off by the end of the body, is dropped",
  async (end) => {
    expect(await read(`data: whole\n\n${end}`)).toEqual([{ event: undefined, data: "whole" }]);
  },
);

test("an event is given before the next piece is asked for", async () => {
  let asked = 0;
  const events = readServerSentEvents(
    (async function* () {
      for (;;) {
        asked++;
        yield encoder.encode("data: a\n\ndata: b\n\n");
      }
    })(),
  );
  await events.next();
  await events.next();
  expect(asked).toBe(1);
  await events.next();
  expect(asked).toBe(2);
});

test("leaving early leaves the body", async () => {
  let left = false;
  const body = async function* () {
    try {
      for (;;) yield encoder.encode("data: a\n\n");
    } finally {
      left = true;
    }
  };
  for await (const _ of readServerSentEvents(body())) break;
  expect(left).toBe(true);
});

describe("a long line", () => {
  test("in small pieces is joined once, not looked through with each of them", async () => {
    const size = 5 * 1024 * 1024;
    const piece = encoder.encode("x".repeat(1024));
    const begun = performance.now();
    const [event] = await eventsOf([
      encoder.encode("data: "),
      ...new Array<Uint8Array>(size / 1024).fill(piece),
      encoder.encode("\n\n"),
    ]);
    expect(event.data.length).toBe(size);
    // 13 GB looked through piece by piece would take longer than this by far
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  /** Pieces of 1 Mi characters until they are refused. */
  async function refusedAfter(piece: Uint8Array): Promise<{ error: unknown; pieces: number }> {
    let pieces = 0;
    const endless = async function* () {
      for (; pieces < 200; pieces++) yield piece;
    };
    try {
      for await (const _ of readServerSentEvents(endless()));
    } catch (error) {
      return { error, pieces };
    }
    return { error: undefined, pieces };
  }

  test.each([
    ["line", encoder.encode("x".repeat(1024 * 1024))],
    ["event of short lines", encoder.encode(`data: ${"x".repeat(1017)}\n`.repeat(1024))],
  ])("without end is an error after 64 Mi characters: %s", async (_, piece) => {
    const { error, pieces } = await refusedAfter(piece);
    expect(error).toSatisfy(ProviderResponseError.isInstance);
    expect(String(error)).toContain("of more than 67108864 characters");
    expect(String(error).length).toBeLessThan(200);
    expect(pieces).toBeGreaterThanOrEqual(63);
    expect(pieces).toBeLessThanOrEqual(65);
  });

  test("of comments is no event, and not kept: they may go on for ever", async () => {
    const { error } = await refusedAfter(encoder.encode(`: ${"x".repeat(1020)}\n`.repeat(1024)));
    expect(error).toBeUndefined();
  });
});
