import { collectStream, ProviderResponseError, type StreamPart } from "@onehead/provider";
import { bytesOf } from "@onehead/provider-contract";
import { describe, expect, test } from "vitest";
import recorded from "../__fixtures__/generate-content.json" with { type: "json" };
import { generateWire, withParts } from "../generate-wire.fixture.js";
import { readEvents } from "../stream-events.js";
import { fromGenerateResponse } from "./from-generate-response.js";
import { GenerateEventReader } from "./generate-event-reader.js";

function partsOf(events: readonly unknown[]): StreamPart[] {
  const reader = new GenerateEventReader([]);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function partsOfBytes(chunks: readonly Uint8Array[]): Promise<StreamPart[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(each(chunks))) events.push(event);
  return partsOf(events);
}

describe("the recorded stream", () => {
  test("part by part", () => {
    expect(partsOf(recorded.events)).toEqual([
      {
        type: "start",
        warnings: [],
        response: { id: "m91NaoKoNe2_vr0P3vX0iAY", model: "gemini-3.5-flash" },
      },
      { type: "reasoning", text: "A greeting." },
      { type: "text", text: "Grüße, " },
      { type: "text", text: "世界 🌍!" },
      { type: "reasoning", text: "", signature: "EuIOCt8OAXLI2nyUmA16xmPMgOhK7zEI" },
      {
        type: "finish",
        finishReason: "stop",
        rawFinishReason: "STOP",
        usage: expect.objectContaining({ inputTokens: 1219, outputTokens: 310 }),
        warnings: [],
        response: { id: "m91NaoKoNe2_vr0P3vX0iAY", model: "gemini-3.5-flash" },
      },
    ]);
  });

  test("gives the same parts wherever its bytes are cut", async () => {
    const frames = generateWire.events.map(bytesOf);
    const bytes = new Uint8Array(frames.flatMap((frame) => [...frame]));
    const expected = partsOf(recorded.events);
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(await partsOfBytes([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(expected);
    }
    expect(await partsOfBytes([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });
});

test("calls begin, have their arguments and are whole", () => {
  const [start, ...parts] = partsOf([withParts(recorded.events[0], [recorded.parallelToolCalls[0]], "STOP")]);
  const signature = "EvwjCvkjAXLI2nyUmA16xmPM6gOhK7z";
  expect(start.type).toBe("start");
  expect(parts).toMatchObject([
    { type: "tool-call-start", id: "nqh2j2zy", name: "get_weather" },
    { type: "tool-call-delta", id: "nqh2j2zy", argumentsDelta: '{"city":"Paris"}' },
    { type: "tool-call", id: "nqh2j2zy", name: "get_weather", arguments: '{"city":"Paris"}', signature },
    { type: "finish", finishReason: "tool-calls", rawFinishReason: "STOP" },
  ]);
});

test("a blocked prompt is the same streamed as whole", async () => {
  expect(await collectStream(each(partsOf([recorded.blocked])))).toEqual(fromGenerateResponse(recorded.blocked, []));
});

test("log probabilities and late warnings come with their chunk and at the end", () => {
  const [candidate] = recorded.answer.candidates;
  const logprobsResult = { chosenCandidates: [{ token: "Hi", logProbability: -0.1 }] };
  const content = { parts: [{ codeExecutionResult: { outcome: "OUTCOME_OK" } }] };
  const parts = partsOf([{ candidates: [{ ...candidate, content, logprobsResult }] }]);
  expect(parts.slice(1)).toMatchObject([
    { type: "logprobs", tokens: [{ token: "Hi", logprob: -0.1, top: [] }] },
    { type: "finish", warnings: [{ field: "providerOptions" }] },
  ]);
});

describe("errors", () => {
  function errorOf(run: () => unknown): ProviderResponseError {
    try {
      run();
    } catch (error) {
      if (ProviderResponseError.isInstance(error)) return error;
    }
    throw new Error("expected a ProviderResponseError");
  }

  test("an event may tell of one", () => {
    expect(errorOf(() => partsOf([recorded.errorInStream])).reason).toBe("UNAVAILABLE");
  });

  test("a call that is none ends the answer, and its usage is known by then", () => {
    const reader = new GenerateEventReader([]);
    expect(errorOf(() => [...reader.read(recorded.malformedCall)]).reason).toBe("MALFORMED_FUNCTION_CALL");
    expect(reader.usage).toMatchObject({ inputTokens: 60, outputTokens: 12 });
  });

  test.each([
    ["no events", []],
    ["no finish reason", recorded.events.slice(0, 3)],
    ["no object", ["text"]],
  ])("%s is one", (_, events) => {
    errorOf(() => partsOf(events));
  });
});
