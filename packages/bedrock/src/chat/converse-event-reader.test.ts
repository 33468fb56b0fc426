import { collectStream, type StreamPart, type Warning } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import recorded from "../__fixtures__/converse.json" with { type: "json" };
import { ConverseEventReader } from "./converse-event-reader.js";
import { fromConverse } from "./from-converse.js";
import type { StructuredOutput } from "./structured-output.js";

function partsOf(events: readonly unknown[], structuredOutput: StructuredOutput = "format"): StreamPart[] {
  const reader = new ConverseEventReader([], structuredOutput);
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()];
}

async function* streamed(parts: readonly StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
}

const start = { messageStart: { role: "assistant" } };
const stop = (stopReason: string) => ({ messageStop: { stopReason } });
const delta = (contentBlockIndex: number, own: object) => ({ contentBlockDelta: { contentBlockIndex, delta: own } });
const tool = (contentBlockIndex: number, name: string, type?: string) => ({
  contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId: `id-${contentBlockIndex}`, name, type } } },
});
const end = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } });

describe("ConverseEventReader", () => {
  it("gives the recorded answer as it is whole", async () => {
    const { content, usage, finishReason } = await collectStream(streamed(partsOf(recorded.events)));
    const whole = fromConverse(recorded.answer, [], "format");
    expect({ content, usage, finishReason }).toEqual({
      content: whole.content,
      usage: whole.usage,
      finishReason: whole.finishReason,
    });
  });

  it("names the request and the model that a prompt router chose", () => {
    const model = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
    const parts = partsOf([
      { $metadata: { requestId: "a-request" } },
      start,
      stop("end_turn"),
      { metadata: { trace: { promptRouter: { invokedModelId: model } } } },
    ]);
    expect(parts[0]).toEqual({ type: "start", warnings: [], response: { id: "a-request" } });
    expect(parts.at(-1)).toMatchObject({
      response: { id: "a-request", model },
      usage: { inputTokens: undefined, outputTokens: undefined },
    });
  });

  it("reads what was redacted as base64 or as bytes", () => {
    for (const redactedContent of ["AQID", Uint8Array.of(1, 2, 3)]) {
      const [, part] = partsOf([start, delta(0, { reasoningContent: { redactedContent } }), stop("end_turn")]);
      expect(part).toEqual({ type: "reasoning", text: "", signature: "AQID", redacted: true });
    }
  });

  it("ends a call with its block, and leaves out what Bedrock calls by itself", () => {
    const parts = partsOf([
      start,
      tool(0, "nova_grounding", "server_tool_use"),
      delta(0, { toolUse: { input: '{"query":"x"}' } }),
      end(0),
      tool(1, "look_up"),
      delta(1, { toolUse: { input: '{"key":' } }),
      delta(1, { toolUse: { input: "1}" } }),
      end(1),
      tool(2, "no_arguments"),
      end(2),
      stop("tool_use"),
    ]);
    expect(parts.map(({ type }) => type)).toEqual([
      "start",
      "tool-call-start",
      "tool-call-delta",
      "tool-call-delta",
      "tool-call",
      "tool-call-start",
      "tool-call",
      "finish",
    ]);
    expect(parts[4]).toEqual({ type: "tool-call", id: "id-1", name: "look_up", arguments: '{"key":1}' });
    expect(parts[6]).toMatchObject({ name: "no_arguments", arguments: "{}" });
    expect(parts[7]).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "tool_use" });
  });

  it("leaves out a call that was cut for the answer's length, with a warning", () => {
    const events = [start, tool(0, "look_up"), delta(0, { toolUse: { input: '{"key":' } }), end(0)];
    const finish = partsOf([...events, stop("max_tokens")]).at(-1) as { finishReason: string; warnings: Warning[] };
    expect(finish.finishReason).toBe("length");
    expect(finish.warnings.map(({ field }) => field)).toEqual(["maxOutputTokens"]);
    expect(() => partsOf([...events, stop("malformed_tool_use")])).toThrow("tool call id-0");
  });

  it("gives the input of the answer's tool as text", () => {
    const events = [start, tool(0, "answer_as_json"), delta(0, { toolUse: { input: '{"a":1}' } }), end(0)];
    const parts = partsOf([...events, stop("tool_use")], "tool");
    expect(parts[1]).toEqual({ type: "text", text: '{"a":1}' });
    expect(parts[2]).toMatchObject({ type: "finish", finishReason: "stop" });
    expect(partsOf([...events, stop("tool_use")]).map(({ type }) => type)).toContain("tool-call");
  });

  it("refuses events that end before messageStop, and what is no event", () => {
    expect(() => partsOf(recorded.events.slice(0, 8))).toThrow("cut off before messageStop");
    expect(() => partsOf(["text"])).toThrow("stream: event");
  });

  it("passes over events and deltas that it does not know", () => {
    const parts = partsOf([
      start,
      { somethingNew: {} },
      delta(0, { citation: { title: "x" } }),
      delta(0, { text: "Hi" }),
      stop("end_turn"),
    ]);
    expect(parts.map(({ type }) => type)).toEqual(["start", "text", "finish"]);
  });
});
