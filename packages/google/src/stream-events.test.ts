import { expect, test } from "vitest";
import recorded from "./__fixtures__/generate-content.json" with { type: "json" };
import { crlfFrame } from "./generate-wire.fixture.js";
import { readEvents } from "./stream-events.js";

const encoder = new TextEncoder();

async function eventsOf(text: string, size: number): Promise<unknown[]> {
  const bytes = encoder.encode(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array();
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  }
  const events: unknown[] = [];
  for await (const event of readEvents(chunks())) events.push(event);
  return events;
}

const event = { text: "{\n} Grüße" };

test.each([1, 2, 3, 7, 64, 100_000])(
  "an error that is no event is read all the same, in chunks of %i",
  async (size) => {
    const error = JSON.stringify(recorded.errorInStream, undefined, 2);
    expect(await eventsOf(`${crlfFrame(event)}${error}`, size)).toEqual([event, recorded.errorInStream]);
    expect(await eventsOf(`${error}\n`, size)).toEqual([recorded.errorInStream]);
    expect(await eventsOf(crlfFrame(event) + crlfFrame(event), size)).toEqual([event, event]);
  },
);

test("an error that is cut off is one of its own", async () => {
  await expect(eventsOf('{"error": {"code": 5', 4)).rejects.toThrow("an event that is no JSON");
});

test("an event whose JSON is broken is one too", async () => {
  await expect(eventsOf('data: {"candidates": [\r\n\r\n', 100)).rejects.toThrow("an event that is no JSON");
});
