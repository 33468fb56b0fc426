import { GoogleGenAI } from "@google/genai";
import { ProviderError } from "@onehead/provider";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import recorded from "../__fixtures__/generate-content.json" with { type: "json" };
import { createGoogle } from "../index.js";

const apiKey = "a-key";
const baseUrl = "https://gemini.example";
const texts = ["one", "two"];
const fetchMock = vi.fn<typeof globalThis.fetch>();
beforeEach(() => {
  fetchMock.mockReset().mockImplementation(async () => Response.json(recorded.embeddings));
  vi.stubGlobal("fetch", fetchMock);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each([
  ["official client", () => createGoogle({ client: new GoogleGenAI({ apiKey, httpOptions: { baseUrl } }) }), undefined],
  ["plain fetch", () => createGoogle({ apiKey, baseUrl: `${baseUrl}/v1beta` }), 11],
])("%s", (_, make, inputTokens) => {
  const model = (name = "gemini-embedding-001") => make().embeddingModel(name);

  test.each(["gemini-embedding-001", "gemini-embedding-2"])("each text of %s is a request of its own", async (name) => {
    const result = await model(name).embed({
      texts,
      purpose: "query",
      dimensions: 3,
      headers: { "x-call": "one" },
    });
    expect(result.embeddings).toEqual(recorded.embeddings.embeddings.map(({ values }) => Float32Array.from(values)));
    // the client keeps the vectors only
    expect(result.inputTokens).toBe(inputTokens);
    const [url, init] = fetchMock.mock.calls[0];
    expect(String(url)).toBe(`https://gemini.example/v1beta/models/${name}:batchEmbedContents`);
    expect(new Headers(init?.headers).get("x-call")).toBe("one");
    expect(JSON.parse(String(init?.body))).toEqual({
      requests: texts.map((text) => ({
        model: `models/${name}`,
        content: { parts: [{ text }] },
        taskType: "RETRIEVAL_QUERY",
        outputDimensionality: 3,
      })),
    });
  });

  test("what is not asked for is not sent", async () => {
    await model().embed({ texts, purpose: "document" });
    await model().embed({ texts });
    const requests = fetchMock.mock.calls.map(([, init]) => JSON.parse(String(init?.body)).requests[0]);
    expect(requests.map(({ taskType }) => taskType)).toEqual(["RETRIEVAL_DOCUMENT", undefined]);
    expect(requests[1]).not.toHaveProperty("outputDimensionality");
  });

  test("no texts need no call, and too many are refused", async () => {
    expect(await model().embed({ texts: [] })).toEqual({ embeddings: [], inputTokens: 0 });
    await expect(model().embed({ texts: new Array(101).fill("a") })).rejects.toThrow(/google: embed: texts: 101/);
    expect(fetchMock).not.toHaveBeenCalled();
  });

  test.each([
    ["too few vectors", { embeddings: [{ values: [1] }] }],
    ["values that are none", { embeddings: [{ values: [1] }, { values: ["1"] }] }],
    ["a vector without values", { embeddings: [{ values: [1] }, {}] }],
    ["an empty vector", { embeddings: [{ values: [1] }, { values: [] }] }],
    ["no list", { embeddings: {} }],
    ["nothing", {}],
  ])("%s is an error", async (_, answer) => {
    fetchMock.mockImplementation(async () => Response.json(answer));
    const error = await model()
      .embed({ texts })
      .catch((thrown: unknown) => thrown);
    expect(ProviderError.isInstance(error) && error.code).toBe("response");
  });

  test("a refusal is an error with its status", async () => {
    fetchMock.mockImplementation(async () => Response.json(recorded.error, { status: 429 }));
    await expect(model().embed({ texts })).rejects.toMatchObject({ code: "http", status: 429, retryAfterMs: 33_500 });
  });
});
