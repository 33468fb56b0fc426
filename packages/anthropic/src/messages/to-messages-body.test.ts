import type { ChatRequest, Tool } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { toMessagesBody } from "./to-messages-body.js";

const hi: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const tool: Tool = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: {} } };

const bodyOf = (request: Partial<ChatRequest>, model = "claude-haiku-4-5") =>
  toMessagesBody(model, { ...hi, ...request }, "anthropic");
const fieldsOf = (request: Partial<ChatRequest>, model?: string) =>
  bodyOf(request, model).warnings.map(({ field }) => field);

test("a plain request is a model, its limit and the conversation", () => {
  expect(bodyOf({})).toEqual({
    body: {
      model: "claude-haiku-4-5",
      max_tokens: 4096,
      messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    },
    warnings: [],
  });
});

test("all that has a name of its own there travels under it, and options of the provider's own go over it", () => {
  const request: Partial<ChatRequest> = {
    maxOutputTokens: 10,
    topP: 0.9,
    topK: 40,
    stop: ["END"],
    tools: [{ ...tool, strict: true }],
    providerOptions: { anthropic: { max_tokens: 20, service_tier: "auto" }, openai: { user: "x" } },
  };
  expect(bodyOf(request).body).toMatchObject({
    max_tokens: 20,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ["END"],
    service_tier: "auto",
    tools: [
      {
        name: "look_up",
        description: "Looks up",
        strict: true,
        input_schema: { type: "object", properties: {}, additionalProperties: false },
      },
    ],
  });
  expect(bodyOf(request).body).not.toHaveProperty("user");
});

describe("sampling", () => {
  test.each<[string, Partial<ChatRequest>, object, string[]]>([
    ["claude-haiku-4-5", { temperature: 0.5, topK: 3 }, { temperature: 0.5, top_k: 3 }, []],
    ["claude-haiku-4-5", { temperature: 1.5 }, { temperature: 1 }, ["temperature"]],
    ["claude-haiku-4-5", { temperature: 0, topP: 0.5 }, { temperature: 0 }, ["topP"]],
    ["claude-opus-5", { temperature: 0, topP: 0.5, topK: 3 }, {}, ["temperature", "topP", "topK"]],
    [
      "claude-haiku-4-5",
      { reasoning: { budgetTokens: 2000 }, temperature: 0, topP: 0.5, topK: 3 },
      {},
      ["temperature", "topK", "topP"],
    ],
    ["claude-haiku-4-5", { reasoning: { budgetTokens: 2000 }, topP: 0.95 }, { top_p: 0.95 }, []],
    ["a-model", { temperature: 0.3, seed: 1, topLogprobs: 0 }, { temperature: 0.3 }, ["seed", "topLogprobs"]],
    ["a-model", { presencePenalty: 1, frequencyPenalty: 1 }, {}, ["presencePenalty", "frequencyPenalty"]],
  ])("%s, %o", (model, request, sent, fields) => {
    const { temperature, top_p, top_k } = bodyOf(request, model).body;
    expect({ temperature, top_p, top_k }).toEqual(sent);
    expect(fieldsOf(request, model)).toEqual(fields);
  });
});

