import { HTTPClient, Mistral } from "@mistralai/mistralai";
import { ProviderError } from "@onehead/provider";
import { describe, expect, expectTypeOf, test } from "vitest";
import recorded from "./__fixtures__/chat-completions.json" with { type: "json" };
import { createMistral, type MistralClient } from "./index.js";

interface Sent {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}

function stub(answer: unknown): { fetch: typeof globalThis.fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push({ url: request.url, headers: request.headers, body: (await request.json()) as Record<string, unknown> });
    return Response.json(answer);
  };
  return { fetch, sent };
}

const styles = [
  ["plain fetch", (fetch: typeof globalThis.fetch) => createMistral({ apiKey: "a-key", fetch })],
  [
    "official client",
    (fetch: typeof globalThis.fetch) =>
      createMistral({ client: new Mistral({ apiKey: "a-key", httpClient: new HTTPClient({ fetcher: fetch }) }) }),
  ],
] as const;

describe.each(styles)("createMistral, %s", (_, create) => {
  test("a chat goes to Mistral with the key and the headers of the call", async () => {
    const { fetch, sent } = stub(recorded.answer);
    const { usage } = await create(fetch)
      .chatModel("mistral-medium-3-5")
      .generate({ messages: [{ role: "user", content: "Hi" }], headers: { "x-tag": "one" }, seed: 3 });
    expect(sent[0].url).toBe("https://api.mistral.ai/v1/chat/completions");
    expect(sent[0].headers.get("authorization")).toBe("Bearer a-key");
    expect(sent[0].headers.get("x-tag")).toBe("one");
    expect(sent[0].body).toMatchObject({ model: "mistral-medium-3-5", random_seed: 3 });
    expect(usage.raw).toMatchObject({ prompt_tokens_details: { cached_tokens: 1024 } });
  });

  test("reasoning, images, documents and calls come through whole", async () => {
    const { fetch, sent } = stub(recorded.answer);
    await create(fetch)
      .chatModel("mistral-medium-3-5")
      .generate({
        messages: [
          {
            role: "user",
            content: [
              { type: "image", data: "https://example.com/a.png" },
              { type: "file", data: "https://example.com/a.pdf", mediaType: "application/pdf" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "Hm.", signature: "proof" },
              { type: "tool-call", id: "gSIMJiOkT", name: "f", arguments: '{"a_b":1}' },
            ],
          },
          { role: "tool", content: [{ type: "tool-result", id: "gSIMJiOkT", name: "f", content: "ok" }] },
        ],
        reasoning: { effort: "high" },
        toolChoice: "required",
        tools: [{ name: "f", parameters: { type: "object", properties: { a_b: { type: "number" } } } }],
      });
    const { body } = sent[0];
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "Hm." }], signature: "proof", closed: true };
    expect(body["messages"]).toMatchObject([
      { content: [{ image_url: "https://example.com/a.png" }, { document_url: "https://example.com/a.pdf" }] },
      { content: [thinking], tool_calls: [{ id: "gSIMJiOkT", function: { arguments: '{"a_b":1}' } }] },
      { role: "tool", tool_call_id: "gSIMJiOkT", name: "f", content: "ok" },
    ]);
    expect(body).toMatchObject({ reasoning_effort: "high", tool_choice: "any" });
    expect(JSON.stringify(body["tools"])).toContain('"a_b":{"type":"number"}');
  });

  test("embeddings stand in the order of the texts", async () => {
    const { fetch, sent } = stub(recorded.embeddings);
    const model = create(fetch).embeddingModel("mistral-embed");
    const { embeddings, inputTokens } = await model.embed({ texts: ["a", "b"], dimensions: 2 });
    expect(embeddings.map((vector) => [...vector])).toEqual([
      [1, -2],
      [-0.5, 0.25],
    ]);
    expect(inputTokens).toBe(15);
    expect(sent[0].url).toBe("https://api.mistral.ai/v1/embeddings");
    expect(sent[0].body).toMatchObject({ model: "mistral-embed", input: ["a", "b"], output_dimension: 2 });
  });

  test("no texts need no call, too many are refused, and a missing vector is an error", async () => {
    const { fetch, sent } = stub(recorded.embeddings);
    const model = create(fetch).embeddingModel("mistral-embed");
    expect(await model.embed({ texts: [] })).toEqual({ embeddings: [], inputTokens: 0 });
    await expect(model.embed({ texts: new Array<string>(129).fill("a") })).rejects.toThrow("at most 128");
    expect(sent).toEqual([]);
    await expect(model.embed({ texts: ["a", "b", "c"] })).rejects.toThrow("2 vectors, expected 3");
  });
});

describe("settings", () => {
  test("the official client is one that can be handed in", () => {
    expectTypeOf<Mistral>().toExtend<MistralClient>();
  });

  test.each([
    ["baseUrl", () => createMistral({ baseUrl: "ftp://host", apiKey: "a-key" })],
    ["timeoutMs", () => createMistral({ apiKey: "a-key", timeoutMs: -1 })],
    ["model", () => createMistral({ apiKey: "a-key" }).chatModel("")],
    ["model", () => createMistral({ apiKey: "a-key" }).embeddingModel("")],
  ])("a bad %s is named, and no key", (name, create) => {
    expect(create).toThrow(
      expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "invalid-argument"),
    );
    expect(create).toThrow(name);
    expect(create).not.toThrow("a-key");
  });

  test("a request that the client refuses is no answer that could not be read, and is not quoted", async () => {
    const client = new Mistral({ apiKey: "a-key" });
    const model = createMistral({ client }).chatModel("m");
    const request = { messages: [{ role: "user" as const, content: "secret" }], maxOutputTokens: 1.5 };
    for (const call of [model.generate(request), model.stream(request)]) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(ProviderError.isInstance(error) && error).toMatchObject({ code: "invalid-argument", retryable: false });
      expect((error as Error).message).toBe(
        "mistral: request.maxTokens: a value that the client refuses, expected one that it takes",
      );
    }
  });

  test("a client without embeddings is told so when they are asked for", async () => {
    const client = { chat: { complete: async () => ({}), stream: async () => ({}) } };
    await expect(
      createMistral({ client })
        .embeddingModel("m")
        .embed({ texts: ["a"] }),
    ).rejects.toThrow("createMistral: client: without embeddings");
  });

  test("an id of one's own is that of its options and errors", async () => {
    const { fetch, sent } = stub({});
    const model = createMistral({ fetch, provider: "mine" }).chatModel("m");
    const call = model.generate({
      messages: [{ role: "user", content: "Hi" }],
      providerOptions: { mine: { safe_prompt: true } },
    });
    await expect(call).rejects.toThrow("mine at api.mistral.ai: chat completion: choices: missing");
    expect(sent[0].body).toMatchObject({ safe_prompt: true });
    expect(sent[0].headers.has("authorization")).toBe(false);
  });
});
