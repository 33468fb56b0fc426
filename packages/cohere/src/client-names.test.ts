import { expect, it } from "vitest";
import { fromClientAnswer, toClientRequest } from "./client-names.js";

it("spells what the client has in its own way, and nothing that is the caller's", () => {
  const parameters = { type: "object", properties: { max_tokens: { image_url: 1 } } };
  expect(
    toClientRequest({
      max_tokens: 1,
      response_format: { type: "json_object", json_schema: { max_tokens: {} } },
      tools: [{ type: "function", function: { name: "tool_plan", parameters } }],
      thinking: { type: "enabled", token_budget: 5 },
      messages: [
        { role: "user", content: [{ type: "image_url", image_url: { url: "u" } }] },
        { role: "tool", tool_call_id: "1", content: "max_tokens" },
      ],
      documents: [{ data: { tool_plan: "x" } }],
      brand_new: { of_the_api: true },
    }),
  ).toEqual({
    maxTokens: 1,
    responseFormat: { type: "json_object", jsonSchema: { max_tokens: {} } },
    tools: [{ type: "function", function: { name: "tool_plan", parameters } }],
    thinking: { type: "enabled", tokenBudget: 5 },
    messages: [
      { role: "user", content: [{ type: "image_url", imageUrl: { url: "u" } }] },
      { role: "tool", toolCallId: "1", content: "max_tokens" },
    ],
    documents: [{ data: { tool_plan: "x" } }],
    brand_new: { of_the_api: true },
  });
});

it("gives answers the names of the wire", () => {
  const vectors = [[1, 2]];
  const answer = fromClientAnswer({
    finishReason: "COMPLETE",
    message: { toolCalls: [{ function: { arguments: '{"aB":1}' } }], toolPlan: "p" },
    usage: { billedUnits: { inputTokens: 1 }, cached_tokens: 2 },
    embeddings: { float: vectors },
  });
  expect(answer).toEqual({
    finish_reason: "COMPLETE",
    message: { tool_calls: [{ function: { arguments: '{"aB":1}' } }], tool_plan: "p" },
    usage: { billed_units: { input_tokens: 1 }, cached_tokens: 2 },
    embeddings: { float: vectors },
  });
});
