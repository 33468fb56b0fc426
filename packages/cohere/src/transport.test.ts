import type { ChatRequest, EmbeddingRequest } from "@onehead/provider";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { describe, expect, expectTypeOf, it } from "vitest";
import recorded from "./__fixtures__/chat.json" with { type: "json" };
import { type CohereSettings, createCohere } from "./index.js";
import type { CohereClient as AnyClient } from "./settings.js";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };

function recordingFetch(answer: unknown, status = 200) {
  const asked: Array<{ url: string; headers: Headers; body: Record<string, unknown> }> = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    asked.push({ url, headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) });
    return Response.json(answer, { status });
  };
  return { asked, fetch };
}

const styles: ReadonlyArray<[string, (fetch: typeof globalThis.fetch) => CohereSettings]> = [
  ["official client", (fetch) => ({ client: new CohereClientV2({ token: "A-KEY", fetch, maxRetries: 5 }) })],
  ["v2 of the official client", (fetch) => ({ client: new CohereClient({ token: "A-KEY", fetch, maxRetries: 5 }) })],
  ["plain fetch", (fetch) => ({ apiKey: "A-KEY", fetch })],
];

describe.each(styles)("%s", (_, settingsWith) => {
  it("asks Cohere's address with the key and the headers of the call", async () => {
    const { asked, fetch } = recordingFetch(recorded.answer);
    await createCohere(settingsWith(fetch))
      .chatModel("m")
      .generate({
        ...hello,
        headers: { "x-own": "OWN" },
        reasoning: { budgetTokens: 7 },
        providerOptions: { cohere: { safety_mode: "STRICT" } },
      });
    const [{ url, headers, body }] = asked;
    expect(url).toBe("https://api.cohere.com/v2/chat");
    expect(headers.get("authorization")).toBe("Bearer A-KEY");
    expect(headers.get("x-own")).toBe("OWN");
    expect(body).toMatchObject({ thinking: { type: "enabled", token_budget: 7 }, safety_mode: "STRICT" });
  });

  it("asks once, whatever the client is set to", async () => {
    const { asked, fetch } = recordingFetch(recorded.error, 503);
    const model = createCohere(settingsWith(fetch)).chatModel("m");
    for (const call of [model.generate(hello), model.stream(hello)]) {
      await expect(call).rejects.toMatchObject({ code: "http", status: 503, provider: "cohere", retryable: true });
    }
    expect(asked).toHaveLength(2);
  });

  const embed = async (answer: unknown, request: EmbeddingRequest) => {
    const { asked, fetch } = recordingFetch(answer);
    const result = createCohere(settingsWith(fetch)).embeddingModel("embed-v4.0").embed(request);
    return { asked, result };
  };

  it("embeds texts by what they are for", async () => {
    const answer = {
      id: "1",
      response_type: "embeddings_by_type",
      embeddings: { float: [[0.5], [-1]] },
      texts: ["one", "two"],
      meta: { api_version: { version: "2" }, billed_units: { input_tokens: 4 } },
    };
    const { asked, result } = await embed(answer, { texts: ["one", "two"], dimensions: 256, purpose: "query" });
    expect(await result).toEqual({ embeddings: [Float32Array.of(0.5), Float32Array.of(-1)], inputTokens: 4 });
    expect(asked[0].url).toBe("https://api.cohere.com/v2/embed");
    expect(asked[0].body).toEqual({
      model: "embed-v4.0",
      texts: ["one", "two"],
      input_type: "search_query",
      embedding_types: ["float"],
      output_dimension: 256,
    });
    const plain = await embed(answer, { texts: ["one", "two"] });
    await plain.result;
    expect(plain.asked[0].body).toMatchObject({ input_type: "search_document" });
  });

  it("refuses embeddings that are none, and more texts than Cohere takes", async () => {
    for (const [embeddings, message] of [
      [{ float: [[1], [2]] }, "embeddings: 2 vectors, expected 1"],
      [{}, "embeddings: float: missing"],
    ] as const) {
      const { result } = await embed({ id: "1", embeddings }, { texts: ["one"] });
      await expect(result).rejects.toMatchObject({ code: "response", message: expect.stringContaining(message) });
    }
    const many = await embed({}, { texts: new Array<string>(97).fill("a") });
    await expect(many.result).rejects.toMatchObject({ code: "invalid-argument" });
    const none = await embed({}, { texts: [] });
    expect(await none.result).toEqual({ embeddings: [], inputTokens: 0 });
    expect([...many.asked, ...none.asked]).toEqual([]);
  });
});

describe("official client", () => {
  const clientWith = (chat: (request: unknown, options: { timeoutInSeconds: number }) => Promise<unknown>) =>
    ({ chat, chatStream: chat, embed: chat }) as unknown as AnyClient;

  it("is told the limit of the call, so that none of its own comes first", async () => {
    const limits: number[] = [];
    const client = clientWith(async (_, { timeoutInSeconds }) => {
      limits.push(timeoutInSeconds);
      return recorded.answer;
    });
    const model = createCohere({ client, timeoutMs: 400_000 }).chatModel("m");
    await model.generate(hello);
    await model.generate({ ...hello, timeoutMs: 1500 });
    await model.generate({ ...hello, timeoutMs: Number.POSITIVE_INFINITY });
    // 400 + 1, ceil(1.5) + 1, and the most that a timer takes
    expect(limits).toEqual([401, 3, 2_147_483]);
  });

  it("refuses a request before it sends it, and is not quoted", async () => {
    const { asked, fetch } = recordingFetch(recorded.answer);
    const model = createCohere({ client: new CohereClientV2({ token: "A-KEY", fetch }) }).chatModel("m");
    const request = { ...hello, temperature: "secret" as unknown as number };
    for (const call of [model.generate(request), model.stream(request)]) {
      await expect(call).rejects.toMatchObject({
        code: "invalid-argument",
        retryable: false,
        message: "cohere: request.temperature: a value that the client refuses, expected one that it takes",
      });
    }
    expect(asked).toEqual([]);
  });
});

it("refuses vectors that are not of numbers", async () => {
  const { fetch } = recordingFetch({ embeddings: { float: [[null]] } });
  const model = createCohere({ apiKey: "A-KEY", fetch }).embeddingModel("embed-v4.0");
  await expect(model.embed({ texts: ["one"] })).rejects.toMatchObject({
    code: "response",
    message: expect.stringContaining("embeddings[0]: a value that is no number"),
  });
});

describe("createCohere", () => {
  it.each([
    [{ client: {} as AnyClient }, "createCohere: client: without chat"],
    [{ client: { chat: () => {}, chatStream: () => {} } as unknown as AnyClient }, "without embed"],
    [{ apiKey: "A-KEY", baseUrl: "cohere" }, "createCohere: baseUrl"],
    [{ apiKey: "A-KEY", idleTimeoutMs: -1 }, "createCohere: idleTimeoutMs"],
  ] as ReadonlyArray<[CohereSettings, string]>)("refuses settings %#, naming the one at fault", (settings, message) => {
    expect(() => createCohere(settings)).toThrow(message);
  });

  it("refuses a model without a name", () => {
    const cohere = createCohere({ apiKey: "A-KEY" });
    expect(() => cohere.chatModel("")).toThrow("cohere: model");
    expect(() => cohere.embeddingModel("")).toThrow("cohere: model");
  });

  it("takes the types of the official client", () => {
    expectTypeOf<CohereClientV2>().toExtend<AnyClient>();
    expectTypeOf<CohereClient>().toExtend<AnyClient>();
  });
});
