import { GoogleGenAI } from "@google/genai";
import { type ChatRequest, ProviderHttpError, ProviderResponseError, ProviderTimeoutError } from "@onehead/provider";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import recorded from "./__fixtures__/generate-content.json" with { type: "json" };
import { createGoogle, type GoogleClient } from "./index.js";

const apiKey = "a-key";
const baseUrl = "https://gemini.example";
const clientWith = (httpOptions: object = {}) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl, ...httpOptions } });
const ask: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };

const fetchMock = vi.fn<typeof globalThis.fetch>();
const warn = vi.spyOn(console, "warn");
beforeEach(() => {
  fetchMock.mockReset().mockImplementation(async () => Response.json(recorded.answer));
  vi.stubGlobal("fetch", fetchMock);
  warn.mockReset();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function lastRequest(): { url: string; headers: Headers; body: Record<string, unknown> } {
  const [url, init] = fetchMock.mock.lastCall ?? [];
  return { url: String(url), headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) };
}

const errorOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

test("the official client is one, by its type", () => {
  expectTypeOf<GoogleGenAI>().toExtend<GoogleClient>();
});

describe("both styles send the same", () => {
  const parameters = { type: "object", properties: { key: { type: "string" } }, additionalProperties: false };
  const requests: Array<[string, ChatRequest]> = [
    ["a bare request", ask],
    [
      "everything at once",
      {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "See:" },
              { type: "image", data: "iVBORw0KGgo=", mediaType: "image/png" },
              { type: "file", data: new URL("https://example.com/a.pdf"), mediaType: "application/pdf" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "Thinking.", signature: "c2ln" },
              { type: "tool-call", id: "call_1", name: "look_up", arguments: '{"key":"a"}', signature: "Y2FsbA==" },
            ],
          },
          {
            role: "tool",
            content: [
              {
                type: "tool-result",
                id: "call_1",
                name: "look_up",
                content: [{ type: "image", data: "iVBORw0KGgo=", mediaType: "image/png" }],
              },
            ],
          },
        ],
        tools: [{ name: "look_up", description: "Looks up.", parameters, strict: true }],
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
        responseFormat: { type: "json-schema", schema: parameters },
      },
    ],
    [
      "options that the client does not know, and some that it would read otherwise",
      {
        ...ask,
        temperature: 0.5,
        reasoning: { effort: "low" },
        providerOptions: {
          google: {
            generationConfig: { thinkingConfig: { thinkingBudget: 5 }, aNewField: { deep: [1] } },
            tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT" } }] }, { googleSearch: {} }],
            cachedContent: "cachedContents/abc",
            labels: { a: "b" },
          },
        },
      },
    ],
    [
      "contents of the caller's own",
      { ...ask, providerOptions: { google: { contents: [{ parts: [{ text: "Ho" }] }] } } },
    ],
  ];
  test.each(requests)("%s", async (_, request) => {
    await createGoogle({ client: clientWith() }).chatModel("gemini-3.5-flash").generate(request);
    const byClient = lastRequest();
    await createGoogle({ apiKey, baseUrl: `${baseUrl}/v1beta` })
      .chatModel("gemini-3.5-flash")
      .generate(request);
    const byFetch = lastRequest();
    // of no configuration the client makes an empty one
    expect(byClient.body).toEqual({ generationConfig: {}, ...byFetch.body });
    expect(byClient.url).toBe(byFetch.url);
    expect(byFetch.url).toBe("https://gemini.example/v1beta/models/gemini-3.5-flash:generateContent");
    expect(byFetch.headers.get("x-goog-api-key")).toBe(apiKey);
    expect(warn).not.toHaveBeenCalled();
  });
});

test("headers of a call go along, and the key is in no address", async () => {
  for (const google of [
    createGoogle({ client: clientWith({ headers: { "x-mine": "client" } }) }),
    createGoogle({ apiKey, baseUrl: `${baseUrl}/v1beta`, headers: { "x-mine": "client" } }),
  ]) {
    await google.chatModel("models/gemini-3.5-flash").generate({ ...ask, headers: { "x-call": "one" } });
    const { headers, url } = lastRequest();
    expect([headers.get("x-mine"), headers.get("x-call")]).toEqual(["client", "one"]);
    expect(url).not.toContain(apiKey);
    expect(url).toContain("/models/gemini-3.5-flash:generateContent");
  }
});

describe("settings", () => {
  test("a client that tries again is refused: it cannot be told not to for one call", () => {
    const client = clientWith({ retryOptions: { attempts: 3 } });
    expect(() => createGoogle({ client })).toThrow(/createGoogle: client: made with retryOptions/);
  });

  test("a client of another kind is refused by what it lacks", async () => {
    const model = createGoogle({ client: {} as GoogleClient }).chatModel("gemini-3.5-flash");
    expect(await errorOf(model.generate(ask))).toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("without models.generateContent"),
    });
  });

  test("a client that hides its address has none in errors", async () => {
    const models = { ...clientWith().models, generateContent: async () => ({}) };
    const error = await errorOf(createGoogle({ client: { models } }).chatModel("gemini-3.5-flash").generate(ask));
    expect(error).toMatchObject({ code: "response", host: undefined });
    const known = createGoogle({ client: clientWith() }).chatModel("gemini-3.5-flash");
    fetchMock.mockImplementation(async () => Response.json({}));
    expect(await errorOf(known.generate(ask))).toMatchObject({ host: "gemini.example" });
  });
});

describe("errors", () => {
  const model = () => createGoogle({ client: clientWith() }).chatModel("gemini-3.5-flash");
  const plain = () => createGoogle({ apiKey, baseUrl: `${baseUrl}/v1beta` }).chatModel("gemini-3.5-flash");

  test.each([
    ["official client", model],
    ["plain fetch", plain],
  ])("the delay that a refusal names is read: %s", async (_, make) => {
    fetchMock.mockImplementation(async () => Response.json(recorded.error, { status: 429 }));
    const error = await errorOf(make().generate(ask));
    expect(error).toMatchObject({ code: "http", status: 429, reason: "RESOURCE_EXHAUSTED", retryAfterMs: 33_500 });
    expect(ProviderHttpError.isInstance(error) && error.message).not.toContain("quota,");
    expect(fetchMock).toHaveBeenCalledTimes(1);
  });

  test("an error within a stream is one of the answer, not of the request", async () => {
    const body = JSON.stringify(recorded.errorInStream);
    fetchMock.mockImplementation(async () => new Response(body, { headers: { "content-type": "text/event-stream" } }));
    for (const make of [model, plain]) {
      const error = await errorOf((await make().stream(ask)).next());
      expect(ProviderResponseError.isInstance(error) && error.reason).toBe("UNAVAILABLE");
    }
  });

  test("a call that is none costs what it says", async () => {
    fetchMock.mockImplementation(async () => Response.json(recorded.malformedCall));
    for (const make of [model, plain]) {
      const error = await errorOf(make().generate(ask));
      expect(error).toMatchObject({ code: "response", billing: "usage", reason: "MALFORMED_FUNCTION_CALL" });
      expect(error).toMatchObject({ usage: { inputTokens: 60, outputTokens: 12 } });
    }
  });

  test("the client's own time is a timeout", async () => {
    fetchMock.mockImplementation(
      (_, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
    );
    const google = createGoogle({ client: clientWith({ timeout: 20 }) });
    const error = await errorOf(google.chatModel("gemini-3.5-flash").generate(ask));
    expect(ProviderTimeoutError.isInstance(error) && error.phase).toBe("answer");
  });
});
