import { describe, expect, test } from "vitest";
import { fromClientFields, toClientFields } from "./client-fields.js";

describe("client fields", () => {
  test("names are the client's, and what is the user's own stays as it is", () => {
    const schema = { type: "object", properties: { first_name: { type: "string" } } };
    expect(
      toClientFields({
        max_tokens: 1,
        response_format: { type: "json_schema", json_schema: { name: "a", schema } },
        tools: [{ type: "function", function: { name: "f", parameters: schema } }],
        metadata: { my_tag: "x" },
        messages: [{ role: "tool", tool_call_id: "a", content: [{ type: "image_url", image_url: "b" }] }],
        stop: undefined,
      }),
    ).toEqual({
      maxTokens: 1,
      responseFormat: { type: "json_schema", jsonSchema: { name: "a", schemaDefinition: schema } },
      tools: [{ type: "function", function: { name: "f", parameters: schema } }],
      metadata: { my_tag: "x" },
      messages: [{ role: "tool", toolCallId: "a", content: [{ type: "image_url", imageUrl: "b" }] }],
      stop: undefined,
    });
  });

  test("an answer of the client is as the server has sent it", () => {
    const created = new Date(0);
    const call = { function: { name: "f", arguments: { cityName: "Paris" } } };
    expect(
      fromClientFields({
        created,
        choices: [{ finishReason: "stop", message: { toolCalls: [call] } }],
        usage: { promptTokens: 1, prompt_tokens_details: { cached_tokens: 2 } },
      }),
    ).toEqual({
      created,
      choices: [{ finish_reason: "stop", message: { tool_calls: [call] } }],
      usage: { prompt_tokens: 1, prompt_tokens_details: { cached_tokens: 2 } },
    });
  });

  test("a part of a kind that the client does not know is what the server has sent", () => {
    const part = { type: "new_kind", some_field: 1 };
    expect(fromClientFields([{ type: "UNKNOWN", raw: part, isUnknown: true }])).toEqual([part]);
  });
});
