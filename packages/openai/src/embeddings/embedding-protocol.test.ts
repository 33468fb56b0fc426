import { ProviderHttpError, ProviderResponseError, ProviderTimeoutError } from "@onehead/provider";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { createOpenAI } from "../index.js";

/** A model whose server answers so, and the bodies that it was sent. */
function modelWith(answer: () => Response | Promise<Response>, style: "fetch" | "client" = "fetch") {
  const bodies: Array<Record<string, unknown>> = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return answer();
  };
  const client = () => new OpenAI({ apiKey: "k", fetch, logLevel: "off" });
  const provider = createOpenAI(style === "client" ? { client: client() } : { apiKey: "k", fetch });
  return { model: provider.embeddingModel("text-embedding-3-small"), bodies };
}

const data = (...entries: unknown[]) => ({ data: entries, usage: { prompt_tokens: 5 } });
const embed = (body: unknown, texts = ["a", "b"]) => modelWith(() => Response.json(body)).model.embed({ texts });

describe("vectors", () => {
  test.each(["fetch", "client"] as const)("are those of the texts, by %s", async (style) => {
    const answer = data({ index: 0, embedding: [0.5, -0.25] }, { index: 1, embedding: [1, 2] });
    const { model, bodies } = modelWith(() => Response.json(answer), style);
    const { embeddings, inputTokens } = await model.embed({ texts: ["a", "b"], dimensions: 2 });
    expect(embeddings).toEqual([Float32Array.of(0.5, -0.25), Float32Array.of(1, 2)]);
    expect(inputTokens).toBe(5);
    expect(bodies).toEqual([
      { model: "text-embedding-3-small", input: ["a", "b"], dimensions: 2, encoding_format: "float" },
    ]);
  });

  test("come in the order of the texts, whatever their own is", async () => {
    const { embeddings } = await embed(data({ index: 1, embedding: [2] }, { index: 0, embedding: [1] }));
    expect(embeddings).toEqual([Float32Array.of(1), Float32Array.of(2)]);
  });

  test("of a server that does not number them stay in order, and its tokens are not known", async () => {
    const answer = await embed({ data: [{ embedding: [1] }, { embedding: [2] }] });
    expect(answer).toEqual({ embeddings: [Float32Array.of(1), Float32Array.of(2)], inputTokens: undefined });
  });

  test("of no texts are none, and nobody is asked", async () => {
    const { model, bodies } = modelWith(() => Response.json({}));
    expect(await model.embed({ texts: [] })).toEqual({ embeddings: [], inputTokens: 0 });
    expect(bodies).toEqual([]);
  });

  test("of more texts than one call takes are refused", async () => {
    const { model } = modelWith(() => Response.json({}));
    const texts = new Array<string>(model.maxTexts + 1).fill("a");
    await expect(model.embed({ texts })).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("an answer", () => {
  test.each<[string, unknown, string]>([
    ["fewer vectors", data({ index: 0, embedding: [1] }), "embeddings: 1 vectors, expected 2"],
    [
      "more vectors",
      data({ embedding: [1] }, { embedding: [2] }, { embedding: [3] }),
      "embeddings: 3 vectors, expected 2",
    ],
    [
      "one twice",
      data({ index: 0, embedding: [1] }, { index: 0, embedding: [2] }),
      "1 vectors with an index of their own, expected 2",
    ],
    ["one that nobody asked for", data({ index: 0, embedding: [1] }, { index: 2, embedding: [2] }), "2 vectors"],
    ["one before the first", data({ index: 0, embedding: [1] }, { index: -1, embedding: [2] }), "2 vectors"],
    ["an index that is none", data({ index: 0, embedding: [1] }, { index: "x", embedding: [2] }), "2 vectors"],
    ["null within", data({ embedding: [1, null] }, { embedding: [2] }), "embeddings[0]: a value that is no number"],
    ["text within", data({ embedding: [1] }, { embedding: ["NaN"] }), "embeddings[1]: a value that is no number"],
    ["base64", data({ embedding: "AACAPw==" }, {}), "embeddings[0]: string, expected a list"],
    ["no list", { data: {} }, "embeddings: data: object, expected a list"],
    ["a list", [], "embeddings: a list, expected an object"],
  ])("with %s is none", async (_, body, message) => {
    const error = await embed(body).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderResponseError.isInstance);
    expect(error).toMatchObject({ provider: "openai", model: "text-embedding-3-small", host: "api.openai.com" });
    expect((error as Error).message).toContain(message);
  });

  test("of a status, or none in time, is a typed error", async () => {
    const refused = modelWith(() => Response.json({ error: { code: "invalid_api_key" } }, { status: 401 }));
    const error = await refused.model.embed({ texts: ["a"] }).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(ProviderHttpError.isInstance);
    expect(error).toMatchObject({ status: 401, reason: "invalid_api_key" });
    const silent = modelWith(() => new Promise(() => {}));
    await expect(silent.model.embed({ texts: ["a"], timeoutMs: 5 })).rejects.toSatisfy(ProviderTimeoutError.isInstance);
  });
});
