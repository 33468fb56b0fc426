import { ProviderError } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chatCompletions } from "./chat-completions.js";

const user = { role: "user", content: "Hi" };
const call = { id: "1", type: "function", function: { name: "f", arguments: "{}" } };
const tool = { type: "function", function: { name: "f", parameters: {} } };

describe("a body is refused as invalid", () => {
  test.each<[object, string]>([
    [{}, "messages: missing, expected a list"],
    [{ messages: [] }, "messages: an empty list, expected a list that is not empty"],
    [{ messages: "Hi" }, "messages: text, expected a list"],
    [{ messages: ["Hi"] }, "messages[0]: text, expected an object"],
    [{ messages: [{ content: "Hi" }] }, "messages[0].role: missing, expected the name of a kind"],
    [{ messages: [{ role: "bot" }] }, "messages[0].role: bot, expected one of system, developer, user"],
    [{ messages: [{ role: "user" }] }, "messages[0].content: missing, expected text or a list of parts"],
    [{ messages: [{ role: "user", content: null }] }, "messages[0].content: null"],
    [{ messages: [{ role: "user", content: [] }] }, "messages[0].content: an empty list"],
    [{ messages: [{ role: "user", content: [{ type: "txt" }] }] }, "messages[0].content[0].type: txt, expected one of"],
    [
      { messages: [{ role: "user", content: [{ type: "text", text: 5 }] }] },
      "messages[0].content[0].text: 5, expected text",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] },
      "messages[0].content[0].image_url.url: missing",
    ],
    [{ messages: [user, { role: "assistant" }] }, "messages[1].content: missing, expected text, or tool_calls"],
    [{ messages: [{ role: "assistant", tool_calls: [] }] }, "messages[0].tool_calls: an empty list"],
    [
      { messages: [{ role: "assistant", tool_calls: [{ id: "1", function: { name: "f" } }] }] },
      "messages[0].tool_calls[0].function.arguments: missing, expected text",
    ],
    [{ messages: [{ role: "tool", content: "a" }] }, "messages[0].tool_call_id: missing"],
    [
      { messages: [user, { role: "tool", content: "a", tool_call_id: "9" }] },
      "messages[1].tool_call_id: an id that no call has, expected the id of a call of the assistant before",
    ],
    [{ temperature: "1" }, "temperature: text, expected a number from 0 to 2"],
    [{ temperature: 2.5 }, "temperature: 2.5, expected a number from 0 to 2"],
    [{ top_p: -1 }, "top_p: -1"],
    [{ max_tokens: 1.5 }, "max_tokens: 1.5, expected an integer of at least 1"],
    [{ max_completion_tokens: 0 }, "max_completion_tokens: 0"],
    [{ n: 0 }, "n: 0, expected an integer from 1 to 128"],
    [{ stop: ["a", "b", "c", "d", "e"] }, "stop: a list of 5, expected a list of at most 4"],
    [{ stop: 5 }, "stop: 5, expected text or a list of texts"],
    [{ stream: "yes" }, "stream: text, expected true or false"],
    [{ top_logprobs: 21 }, "top_logprobs: 21, expected an integer from 0 to 20"],
    [{ response_format: "json" }, "response_format: text, expected an object"],
    [{ response_format: { type: "xml" } }, "response_format.type: xml, expected one of text, json_object, json_schema"],
    [{ response_format: { type: "json_schema" } }, "response_format.json_schema: missing, expected an object"],
    [{ tools: {} }, "tools: an object, expected a list"],
    [{ tools: [{ function: { name: "f" } }] }, "tools[0].type: missing"],
    [{ tools: [{ type: "function" }] }, "tools[0].function: missing, expected an object"],
    [{ tools: [{ type: "function", function: { name: "" } }] }, "tools[0].function.name: empty text"],
    [{ tools: [{ type: "function", function: { name: "f", parameters: "x" } }] }, "tools[0].function.parameters: text"],
    [{ tools: [tool], tool_choice: "any" }, "tool_choice: any, expected one of none, auto, required"],
    [{ tool_choice: "required" }, "tool_choice: given without tools, expected tools"],
    [
      { tools: [tool], tool_choice: { type: "function", function: { name: "g" } } },
      "tool_choice: a function that is not among the tools, expected one of them",
    ],
    [{ reasoning_effort: "huge" }, "reasoning_effort: huge"],
  ])("%j", (fields, message) => {
    const body = "messages" in fields || Object.keys(fields).length === 0 ? fields : { messages: [user], ...fields };
    expect(() => chatCompletions.parse(body as Record<string, unknown>)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(message) as unknown }),
    );
  });

  test("without the words of the prompt", () => {
    const messages = [{ role: "user", content: { secret: "words" } }, user];
    expect(() => chatCompletions.parse({ messages, stop: "secret" })).not.toThrow(/secret|words/);
  });
});

