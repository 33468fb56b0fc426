import { ProviderResponseError } from "@onehead/provider";
import { EventStreamCodec, Int64 } from "@smithy/eventstream-codec";
import { describe, expect, it } from "vitest";
import { converseWire, exceptionFrame, frameOf } from "../converse-wire.fixture.js";
import { crc32 } from "./crc32.js";
import { readEvents } from "./read-events.js";
import { readFrames } from "./read-frames.js";

const encoder = new TextEncoder();
const frames = converseWire.events as readonly Uint8Array[];
const whole = joined(frames);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length);
}

async function eventsOf(body: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return ProviderResponseError.isInstance(error) ? error.message : `no ProviderResponseError: ${String(error)}`;
}

describe("crc32", () => {
  it("is the sum of the standard's check value", () => {
    expect(crc32(encoder.encode("123456789"), 0, 9)).toBe(0xcbf43926);
  });
});

describe("readEvents", () => {
  it("gives the same events wherever the bytes are cut", async () => {
    const events = await eventsOf(inPieces(whole, whole.length));
    expect(events).toHaveLength(frames.length);
    for (let at = 1; at < whole.length; at++) {
      async function* cut(): AsyncGenerator<Uint8Array> {
        yield whole.slice(0, at);
        yield whole.slice(at);
      }
      expect(await eventsOf(cut())).toEqual(events);
    }
    for (const length of [1, 3, 11, 12, 13, 100]) expect(await eventsOf(inPieces(whole, length))).toEqual(events);
  });

  it("reads chunks that are part of a larger buffer", async () => {
    const buffer = new Uint8Array(whole.length + 14);
    buffer.set(whole, 7);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield buffer.subarray(7, 7 + whole.length);
    }
    expect(await eventsOf(body())).toHaveLength(frames.length);
  });

  it("passes over headers of all other types", async () => {
    const codec = new EventStreamCodec(String, (text) => encoder.encode(text));
    const frame = codec.encode({
      headers: {
        yes: { type: "boolean", value: true },
        no: { type: "boolean", value: false },
        byte: { type: "byte", value: -1 },
        short: { type: "short", value: 300 },
        integer: { type: "integer", value: 70_000 },
        long: { type: "long", value: Int64.fromNumber(5e9) },
        bytes: { type: "binary", value: Uint8Array.of(1, 2, 3) },
        time: { type: "timestamp", value: new Date(0) },
        id: { type: "uuid", value: "8a2f9c5e-0000-4000-8000-000000000001" },
        ":event-type": { type: "string", value: "größe" },
      },
      body: encoder.encode("{}"),
    });
    for await (const { headers } of readFrames(inPieces(frame, 5))) {
      expect([...headers]).toEqual([[":event-type", "größe"]]);
    }
    expect(await eventsOf(inPieces(frame, 5))).toEqual([{ größe: {} }]);
  });

  it("gives nothing for a body without events, and none for an event without a name", async () => {
    expect(await eventsOf(inPieces(new Uint8Array(0), 1))).toEqual([]);
    expect(await eventsOf(inPieces(frameOf({ ":message-type": "event" }, "{}"), 9))).toEqual([]);
  });

  it("refuses an event in which any byte has changed", async () => {
    const frame = frames[5];
    for (let at = 0; at < frame.length; at++) {
      const damaged = frame.slice();
      damaged[at] ^= 0x01;
      expect(await messageOf(eventsOf(inPieces(damaged, 64)))).toMatch(/^stream: /);
    }
  });

  it("refuses a length beyond 24 MB before it has read so much", async () => {
    const html = encoder.encode("<html><body>Sign in");
    expect(await messageOf(eventsOf(inPieces(html, 4)))).toBe("stream: an event of more than 25165824 bytes");
  });

  it("refuses lengths that do not fit each other, with sums that do", async () => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 16);
    view.setUint32(4, 1);
    view.setUint32(8, crc32(bytes, 0, 8));
    expect(await messageOf(eventsOf(inPieces(bytes, 16)))).toBe("stream: an event whose lengths do not fit");
    const long = frameOf({ ":event-type": "x" }, "{}");
    // the length of the header's name now runs over all headers
    long[12] = 200;
    new DataView(long.buffer, long.byteOffset).setUint32(long.length - 4, crc32(long, 0, long.length - 4));
    expect(await messageOf(eventsOf(inPieces(long, 99)))).toBe("stream: an event whose lengths do not fit");
  });

  it("refuses a body that ends within an event", async () => {
    const [first] = frames;
    for (const end of [1, 11, 12, first.length - 1]) {
      expect(await messageOf(eventsOf(inPieces(first.slice(0, end), 7)))).toBe("stream: cut off within an event");
    }
  });

  it("throws exceptions by their name, of which only a wrong request stays wrong", async () => {
    for (const [type, reason, retryable] of [
      ["throttlingException", "ThrottlingException", true],
      ["modelStreamErrorException", "ModelStreamErrorException", true],
      ["validationException", "ValidationException", false],
      ["no name at all", undefined, true],
    ] as const) {
      const error: unknown = await eventsOf(inPieces(exceptionFrame(type), 50)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "response", reason, retryable });
    }
    const unmodelled = frameOf({ ":message-type": "error", ":error-code": "InternalFailure" }, "");
    expect(await messageOf(eventsOf(inPieces(unmodelled, 50)))).toBe("stream: exception: InternalFailure");
  });
});