describe("how long to think", () => {
  const adaptive = { type: "adaptive" };
  test.each<[string, Partial<ChatRequest>, object, string[]]>([
    // nothing said
    ["claude-haiku-4-5", {}, { max_tokens: 4096 }, []],
    ["claude-opus-5", {}, { max_tokens: 16_000 }, []],
    ["claude-opus-5", { maxOutputTokens: 50 }, { max_tokens: 50 }, []],
    // budgets
    [
      "claude-haiku-4-5",
      { reasoning: { budgetTokens: 5000 } },
      { max_tokens: 9096, thinking: { type: "enabled", budget_tokens: 5000 } },
      [],
    ],
    [
      "claude-haiku-4-5",
      { reasoning: { budgetTokens: 10 } },
      { max_tokens: 5120, thinking: { type: "enabled", budget_tokens: 1024 } },
      ["reasoning.budgetTokens"],
    ],
    [
      "claude-haiku-4-5",
      { reasoning: { budgetTokens: 5000 }, maxOutputTokens: 3000 },
      { max_tokens: 3000, thinking: { type: "enabled", budget_tokens: 2999 } },
      ["reasoning.budgetTokens"],
    ],
    [
      "claude-haiku-4-5",
      { reasoning: { budgetTokens: 5000 }, maxOutputTokens: 1024 },
      { max_tokens: 1024 },
      ["reasoning"],
    ],
    ["claude-haiku-4-5", { reasoning: { budgetTokens: 0 } }, { max_tokens: 4096 }, []],
    [
      "claude-sonnet-5",
      { reasoning: { budgetTokens: 4096 } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "low" } },
      ["reasoning.budgetTokens"],
    ],
    [
      "claude-sonnet-5",
      { reasoning: { budgetTokens: 16_384 } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "medium" } },
      ["reasoning.budgetTokens"],
    ],
    [
      "claude-sonnet-5",
      { reasoning: { budgetTokens: 16_385 } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "high" } },
      ["reasoning.budgetTokens"],
    ],
    // efforts
    [
      "claude-sonnet-5",
      { reasoning: { effort: "high" }, maxOutputTokens: 50 },
      { max_tokens: 50, thinking: adaptive, output_config: { effort: "high" } },
      [],
    ],
    [
      "claude-opus-4-6",
      { reasoning: { effort: "low" } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "low" } },
      [],
    ],
    [
      "claude-sonnet-5",
      { reasoning: { effort: "minimal" } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "low" } },
      ["reasoning.effort"],
    ],
    [
      "claude-haiku-4-5",
      { reasoning: { effort: "medium" } },
      { max_tokens: 20_480, thinking: { type: "enabled", budget_tokens: 16_384 } },
      ["reasoning.effort"],
    ],
    [
      "claude-opus-4-5",
      { reasoning: { effort: "low" } },
      { max_tokens: 8192, thinking: { type: "enabled", budget_tokens: 4096 }, output_config: { effort: "low" } },
      ["reasoning.effort"],
    ],
    ["claude-3-haiku-20240307", { reasoning: { effort: "low" } }, { max_tokens: 4096 }, ["reasoning"]],
    [
      "a-model",
      { reasoning: { effort: "low" } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "low" } },
      [],
    ],
    // not at all
    ["claude-haiku-4-5", { reasoning: { effort: "none" } }, { max_tokens: 4096 }, []],
    ["claude-opus-5", { reasoning: { effort: "none" } }, { max_tokens: 4096, thinking: { type: "disabled" } }, []],
    [
      "claude-sonnet-5-5",
      { reasoning: { effort: "none" } },
      { max_tokens: 4096, thinking: { type: "between_tools" } },
      [],
    ],
    [
      "claude-opus-5-5",
      { reasoning: { effort: "none" } },
      { max_tokens: 16_000, output_config: { effort: "low" } },
      ["reasoning"],
    ],
    ["a-model", { reasoning: { effort: "none" } }, { max_tokens: 4096, thinking: { type: "disabled" } }, []],
    // before a forced tool
    [
      "claude-opus-5",
      { tools: [tool], toolChoice: "required" },
      { max_tokens: 4096, thinking: { type: "disabled" } },
      [],
    ],
    [
      "claude-haiku-4-5",
      { tools: [tool], toolChoice: "required", reasoning: { effort: "low" } },
      { max_tokens: 4096 },
      ["reasoning"],
    ],
    ["claude-fable-5", { tools: [tool], toolChoice: "required" }, { max_tokens: 16_000 }, []],
    [
      "claude-fable-5",
      { tools: [tool], toolChoice: "required", reasoning: { effort: "low" } },
      { max_tokens: 16_000, thinking: adaptive, output_config: { effort: "low" } },
      [],
    ],
    ["a-model", { tools: [tool], toolChoice: "required" }, { max_tokens: 4096 }, []],
  ])("%s, %o", (model, request, sent, fields) => {
    const { max_tokens, thinking, output_config } = bodyOf(request, model).body;
    expect({ max_tokens, thinking, output_config }).toEqual(sent);
    expect(fieldsOf(request, model)).toEqual(fields);
  });
});

describe("which tool", () => {
  test.each<[Partial<ChatRequest>, unknown]>([
    [{}, undefined],
    [{ toolChoice: "auto" }, { type: "auto" }],
    [{ toolChoice: "none" }, { type: "none" }],
    [{ toolChoice: "none", parallelToolCalls: false }, { type: "none" }],
    [{ toolChoice: "required" }, { type: "any" }],
    [{ toolChoice: { tool: "look_up" } }, { type: "tool", name: "look_up" }],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: "auto", disable_parallel_tool_use: true }],
    [
      { parallelToolCalls: false, toolChoice: "required" },
      { type: "any", disable_parallel_tool_use: true },
    ],
    [
      { parallelToolCalls: false, toolChoice: { tool: "look_up" } },
      { type: "tool", name: "look_up", disable_parallel_tool_use: true },
    ],
  ])("%o", (request, choice) => {
    expect(bodyOf({ tools: [tool], ...request }).body["tool_choice"]).toEqual(choice);
    // without tools there is nothing to choose
    expect(bodyOf(request).body).not.toHaveProperty("tool_choice");
  });

  test.each(["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1"])("%s takes no forced tool", (model) => {
    for (const toolChoice of ["required", { tool: "look_up" }] as const) {
      expect(() => bodyOf({ tools: [tool], toolChoice }, model)).toThrow(/^toolChoice: a forced tool, expected/);
    }
    expect(bodyOf({ tools: [tool], toolChoice: "none" }, model).body["tool_choice"]).toEqual({ type: "none" });
  });
});

describe("the format of the answer", () => {
  const schema = { type: "object", properties: { n: { type: "integer", minimum: 1 } } };
  test("a schema is kept as far as Claude keeps it", () => {
    const { body, warnings } = bodyOf({ responseFormat: { type: "json-schema", description: "A number", schema } });
    expect(body["output_config"]).toEqual({
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          description: "A number",
          properties: { n: { type: "integer", description: "minimum: 1" } },
          additionalProperties: false,
        },
      },
    });
    expect(warnings).toEqual([{ field: "responseFormat.schema", message: expect.stringContaining("minimum") }]);
  });

  test("an effort stands beside it", () => {
    const request: Partial<ChatRequest> = {
      responseFormat: { type: "json-schema", schema: { type: "string" } },
      reasoning: { effort: "low" },
    };
    expect(bodyOf(request, "claude-opus-5").body["output_config"]).toEqual({
      effort: "low",
      format: { type: "json_schema", schema: { type: "string" } },
    });
  });

  test("text is what there is anyway, and JSON without a schema there is not", () => {
    expect(bodyOf({ responseFormat: { type: "text" } }).body).not.toHaveProperty("output_config");
    expect(() => bodyOf({ responseFormat: { type: "json" } })).toThrow(/^responseFormat: json, expected json-schema/);
  });
});
