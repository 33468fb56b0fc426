import { LLMock } from "@copilotkit/aimock";
import {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  collectStream,
  type StreamPart,
  type ToolCallPart,
} from "@onehead/provider";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { contractTest } from "./case.js";
import type { ContractSubject } from "./subject.js";

const weather = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

/** Against `@copilotkit/aimock`, which speaks each provider's interface as somebody else has read it. */
export function describeMock(subject: ContractSubject): void {
  describe("a mock of another make", () => {
    let mock: LLMock;
    let model: ChatModel;
    beforeAll(async () => {
      if (subject.mockPath === undefined) return;
      mock = new LLMock({ port: 0 });
      mock.on(
        { userMessage: "weather", hasToolResult: false },
        { toolCalls: [{ name: "get_weather", arguments: '{"city":"Paris"}' }] },
      );
      mock.on({ userMessage: "weather", hasToolResult: true }, { content: "It rains in Paris." });
      mock.on(
        { userMessage: "both cities" },
        {
          toolCalls: [
            { name: "get_weather", arguments: '{"city":"Paris"}' },
            { name: "get_weather", arguments: '{"city":"Rome"}' },
          ],
        },
      );
      mock.onMessage("as JSON", { content: '{"capital":"Paris"}' });
      mock.onMessage("hello", { content: "Hello from the mock, in several pieces of text." });
      await mock.start();
      model = subject.model({ baseUrl: `${mock.url}${subject.mockPath}`, model: subject.mockModel ?? "a-model" });
    });
    afterAll(async () => {
      await mock?.stop();
    });
    const ask = (text: string, rest: Partial<ChatRequest> = {}): ChatRequest => ({
      messages: [{ role: "user", content: text }],
      ...rest,
    });

    contractTest(subject, ["mock", "answers with text and usage"], async () => {
      const result = await model.generate(ask("hello"));
      expect(textOf(result)).toBe("Hello from the mock, in several pieces of text.");
      expect(result.finishReason).toBe("stop");
      expect(result.usage.inputTokens).toBeGreaterThanOrEqual(0);
      expect(result.usage.outputTokens).toBeGreaterThanOrEqual(0);
    });

    contractTest(subject, ["mock", "streams the same answer in pieces"], async () => {
      const parts: StreamPart[] = [];
      for await (const part of await model.stream(ask("hello"))) parts.push(part);
      expect(parts[0].type).toBe("start");
      expect(parts.at(-1)?.type).toBe("finish");
      const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.join("")).toBe("Hello from the mock, in several pieces of text.");
    });

    for (const streamed of [false, true]) {
      const run = async (request: ChatRequest) =>
        streamed ? collectStream(await model.stream(request)) : model.generate(request);
      const how = streamed ? "streamed" : "whole";

      contractTest(subject, ["mock tools", `calls a tool and takes its result (${how})`], async () => {
        const first = await run(ask("the weather in Paris?", { tools: [weather], toolChoice: "auto" }));
        expect(first.finishReason).toBe("tool-calls");
        const [call] = first.content.filter((part): part is ToolCallPart => part.type === "tool-call");
        expect(call).toMatchObject({ name: "get_weather" });
        expect(call.id).not.toBe("");
        expect(JSON.parse(call.arguments)).toEqual({ city: "Paris" });
        const second = await run({
          tools: [weather],
          messages: [
            { role: "user", content: "the weather in Paris?" },
            { role: "assistant", content: first.content },
            {
              role: "tool",
              content: [{ type: "tool-result", id: call.id, name: call.name, content: '{"sky":"rain"}' }],
            },
          ],
        });
        expect(textOf(second)).toBe("It rains in Paris.");
      });

      contractTest(subject, ["mock tools", `makes two calls in one turn (${how})`], async () => {
        const { content } = await run(ask("both cities", { tools: [weather] }));
        const calls = content.filter((part): part is ToolCallPart => part.type === "tool-call");
        expect(calls.map((call) => JSON.parse(call.arguments))).toEqual([{ city: "Paris" }, { city: "Rome" }]);
        expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      });

      contractTest(subject, ["mock structured output", `answers with JSON of a schema (${how})`], async () => {
        const schema = { type: "object", properties: { capital: { type: "string" } }, required: ["capital"] };
        const result = await run(
          ask("the capital, as JSON", { responseFormat: { type: "json-schema", name: "capital", schema } }),
        );
        expect(JSON.parse(textOf(result))).toEqual({ capital: "Paris" });
      });
    }
  });
}

function textOf({ content }: ChatResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}