describe("a body that is taken", () => {
  test("may have null for what it does not set, and fields that nobody knows", () => {
    const names = ["temperature", "stop", "tools", "tool_choice", "response_format", "n", "stream_options"];
    const unset = Object.fromEntries(names.map((name) => [name, null]));
    expect(chatCompletions.parse({ messages: [user], ...unset, whatever: 1 })).toEqual({ messages: [user] });
  });

  test("has each turn of the assistant in one message, and results with the names of their tools", () => {
    const messages = [
      user,
      { role: "assistant", content: "I look.", tool_calls: [call, { ...call, id: "2" }] },
      { role: "tool", tool_call_id: "1", content: "a" },
      { role: "tool", tool_call_id: "2", content: [{ type: "text", text: "b" }] },
    ];
    expect(chatCompletions.parse({ messages }).messages).toMatchObject([
      user,
      { role: "assistant", content: [{ text: "I look." }, { id: "1" }, { id: "2" }] },
      {
        role: "tool",
        content: [
          { id: "1", name: "f", content: "a" },
          { id: "2", name: "f", content: "b" },
        ],
      },
    ]);
  });

  test("has refusals among what was said, proofs at their calls, and the most thinking where it asks for more", () => {
    const signed = { ...call, extra_content: { google: { thought_signature: "google:X" } } };
    const messages = [
      { role: "assistant", content: null, refusal: "No." },
      user,
      { role: "assistant", content: [{ type: "refusal", refusal: "Never." }] },
      user,
      { role: "assistant", tool_calls: [signed] },
    ];
    const { reasoning, messages: parsed } = chatCompletions.parse({ messages, reasoning_effort: "xhigh" });
    expect(reasoning).toEqual({ effort: "high" });
    expect(parsed).toEqual([
      { role: "assistant", content: "No." },
      user,
      { role: "assistant", content: "Never." },
      user,
      {
        role: "assistant",
        content: [{ type: "tool-call", id: "1", name: "f", arguments: "{}", signature: "google:X" }],
      },
    ]);
  });

  test("of any form is a request or an error of ours", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(user, [user], [tool], { type: "function", function: {} }));
    const names = ["messages", "stop", "tools", "tool_choice", "response_format", "logit_bias", "modalities", "n"];
    const roles = fc.constantFrom("role", "content", "tool_calls", "tool_call_id", "type", "refusal");
    const message = fc.dictionary(roles, fc.oneof(value, fc.constantFrom("user", "assistant", "tool", "text")));
    const body = fc.oneof(fc.dictionary(fc.constantFrom(...names), value), fc.record({ messages: fc.array(message) }));
    fc.assert(
      fc.property(body, (given) => {
        expect(chatCompletions.translationRefusal(given)?.code ?? "unsupported").toBe("unsupported");
        chatCompletions.nativeBody(given);
        try {
          expect(chatCompletions.parse(given).messages.length).toBeGreaterThan(-1);
        } catch (error) {
          expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
        }
      }),
    );
  });
});

describe("a call cannot be translated", () => {
  const asked = (part: object) => ({ messages: [{ role: "user", content: [part] }] });
  test.each<[object, string]>([
    [{ n: 2 }, "n: 2, expected 1"],
    [{ modalities: ["text", "audio"] }, "modalities: others than text"],
    [{ web_search_options: {} }, "web_search_options: given, expected none"],
    [{ logit_bias: { 5: 1 } }, "logit_bias: given"],
    [{ functions: [] }, "functions: given"],
    [{ tools: [tool, { type: "custom", custom: { name: "x" } }] }, "tools[1].type: custom, expected function"],
    [{ tools: [tool], tool_choice: { type: "allowed_tools" } }, "tool_choice.type: allowed_tools, expected function"],
    [asked({ type: "input_audio", input_audio: {} }), "messages[0].content[0].type: input_audio"],
    [asked({ type: "file", file: { file_id: "1" } }), "messages[0].content[0].file.file_data: a file by its id"],
    [{ messages: [user, { role: "function", name: "f", content: "a" }] }, "messages[1].role: function, expected tool"],
    [{ messages: [{ role: "assistant", audio: { id: "1" } }] }, "messages[0].audio: given"],
    [
      { messages: [{ role: "assistant", tool_calls: [{ id: "1", type: "custom" }] }] },
      "messages[0].tool_calls[0].type: custom",
    ],
  ])("%j, but parsed for a provider that speaks the interface", (fields, message) => {
    const body: Record<string, unknown> = { messages: [user], ...fields };
    expect(chatCompletions.translationRefusal(body)).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(message) as unknown,
    });
    expect(() => chatCompletions.parse(body)).not.toThrow();
  });

  test("only where something is in the way", () => {
    const body = { messages: [user], n: 1, modalities: ["text"], logit_bias: {}, tools: [tool], store: true };
    expect(chatCompletions.translationRefusal(body)).toBeUndefined();
  });
});
