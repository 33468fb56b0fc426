import type { ChatRequest } from "@onehead/provider";
import { expect, test } from "vitest";
import { toGenerateBody } from "./to-generate-body.js";

const messages: ChatRequest["messages"] = [{ role: "user", content: "Hi" }];
const contents = [{ role: "user", parts: [{ text: "Hi" }] }];
const parameters = { type: "object", properties: { key: { type: "string" } } };
const tool = { name: "look_up", description: "Looks up.", parameters };
const schema = { type: "object", properties: { capital: { type: "string" } } };

function bodyOf(rest: Partial<ChatRequest>, provider = "google") {
  const { body, warnings } = toGenerateBody("gemini-3.5-flash", { messages, ...rest }, provider);
  return { ...body, warned: warnings.map(({ field }) => field) };
}

test("a bare request is its contents alone", () => {
  expect(bodyOf({ stop: [], tools: [] })).toEqual({ fields: { contents }, own: [], warned: [] });
});

test("every field of sampling has its own", () => {
  const { fields, warned } = bodyOf({
    maxOutputTokens: 100,
    temperature: 0,
    topP: 0.9,
    topK: 40,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    stop: ["END"],
    seed: 7,
    topLogprobs: 3,
    reasoning: { effort: "low" },
  });
  expect(fields["generationConfig"]).toEqual({
    maxOutputTokens: 100,
    temperature: 0,
    topP: 0.9,
    topK: 40,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    stopSequences: ["END"],
    seed: 7,
    responseLogprobs: true,
    logprobs: 3,
    thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true },
  });
  expect(warned).toEqual([]);
});

test.each<[Partial<ChatRequest>, object | undefined]>([
  [{ topLogprobs: 0 }, { responseLogprobs: true }],
  [{ responseFormat: { type: "text" } }, undefined],
  [{ responseFormat: { type: "json" } }, { responseMimeType: "application/json" }],
  [
    { responseFormat: { type: "json-schema", name: "capital", schema, strict: true } },
    { responseMimeType: "application/json", responseJsonSchema: schema },
  ],
  [
    { responseFormat: { type: "json-schema", description: "A capital.", schema } },
    { responseMimeType: "application/json", responseJsonSchema: { ...schema, description: "A capital." } },
  ],
  [
    { responseFormat: { type: "json-schema", description: "A.", schema: { $ref: "#/$defs/a" } } },
    { responseMimeType: "application/json", responseJsonSchema: { $ref: "#/$defs/a" } },
  ],
])("%o: %o", (rest, expected) => {
  expect(bodyOf(rest).fields["generationConfig"]).toEqual(expected);
});

test("tools carry their JSON Schema", () => {
  const { fields } = bodyOf({ tools: [tool, { name: "now", parameters: { type: "object" } }] });
  expect(fields["tools"]).toEqual([
    {
      functionDeclarations: [
        { name: "look_up", description: "Looks up.", parametersJsonSchema: parameters },
        { name: "now", parametersJsonSchema: { type: "object" } },
      ],
    },
  ]);
  expect(fields).not.toHaveProperty("toolConfig");
});

test.each<[ChatRequest["toolChoice"], strict: boolean, expected: object | undefined]>([
  ["auto", false, { mode: "AUTO" }],
  ["none", true, { mode: "NONE" }],
  ["required", true, { mode: "ANY" }],
  [{ tool: "look_up" }, false, { mode: "ANY", allowedFunctionNames: ["look_up"] }],
  ["auto", true, { mode: "VALIDATED" }],
  [undefined, true, { mode: "VALIDATED" }],
])("tool choice %o, strict %s: %o", (toolChoice, strict, expected) => {
  const { fields } = bodyOf({ tools: [{ ...tool, strict }], toolChoice });
  expect(fields["toolConfig"]).toEqual({ functionCallingConfig: expected });
});

test("a choice without tools is none", () => {
  expect(bodyOf({ toolChoice: "required", parallelToolCalls: false })).toEqual({
    fields: { contents },
    own: [],
    warned: [],
  });
});

test.each([
  [false, ["parallelToolCalls"]],
  [true, []],
])("parallel calls %s: warnings %o", (parallelToolCalls, warned) => {
  expect(bodyOf({ tools: [tool], parallelToolCalls }).warned).toEqual(warned);
});

test("options of the caller's own stand over the body, and field by field within generationConfig", () => {
  const options = {
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    generationConfig: { topK: 1, thinkingConfig: { thinkingBudget: 5 } },
  };
  const request = { temperature: 0.5, topK: 40, reasoning: { effort: "low" as const } };
  const { fields, own } = bodyOf({ ...request, providerOptions: { google: options, other: { no: true } } });
  expect(fields).toEqual({
    contents,
    safetySettings: options.safetySettings,
    generationConfig: { temperature: 0.5, topK: 1, thinkingConfig: { thinkingBudget: 5 } },
  });
  expect(own).toEqual(["safetySettings", "generationConfig"]);
  expect(bodyOf({ providerOptions: { vertex: { labels: { a: "b" } } } }, "vertex").fields["labels"]).toEqual({
    a: "b",
  });
});
