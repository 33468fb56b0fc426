import { type ChatRequest, ProviderError, type Reasoning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toChatBody } from "./to-chat-body.js";

const tool = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: {} } };

function bodyOf(request: Partial<ChatRequest>, model = "qwen3:8b", keepAlive?: string | number) {
  return toChatBody(model, { messages: [{ role: "user", content: "Hi" }], ...request }, "ollama", keepAlive);
}

describe("toChatBody", () => {
  test("names every field as Ollama does", () => {
    const request: Partial<ChatRequest> = {
      maxOutputTokens: 100,
      temperature: 0.3,
      topP: 0.9,
      topK: 40,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      stop: ["END"],
      seed: 7,
      topLogprobs: 3,
      tools: [tool],
      toolChoice: "auto",
      parallelToolCalls: true,
      responseFormat: { type: "json" },
    };
    expect(bodyOf(request, "qwen3:8b", "10m")).toEqual({
      warnings: [],
      body: {
        model: "qwen3:8b",
        messages: [{ role: "user", content: "Hi" }],
        tools: [{ type: "function", function: tool }],
        format: "json",
        logprobs: true,
        top_logprobs: 3,
        keep_alive: "10m",
        options: {
          temperature: 0.3,
          top_p: 0.9,
          top_k: 40,
          seed: 7,
          stop: ["END"],
          num_predict: 100,
          presence_penalty: 0.1,
          frequency_penalty: 0.2,
        },
      },
    });
  });

  test("leaves out what is not asked for", () => {
    const { body } = bodyOf({ stop: [], tools: [], responseFormat: { type: "text" }, topLogprobs: 0 });
    expect(body).toEqual({ model: "qwen3:8b", messages: expect.anything(), logprobs: true });
  });

  test("sends a schema as the format", () => {
    const schema = { type: "object" };
    expect(bodyOf({ responseFormat: { type: "json-schema", name: "a", schema } }).body["format"]).toBe(schema);
  });

  test("keeps the model from calling by giving it no tools", () => {
    expect(bodyOf({ tools: [tool], toolChoice: "none" }).body).not.toHaveProperty("tools");
  });

  test.each(["required" as const, { tool: "look_up" }])("refuses the tool choice %j", (toolChoice) => {
    const refused = () => bodyOf({ tools: [tool], toolChoice });
    expect(refused).toThrow("toolChoice");
    expect(refused).toThrow(
      expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "unsupported"),
    );
  });

  test.each<[string, Reasoning, unknown, string[]]>([
    ["qwen3:8b", { effort: "none" }, false, []],
    ["qwen3:8b", { effort: "high" }, true, []],
    ["qwen3:8b", { effort: "low" }, true, ["reasoning.effort"]],
    ["qwen3:8b", { budgetTokens: 0 }, false, ["reasoning.budgetTokens"]],
    ["qwen3:8b", { budgetTokens: 1000 }, true, ["reasoning.budgetTokens"]],
    ["gpt-oss:20b", { effort: "none" }, "low", ["reasoning.effort"]],
    ["gpt-oss:20b", { effort: "minimal" }, "low", ["reasoning.effort"]],
    ["gpt-oss:20b", { effort: "medium" }, "medium", []],
    ["gpt-oss:20b", { effort: "high" }, "high", []],
    ["gpt-oss:20b", { budgetTokens: 1000 }, "low", ["reasoning.budgetTokens"]],
    ["gpt-oss:20b", { budgetTokens: 10_000 }, "medium", ["reasoning.budgetTokens"]],
    ["gpt-oss:20b", { budgetTokens: 30_000 }, "high", ["reasoning.budgetTokens"]],
  ])("asks %s to think with %j", (model, reasoning, think, fields) => {
    const { body, warnings } = bodyOf({ reasoning }, model);
    expect(body["think"]).toBe(think);
    expect(warnings.map(({ field }) => field)).toEqual(fields);
  });

  test("puts the provider's own options over the body, and theirs over each other one by one", () => {
    const { body } = bodyOf(
      {
        temperature: 1,
        seed: 7,
        providerOptions: {
          ollama: { think: "max", keep_alive: 0, options: { temperature: 0, num_ctx: 8192 } },
          other: { options: { top_k: 1 } },
        },
      },
      "qwen3:8b",
      "10m",
    );
    expect(body).toMatchObject({ think: "max", keep_alive: 0 });
    expect(body["options"]).toEqual({ temperature: 0, seed: 7, num_ctx: 8192 });
  });
});
