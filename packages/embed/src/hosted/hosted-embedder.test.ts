import { OneheadError } from "@onehead/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EmbeddingRequestError } from "./embedding-request-error.js";
import { hostedEmbedder } from "./hosted-embedder.js";
import type { OpenAiOptions } from "./hosted-options.js";
import { type Answer, type Loopback, openAiAnswer, reply, startLoopback, vectorOf } from "./loopback.fixture.js";
import { measureDimensions } from "./measure-dimensions.js";

const secret = "sk-never-shown";
// in prompts and bodies only
const canary = "xylophonist";

let server: Loopback;
let answer: Answer;
beforeEach(async () => {
  answer = ({ body }, _, response) => reply(response, openAiAnswer(body["input"] as string[]));
  server = await startLoopback((request, n, response) => answer(request, n, response));
});
afterEach(() => server.close());

const options = (over: Partial<OpenAiOptions> = {}): OpenAiOptions => ({
  provider: "openai",
  model: "made-up",
  baseUrl: `${server.url}/v1/`,
  apiKey: secret,
  dimensions: 3,
  backOffMs: 1,
  retries: 2,
  ...over,
});
const embedderWith = (over: Partial<OpenAiOptions> = {}) => hostedEmbedder(options(over));
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${"abcdefgh"[i % 8]}${"x".repeat(i)}`);
const rows = (list: readonly string[]): number[] => Array.from(Float32Array.from(list.flatMap(vectorOf)));
const inputsOf = (request: Loopback["requests"][number]): string[] => request.body["input"] as string[];

/** The error of a call, after checking that it says nothing that it must not. */
async function failureOf(call: Promise<unknown>): Promise<EmbeddingRequestError> {
  const error: unknown = await call.then(
    () => new Error("no failure"),
    (thrown: unknown) => thrown,
  );
  expect(EmbeddingRequestError.isInstance(error) || OneheadError.isInstance(error), String(error)).toBe(true);
  const { message, stack, cause } = error as EmbeddingRequestError;
  for (const text of [message, stack, String(cause), JSON.stringify(error)]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(canary);
  }
  return error as EmbeddingRequestError;
}

describe("vectors", () => {
  test("stand in the order of the texts, batch by batch", async () => {
    const list = texts(23);
    const vectors = await embedderWith({ batchTexts: 5 }).embed(list);
    expect(Array.from(vectors)).toEqual(rows(list));
    expect(server.requests.map((request) => inputsOf(request).length)).toEqual([5, 5, 5, 5, 3]);
    expect(server.requests[0]).toMatchObject({
      path: "/v1/embeddings",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: { model: "made-up", encoding_format: "base64" },
    });
  });

  test.each(["float", "base64"] as const)("come as %s, in any order of index", async (form) => {
    answer = ({ body }, _, response) => {
      const { data } = openAiAnswer(body["input"] as string[], form);
      reply(response, { data: [...data.slice(3), ...data.slice(0, 3).reverse()] });
    };
    expect(Array.from(await embedderWith({ encoding: form }).embed(texts(7)))).toEqual(rows(texts(7)));
    expect(server.requests[0].body["encoding_format"]).toBe(form);
  });

  test("of blank texts are zeros, and blank texts are not sent", async () => {
    const vectors = await embedderWith().embed(["", "b", " \n"]);
    expect(Array.from(vectors)).toEqual([0, 0, 0, ...vectorOf("b"), 0, 0, 0]);
    expect(inputsOf(server.requests[0])).toEqual(["b"]);
    expect(await embedderWith().embed([])).toEqual(new Float32Array());
    expect(server.requests).toHaveLength(1);
  });

  test("of equal texts are asked for once, and known ones not again until the cache forgets them", async () => {
    const embedder = embedderWith({ cacheEntries: 2, batchTexts: 1, concurrency: 1 });
    await embedder.embed(["a", "bb", "a", "a"]);
    expect(server.requests.flatMap(inputsOf)).toEqual(["a", "bb"]);
    // the use of "a" makes "bb" the oldest
    expect(Array.from(await embedder.embed(["a"]))).toEqual(vectorOf("a"));
    await embedder.embed(["ccc"]);
    expect(server.requests).toHaveLength(3);
    await embedder.embed(["a", "bb"]);
    expect(server.requests.flatMap(inputsOf)).toEqual(["a", "bb", "ccc", "bb"]);
  });

  test("a text that is too long is cut before it is sent, and a lone surrogate replaced", async () => {
    await embedderWith({ textTokens: 10 }).embed([`\ud800 ${"word ".repeat(1000)}`]);
    const [sent] = inputsOf(server.requests[0]);
    expect(sent.startsWith("\ufffd word word")).toBe(true);
    expect(sent.length).toBeLessThan(80);
  });

  test("a batch keeps the limit of tokens, but for a text that alone has more", async () => {
    await embedderWith({ batchTokens: 30 }).embed([
      "word ".repeat(100),
      "one",
      "two",
      "word ".repeat(20),
      "three ".repeat(9),
    ]);
    const batches = server.requests.map((request) => inputsOf(request).map((text) => text.slice(0, 5)));
    expect(batches).toEqual(expect.arrayContaining([["word "], ["one", "two", "word "], ["three"]]));
  });
});

describe("a failure that may go away is tried again", () => {
  test.each([500, 502, 503, 504, 529, 408, 429])("status %i", async (status) => {
    answer = ({ body }, n, response) => {
      if (n < 2) reply(response, { error: canary }, status);
      else reply(response, openAiAnswer(body["input"] as string[]));
    };
    expect(Array.from(await embedderWith().embed(["a"]))).toEqual(vectorOf("a"));
    expect(server.requests).toHaveLength(3);
  });

  test("a broken connection and a body that is not JSON", async () => {
    answer = ({ body }, n, response) => {
      if (n === 0) response.destroy();
      else if (n === 1) response.end(`{"data": [${canary}`);
      else reply(response, openAiAnswer(body["input"] as string[]));
    };
    expect(Array.from(await embedderWith().embed(["a"]))).toEqual(vectorOf("a"));
  });

  test("until the tries are used up: the error names provider, host, status and attempt", async () => {
    answer = (_, _n, response) => reply(response, { error: { message: `${canary} ${secret}` } }, 503);
    const error = await failureOf(embedderWith().embed([canary]));
    expect(error).toMatchObject({ code: "http", provider: "openai", status: 503, attempts: 3 });
    expect(error.message).toBe(`embed: openai at ${new URL(server.url).host}: status 503, expected 200 (attempt 3)`);
  });

  test("a server that is not there is named by the system's code", async () => {
    await server.close();
    const error = await failureOf(embedderWith().embed([canary]));
    expect(error).toMatchObject({ code: "http", status: null, attempts: 3 });
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("an answer that does not come in time is a timeout, and its connection is given up", async () => {
    answer = () => {};
    const error = await failureOf(embedderWith({ timeoutMs: 20, retries: 1 }).embed([canary]));
    expect(error).toMatchObject({ code: "timeout", status: null, attempts: 2 });
    await vi.waitFor(() => expect(server.broken()).toBe(2));
  });

  test("a body that stops half-way is a timeout too", async () => {
    answer = (_, _n, response) => void response.write('{"data": [');
    expect(await failureOf(embedderWith({ timeoutMs: 20, retries: 0 }).embed([canary]))).toMatchObject({
      code: "timeout",
      status: 200,
    });
  });
});

describe("Retry-After", () => {
  const forms: Array<[string, (seconds: number) => string]> = [
    ["seconds", String],
    ["an HTTP date", (seconds) => new Date(Date.now() + 1000 * seconds).toUTCString()],
  ];

  test.each(forms)("in %s is kept instead of the back-off", async (_, header) => {
    answer = ({ body }, n, response) => {
      if (n === 0) reply(response, {}, 429, { "retry-after": header(0) });
      else reply(response, openAiAnswer(body["input"] as string[]));
    };
    // the back-off alone would outlast the test
    const embedder = embedderWith({ backOffMs: 3_600_000, longestWaitMs: 3_600_000 });
    expect(Array.from(await embedder.embed(["a"]))).toEqual(vectorOf("a"));
  });

  test.each(forms)("in %s that is too long ends the tries", async (_, header) => {
    answer = (_request, _n, response) => reply(response, {}, 429, { "retry-after": header(7200) });
    const error = await failureOf(embedderWith().embed([canary]));
    expect(error).toMatchObject({ code: "http", status: 429, attempts: 1 });
    expect(error.message).toMatch(/asks for a wait of 7(200|199) s, expected at most 60 s/);
  });
});

describe("a failure that stays is not tried again", () => {
  test.each([400, 401, 403, 404, 413, 307])("status %i", async (status) => {
    answer = (_, _n, response) => reply(response, { error: canary }, status, { location: "http://elsewhere.invalid/" });
    expect(await failureOf(embedderWith().embed([canary]))).toMatchObject({ code: "http", status, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["of other dimensions", { data: [{ index: 0, embedding: [1, 2] }] }, "vector 0 has 2 dimensions, expected 3"],
    ["with null", { data: [{ index: 0, embedding: [1, null, 2] }] }, "vector 0 has null at 1, expected a number"],
    ["beyond float32", { data: [{ index: 0, embedding: [1, 2, 1e300] }] }, "Infinity at 2"],
    ["with NaN in base64", { data: [{ index: 0, embedding: "AAAAAAAAwH8AAAAA" }] }, "NaN at 1"],
    ["in broken base64", { data: [{ index: 0, embedding: `${canary}!` }] }, "not base64"],
    ["in base64 of odd length", { data: [{ index: 0, embedding: "AAAAAAA=" }] }, "5 bytes"],
    ["of text", { data: [{ index: 0, embedding: { [canary]: 1 } }] }, "object, expected numbers or base64"],
    ["too many", { data: [0, 1].map((index) => ({ index, embedding: [1, 2, 3] })) }, "2 vectors, expected 1"],
    ["of a foreign index", { data: [{ index: 4, embedding: [1, 2, 3] }] }, "index 4"],
    ["without index", { data: [{ embedding: [1, 2, 3] }] }, "index undefined"],
    ["nowhere", { [canary]: [] }, "an answer without data"],
    ["as no list", { data: canary }, "data of type string, expected a list"],
    ["as null", null, "an answer without data"],
  ])("vectors %s", async (_, body, message) => {
    answer = (_request, _n, response) => reply(response, body);
    const error = await failureOf(embedderWith().embed([canary]));
    expect(error).toMatchObject({ code: "response", status: 200, attempts: 1 });
    expect(error.message).toContain(message);
  });

  test("an index that comes twice", async () => {
    answer = (_, _n, response) => reply(response, { data: [0, 0].map((index) => ({ index, embedding: [1, 2, 3] })) });
    expect((await failureOf(embedderWith().embed(["a", "b"]))).message).toContain("index 0 twice");
  });
});

describe("requests that are under way", () => {
  test("are at most as many as allowed, over all calls of one embedder", async () => {
    let open = 0;
    let most = 0;
    answer = ({ body }, _, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        reply(response, openAiAnswer(body["input"] as string[]));
      }, 2);
    };
    const embedder = embedderWith({ batchTexts: 1, concurrency: 3 });
    await Promise.all([embedder.embed(texts(8)), embedder.embed(texts(16).slice(8))]);
    expect(server.requests).toHaveLength(16);
    expect(most).toBe(3);
  });

  test("end when the signal is aborted, with the code aborted and the signal's reason", async () => {
    const controller = new AbortController();
    answer = () => controller.abort("enough");
    const error = await failureOf(embedderWith().embed([canary], { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted", cause: "enough" });
    await vi.waitFor(() => expect(server.broken()).toBe(1));
    expect(await failureOf(embedderWith().embed(["a"], { signal: controller.signal }))).toMatchObject({
      code: "aborted",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("an abort ends a wait between tries", async () => {
    const controller = new AbortController();
    answer = (_, _n, response) => {
      reply(response, {}, 500);
      setTimeout(() => controller.abort(), 5);
    };
    const embedder = embedderWith({ backOffMs: 3_600_000, longestWaitMs: 3_600_000 });
    expect(await failureOf(embedder.embed([canary], { signal: controller.signal }))).toMatchObject({ code: "aborted" });
  });

  test("are stopped by a failure of another, and what has arrived is not asked for again", async () => {
    let broken = true;
    answer = ({ body }, _, response) => {
      const [text] = body["input"] as string[];
      if (text === "bad" && broken) reply(response, {}, 400);
      else if (text === "slow" && broken) return;
      else reply(response, openAiAnswer([text]));
    };
    const embedder = embedderWith({ batchTexts: 1, concurrency: 1 });
    expect(await failureOf(embedder.embed(["good", "bad", "slow"]))).toMatchObject({ code: "http", status: 400 });
    broken = false;
    await embedder.embed(["good", "bad", "slow"]);
    expect(server.requests.flatMap(inputsOf)).toEqual(["good", "bad", "bad", "slow"]);
  });
});

describe("options", () => {
  test.each([
    [{ provider: "other" }, "provider: other"],
    [{ model: "" }, "model: missing"],
    [{ dimensions: undefined }, "dimensions: unknown for openai model made-up"],
    [{ dimensions: 0.5 }, "dimensions: 0.5"],
    [{ retries: -1 }, "retries: -1"],
    [{ timeoutMs: Number.NaN }, "timeoutMs: NaN"],
    [{ concurrency: 0 }, "concurrency: 0"],
    [{ baseUrl: "nonsense" }, "baseUrl: not an address"],
    [{ baseUrl: "file:///etc/passwd" }, "baseUrl: file:"],
    [{ baseUrl: `http://user:${secret}@localhost` }, "baseUrl: one with credentials"],
    [{ baseUrl: `http://localhost/?key=${secret}` }, "baseUrl: one with credentials, a query"],
    [{ apiKey: `${secret}\n` }, "apiKey: holds a space"],
    [{ apiKey: "" }, "apiKey: empty"],
    [{ apiKey: null }, "apiKey: object, expected text"],
    [{ headers: { "x-key": `${secret}\n\n${secret}` } }, "headers: x-key"],
  ])("%o are refused with %s", async (over, message) => {
    const error = await failureOf((async () => embedderWith(over as Partial<OpenAiOptions>))());
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toContain(message);
  });

  test("what is no options, and a text in the place of a list, are refused by name", async () => {
    expect(() => hostedEmbedder(null as never)).toThrow("options: null, expected an object");
    const embedded = embedderWith({}).embed("abc" as never);
    await expect(embedded).rejects.toThrow("embed: texts: string, expected a list of texts");
    for (const text of [null, undefined, 1]) {
      const message = `embed: texts[1]: ${typeof text}, expected text`;
      await expect(embedderWith({}).embed(["a", text as never])).rejects.toThrow(message);
    }
  });

  test("say which function from text to vector it is", () => {
    const idOf = (over: Partial<OpenAiOptions>) => embedderWith(over).id;
    expect(idOf({})).toBe("openai:made-up");
    expect(idOf({ baseUrl: "http://elsewhere:8080", apiKey: undefined })).toBe("openai:made-up");
    expect(idOf({ textTokens: 100 })).toBe("openai:made-up/first-100-tokens");
    expect(idOf({ model: "text-embedding-3-small", dimensions: undefined })).toBe("openai:text-embedding-3-small");
    expect(idOf({ model: "text-embedding-3-small", dimensions: 256 })).toBe("openai:text-embedding-3-small/256");
    expect(embedderWith({ model: "text-embedding-3-large", dimensions: undefined }).dimensions).toBe(3072);
  });

  test("dimensions that nobody knows are measured with one word", async () => {
    expect(await measureDimensions(options({ dimensions: undefined }))).toBe(3);
    expect(server.requests.flatMap(inputsOf)).toEqual(["dimensions"]);
    expect(await measureDimensions(options({ model: "text-embedding-3-small", dimensions: undefined }))).toBe(1536);
    expect(server.requests).toHaveLength(1);
  });
});
