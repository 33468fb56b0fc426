import { describe, expect, it } from "vitest";
import { readEvents } from "./read-events.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function bodyOf(pieces: readonly Uint8Array[], onCancel: () => void = () => undefined): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream(
    {
      pull: (controller) => {
        if (next === pieces.length) controller.close();
        else controller.enqueue(pieces[next++]);
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

async function all(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const events: string[] = [];
  for await (const data of readEvents(body)) events.push(data);
  return events;
}

describe("readEvents", () => {
  it("gives equal events whatever pieces the bytes come in", async () => {
    const whole = bytes('data: {"a":"漢字"}\r\n\r\n: a comment\n\ndata: two\ndata: lines\n\ndata: [DONE]\n\n');
    for (let size = 1; size <= whole.length; size += 3) {
      const pieces = [];
      for (let i = 0; i < whole.length; i += size) pieces.push(whole.subarray(i, i + size));
      expect(await all(bodyOf(pieces))).toEqual(['{"a":"漢字"}', "two\nlines"]);
    }
  });

  it("ends at [DONE] and lets the rest go", async () => {
    let cancelled = false;
    const body = bodyOf([bytes("data: 1\n\ndata: [DONE]\n\n"), bytes("data: 2\n\n")], () => {
      cancelled = true;
    });
    expect(await all(body)).toEqual(["1"]);
    expect(cancelled).toBe(true);
  });

  it("gives the last event of a stream that ends without an empty line", async () => {
    expect(await all(bodyOf([bytes("data: 1\n\ndata: 2")]))).toEqual(["1", "2"]);
  });

  it("cancels the body when its reader stops", async () => {
    let cancelled = false;
    for await (const _ of readEvents(bodyOf([bytes("data: 1\n\n"), bytes("data: 2\n\n")], () => (cancelled = true))))
      break;
    expect(cancelled).toBe(true);
  });
});
