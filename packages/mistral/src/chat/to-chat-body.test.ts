import type { ChatRequest, Reasoning, ToolChoice } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toChatBody } from "./to-chat-body.js";

const tool = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: {} }, strict: true };

function bodyOf(request: Partial<ChatRequest>, model = "mistral-large-latest") {
  return toChatBody(model, { messages: [{ role: "user", content: "Hi" }], ...request }, "mistral");
}

describe("toChatBody", () => {
  test("names every field as Mistral does", () => {
    const { body, warnings } = bodyOf({
      maxOutputTokens: 100,
      temperature: 0.3,
      topP: 0.9,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      stop: ["END"],
      seed: 7,
      tools: [tool],
      parallelToolCalls: false,
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "mistral-large-latest",
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 100,
      temperature: 0.3,
      top_p: 0.9,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      stop: ["END"],
      random_seed: 7,
      tools: [{ type: "function", function: tool }],
      parallel_tool_calls: false,
    });
  });

  test("leaves out what is not asked for", () => {
    const { body } = bodyOf({ stop: [], tools: [], parallelToolCalls: true, responseFormat: { type: "text" } });
    expect(Object.keys(body)).toEqual(["model", "messages"]);
  });

  test.each<[ToolChoice, unknown]>([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "any"],
    [{ tool: "look_up" }, { type: "function", function: { name: "look_up" } }],
  ])("sends the tool choice %j", (toolChoice, sent) => {
    expect(bodyOf({ tools: [tool], toolChoice }).body["tool_choice"]).toEqual(sent);
  });

  test("sends JSON and schemas as response formats", () => {
    expect(bodyOf({ responseFormat: { type: "json" } }).body["response_format"]).toEqual({ type: "json_object" });
    const schema = { type: "object" };
    const format = { type: "json-schema" as const, name: "city", description: "A city", schema, strict: true };
    expect(bodyOf({ responseFormat: format }).body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "city", description: "A city", schema, strict: true },
    });
  });

  test.each<[string, Reasoning, object, string[]]>([
    ["mistral-large-4", { effort: "low" }, { reasoning_effort: "low" }, []],
    ["mistral-large-4", { budgetTokens: 0 }, { reasoning_effort: "none" }, ["reasoning.budgetTokens"]],
    ["mistral-large-4", { budgetTokens: 10_000 }, { reasoning_effort: "medium" }, ["reasoning.budgetTokens"]],
    ["mistral-large-4", { budgetTokens: 30_000 }, { reasoning_effort: "high" }, ["reasoning.budgetTokens"]],
    ["mistral-small-latest", { effort: "none" }, { reasoning_effort: "none" }, []],
    ["mistral-small-latest", { effort: "high" }, { reasoning_effort: "high" }, []],
    ["mistral-medium-3-5", { effort: "low" }, { reasoning_effort: "high" }, ["reasoning.effort"]],
    ["mistral-medium-3-5", { budgetTokens: 10 }, { reasoning_effort: "high" }, ["reasoning.budgetTokens"]],
    ["magistral-medium-latest", { effort: "high" }, { prompt_mode: "reasoning" }, []],
    ["magistral-medium-latest", { effort: "none" }, { prompt_mode: "reasoning" }, ["reasoning.effort"]],
  ])("asks %s to reason with %j", (model, reasoning, sent, fields) => {
    const { body, warnings } = bodyOf({ reasoning }, model);
    expect(body).toMatchObject(sent);
    expect(Object.keys(body)).toHaveLength(3);
    expect(warnings.map(({ field }) => field)).toEqual(fields);
  });

  test("puts the provider's own options over the body", () => {
    const { body } = bodyOf({
      temperature: 1,
      providerOptions: { mistral: { temperature: 0, prompt_cache_key: "a" }, openai: { user: "b" } },
    });
    expect(body).toMatchObject({ temperature: 0, prompt_cache_key: "a" });
    expect(body).not.toHaveProperty("user");
  });
});
