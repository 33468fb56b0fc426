import { afterEach, describe, expect, test } from "vitest";
import { EmbeddingRequestError } from "../embedding-request-error.js";
import { hostedEmbedder } from "../hosted-embedder.js";
import type { HostedEmbedderOptions } from "../hosted-options.js";
import { hostedOrigin } from "../hosted-origin.js";
import { type Loopback, openAiAnswer, reply, startLoopback, vectorOf } from "../loopback.fixture.js";

let server: Loopback;
afterEach(() => server.close());

const texts = ["hello", "world!"];
const vectors = texts.map(vectorOf);

interface Provider {
  options: HostedEmbedderOptions;
  path: string;
  body: unknown;
  answer: unknown;
  id: string;
}

// requests and answers as the providers document them
const providers: Provider[] = [
  {
    options: { provider: "openai", model: "m", encoding: "float" },
    path: "/embeddings",
    body: { model: "m", input: texts, encoding_format: "float" },
    answer: { object: "list", model: "m", usage: { prompt_tokens: 2, total_tokens: 2 }, ...openAiAnswer(texts) },
    id: "openai:m",
  },
  {
    options: { provider: "cohere", model: "m" },
    path: "/v2/embed",
    body: { model: "m", texts, input_type: "classification", embedding_types: ["float"], truncate: "END" },
    answer: { id: "1", embeddings: { float: vectors }, texts, meta: { billed_units: { input_tokens: 2 } } },
    id: "cohere:m/classification",
  },
  {
    options: { provider: "voyage", model: "m", inputType: "query" },
    path: "/embeddings",
    body: { model: "m", input: texts, input_type: "query", truncation: true, encoding_format: "base64" },
    answer: { object: "list", ...openAiAnswer(texts, "base64"), model: "m", usage: { total_tokens: 2 } },
    id: "voyage:m/query",
  },
  {
    options: { provider: "ollama", model: "m" },
    path: "/api/embed",
    body: { model: "m", input: texts, truncate: true },
    answer: { model: "m", embeddings: vectors, total_duration: 1, load_duration: 1, prompt_eval_count: 2 },
    id: "ollama:m",
  },
  {
    options: { provider: "workers-ai", model: "@cf/made/up" },
    path: "/ai/run/@cf/made/up",
    body: { text: texts },
    answer: { result: { shape: [2, 3], data: vectors }, success: true, errors: [], messages: [] },
    id: "workers-ai:@cf/made/up",
  },
];

describe.each(providers)("$options.provider", ({ options, path, body, answer, id }) => {
  test("is asked and read as documented", async () => {
    server = await startLoopback((_, _n, response) => reply(response, answer));
    const embedder = hostedEmbedder({ ...options, apiKey: "key", baseUrl: server.url, dimensions: 3 });
    expect(Array.from(await embedder.embed(texts))).toEqual(Array.from(Float32Array.from(vectors.flat())));
    expect(server.requests).toMatchObject([{ path, headers: { authorization: "Bearer key" } }]);
    expect(server.requests[0].body).toEqual(body);
    expect(embedder).toMatchObject({ id, origin: { provider: options.provider, model: options.model } });
    expect(embedder.host).toBe(new URL(server.url).host);
    // known without the dimensions, which may first have to be asked for
    const origin = { provider: options.provider, model: options.model, host: embedder.host };
    expect(hostedOrigin({ ...options, baseUrl: server.url })).toEqual(origin);
  });

  test("without a key sends none, and an answer without vectors is named", async () => {
    server = await startLoopback((_, _n, response) => reply(response, { success: false, errors: [{ code: 1 }] }));
    const embedder = hostedEmbedder({ ...options, baseUrl: server.url, dimensions: 3 });
    await expect(embedder.embed(texts)).rejects.toSatisfy(
      (error) => EmbeddingRequestError.isInstance(error) && error.code === "response" && /without/.test(error.message),
    );
    expect(server.requests[0].headers).not.toHaveProperty("authorization");
  });
});

test.each([
  [{ provider: "openai", model: "text-embedding-3-small" }, 1536, "dimensions"],
  [{ provider: "cohere", model: "embed-v4.0" }, 1536, "output_dimension"],
  [{ provider: "voyage", model: "voyage-3.5" }, 1024, "output_dimension"],
  [{ provider: "ollama", model: "embeddinggemma" }, 768, "dimensions"],
] as Array<[HostedEmbedderOptions, number, string]>)(
  "a known model of %o has %i dimensions and is asked to shorten by %s",
  async (options, own, field) => {
    server = await startLoopback((_, _n, response) => reply(response, {}, 400));
    const sent = async (dimensions: number | undefined): Promise<unknown> => {
      const embedder = hostedEmbedder({ ...options, baseUrl: server.url, dimensions });
      expect(embedder.dimensions).toBe(dimensions ?? own);
      await expect(embedder.embed(["a"])).rejects.toMatchObject({ status: 400 });
      return server.requests.at(-1)?.body[field];
    };
    expect(await sent(undefined)).toBeUndefined();
    expect(await sent(256)).toBe(256);
  },
);

test("Cloudflare's address needs an account, and its models are named by path", async () => {
  server = await startLoopback(() => {});
  const workersAi = (over: object) => hostedEmbedder({ provider: "workers-ai", model: "@cf/baai/bge-m3", ...over });
  expect(workersAi({ accountId: "abc123" })).toMatchObject({ dimensions: 1024, host: "api.cloudflare.com" });
  expect(() => workersAi({})).toThrow("accountId: missing");
  expect(() => workersAi({ accountId: "../x" })).toThrow("accountId: not letters and digits");
  expect(() => workersAi({ accountId: "a", model: "../../x?y" })).toThrow("model: not a name");
});
