import type { EmbeddingRequest } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import { createBedrock } from "../index.js";

const titan = "amazon.titan-embed-text-v2:0";
const cohere = "cohere.embed-multilingual-v3";

function modelWith(model: string, answer: unknown) {
  const asked: Array<{ path: string; body: unknown }> = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push({ path: new URL(String(input)).pathname, body: JSON.parse(String(init?.body)) });
    return Response.json(answer);
  };
  const provider = createBedrock({ region: "us-east-1", apiKey: "A-KEY", fetch });
  return { asked, embed: (request: EmbeddingRequest) => provider.embeddingModel(model).embed(request) };
}

describe("bedrockEmbeddingModel", () => {
  it("asks Titan for one text", async () => {
    const { asked, embed } = modelWith(titan, { embedding: [0.5, -1], inputTextTokenCount: 4 });
    const result = await embed({ texts: ["one"], dimensions: 256 });
    expect(result).toEqual({ embeddings: [Float32Array.of(0.5, -1)], inputTokens: 4 });
    expect(asked).toEqual([
      { path: `/model/${encodeURIComponent(titan)}/invoke`, body: { inputText: "one", dimensions: 256 } },
    ]);
  });

  it.each([[{ embeddings: { float: [[1], [2]] } }], [{ embeddings: [[1], [2]] }]])(
    "asks Cohere for several, by what they are for: %j",
    async (answer) => {
      const { asked, embed } = modelWith(cohere, answer);
      const result = await embed({ texts: ["one", "two"], purpose: "query" });
      expect(result).toEqual({ embeddings: [Float32Array.of(1), Float32Array.of(2)], inputTokens: undefined });
      await embed({ texts: ["one", "two"] });
      expect(asked.map(({ body }) => (body as { input_type: string }).input_type)).toEqual([
        "search_query",
        "search_document",
      ]);
    },
  );

  it("asks nothing for no texts, and refuses more than the model takes, or another model", async () => {
    const { asked, embed } = modelWith(titan, {});
    expect(await embed({ texts: [] })).toEqual({ embeddings: [], inputTokens: 0 });
    await expect(embed({ texts: ["a", "b"] })).rejects.toMatchObject({ code: "invalid-argument" });
    expect(asked).toEqual([]);
    expect(() => modelWith("amazon.nova-lite-v1:0", {}).embed({ texts: [] })).toThrow("embedding model");
  });

  it.each([
    [titan, {}, "embeddings[0]: missing"],
    [titan, { embedding: [1, "two"] }, "embeddings[0]: a value that is no number"],
    [cohere, { embeddings: [[1], [2]] }, "embeddings: 2 vectors, expected 1"],
    [cohere, { embeddings: {} }, "embeddings: missing"],
  ])("refuses an answer of %s that is none: %j", async (model, answer, message) => {
    await expect(modelWith(model, answer).embed({ texts: ["one"] })).rejects.toMatchObject({
      code: "response",
      provider: "bedrock",
      message: expect.stringContaining(message),
    });
  });
});
