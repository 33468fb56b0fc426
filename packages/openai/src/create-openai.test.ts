import { ProviderError, ProviderTimeoutError } from "@onehead/provider";
import OpenAI, { type AzureOpenAI } from "openai";
import { describe, expect, expectTypeOf, test } from "vitest";
import recorded from "./__fixtures__/chat-completions.json" with { type: "json" };
import { createOpenAI, type OpenAIClient, type OpenAISettings } from "./index.js";

const apiKey = "a-secret-key";
const request = { messages: [{ role: "user" as const, content: "Hi" }], maxOutputTokens: 5 };

/** A fetch that answers, and what it was called with. */
function recording(answer: () => Response | Promise<Response> = () => Response.json(recorded.answer)) {
  const calls: Array<{ url: string; headers: Headers; body: Record<string, unknown> }> = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    calls.push({ url: String(input), headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) });
    return answer();
  };
  return { calls, fetch };
}

test("the official clients are clients", () => {
  expectTypeOf<OpenAI>().toExtend<OpenAIClient>();
  expectTypeOf<AzureOpenAI>().toExtend<OpenAIClient>();
  const client: OpenAIClient = new OpenAI({ apiKey });
  expect(createOpenAI({ client }).id).toBe("openai");
});

describe("a request", () => {
  test("by plain fetch goes to OpenAI with the key", async () => {
    const { calls, fetch } = recording();
    await createOpenAI({ apiKey, fetch }).chatModel("gpt-5-mini").generate(request);
    expect(calls[0].url).toBe("https://api.openai.com/v1/chat/completions");
    expect(calls[0].headers.get("authorization")).toBe(`Bearer ${apiKey}`);
  });

  test("to a local server has no key", async () => {
    const { calls, fetch } = recording();
    await createOpenAI({ baseUrl: "http://localhost:8000/v1", fetch }).chatModel("m").generate(request);
    expect(calls[0].url).toBe("http://localhost:8000/v1/chat/completions");
    expect(calls[0].headers.has("authorization")).toBe(false);
  });

  test.each<[string, OpenAISettings["dialect"], string]>([
    ["https://api.openai.com/v1", undefined, "max_completion_tokens"],
    ["https://eu.api.openai.com/v1", undefined, "max_completion_tokens"],
    ["https://r.openai.azure.com/openai/v1", undefined, "max_completion_tokens"],
    ["https://notopenai.com/v1", undefined, "max_tokens"],
    ["https://api.groq.com/openai/v1", undefined, "max_tokens"],
    ["https://api.groq.com/openai/v1", "openai", "max_completion_tokens"],
    ["https://api.openai.com/v1", "compatible", "max_tokens"],
  ])("to %s in dialect %s calls its limit %s, in both styles", async (baseURL, dialect, field) => {
    for (const style of ["fetch", "client"]) {
      const { calls, fetch } = recording();
      const own = style === "fetch" ? { baseUrl: baseURL, fetch } : { client: new OpenAI({ apiKey, baseURL, fetch }) };
      await createOpenAI({ ...own, dialect })
        .chatModel("m")
        .generate(request);
      expect(calls[0].body[field]).toBe(5);
    }
  });

  test.each([
    ["a key", apiKey, [apiKey, null]],
    ["a token", "eyJhbGciOi.eyJ.x", [null, "Bearer eyJhbGciOi.eyJ.x"]],
  ])("to Azure carries %s in the header that is for it", async (_, key, sent) => {
    const { calls, fetch } = recording();
    const baseUrl = "https://r.openai.azure.com/openai/v1?api-version=preview";
    await createOpenAI({ apiKey: async () => key, baseUrl, fetch })
      .chatModel("m")
      .generate(request);
    expect(calls[0].url).toBe("https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview");
    expect([calls[0].headers.get("api-key"), calls[0].headers.get("authorization")]).toEqual(sent);
  });

  test("goes by the id of the provider", async () => {
    const { calls, fetch } = recording();
    const provider = createOpenAI({ provider: "groq", baseUrl: "https://api.groq.com/openai/v1", fetch });
    const model = provider.chatModel("m");
    await model.generate({ ...request, providerOptions: { groq: { a: 1 }, openai: { b: 2 } } });
    expect([provider.id, model.provider, provider.embeddingModel("e").provider]).toEqual(["groq", "groq", "groq"]);
    expect(calls[0].body).toMatchObject({ a: 1 });
    expect(calls[0].body).not.toHaveProperty("b");
  });

  test("for a stream asks for its usage, unless it says otherwise", async () => {
    const { calls, fetch } = recording(() => new Response(""));
    const model = createOpenAI({ apiKey, fetch }).chatModel("m");
    await (await model.stream(request)).return();
    await (await model.stream({ ...request, providerOptions: { openai: { stream_options: null } } })).return();
    expect(calls.map(({ body }) => [body["stream"], body["stream_options"]])).toEqual([
      [true, { include_usage: true }],
      [true, null],
    ]);
  });

  test("by the client keeps its headers, and is made once", async () => {
    const { calls, fetch } = recording(() => Response.json({}, { status: 500 }));
    const client = new OpenAI({ apiKey, fetch, organization: "o", maxRetries: 5 });
    const work = createOpenAI({ client })
      .chatModel("m")
      .generate({ ...request, headers: { "x-own": "1" } });
    await expect(work).rejects.toMatchObject({ code: "http", status: 500 });
    expect(calls).toHaveLength(1);
    expect(calls[0].headers.get("openai-organization")).toBe("o");
    expect(calls[0].headers.get("x-own")).toBe("1");
  });

  test("that the client itself gives up is a timeout", async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("This was aborted", "AbortError")));
      });
    const client = new OpenAI({ apiKey, fetch, timeout: 5, logLevel: "off" });
    const error = await createOpenAI({ client })
      .chatModel("m")
      .generate(request)
      .catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
    expect(error).toMatchObject({ billing: "unknown", timeoutMs: undefined });
  });
});

test.each<[string, () => unknown]>([
  ["baseUrl", () => createOpenAI({ apiKey, baseUrl: "ftp://host" })],
  ["timeoutMs", () => createOpenAI({ apiKey, timeoutMs: 0 })],
  ["idleTimeoutMs", () => createOpenAI({ apiKey, idleTimeoutMs: Number.NaN })],
  ["dialect", () => createOpenAI({ apiKey, dialect: "azure" as never })],
  ["client", () => createOpenAI({ client: null as never })],
  ["model", () => createOpenAI({ apiKey }).chatModel("")],
  ["model", () => createOpenAI({ apiKey }).embeddingModel("")],
  ["api", () => createOpenAI({ apiKey }).chatModel("m", { api: "assistants" as never })],
])("a %s that is none is named, and never the key", (setting, work) => {
  let error: unknown;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  expect(ProviderError.isInstance(error) && error.code).toBe("invalid-argument");
  expect(String(error)).toContain(setting);
  expect(String(error)).not.toContain(apiKey);
});

test("a client without an interface is named when that is asked for", async () => {
  const { chat, baseURL } = new OpenAI({ apiKey, fetch: recording().fetch });
  const provider = createOpenAI({ client: { chat, baseURL } as never });
  await provider.chatModel("m").generate(request);
  await expect(provider.chatModel("m", { api: "responses" }).generate(request)).rejects.toThrow("without responses");
  await expect(provider.embeddingModel("e").embed({ texts: ["a"] })).rejects.toThrow("without embeddings");
});
