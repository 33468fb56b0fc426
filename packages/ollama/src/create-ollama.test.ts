import { ProviderError, ProviderHttpError } from "@onehead/provider";
import { Ollama } from "ollama";
import { Ollama as BrowserOllama } from "ollama/browser";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import recorded from "./__fixtures__/chat.json" with { type: "json" };
import { createOllama, type OllamaClient, type OllamaSettings } from "./index.js";

interface Sent {
  url: string;
  headers: Headers;
  signal: AbortSignal;
  body: Record<string, unknown>;
}

type Fetch = typeof globalThis.fetch;

function stub(answer: () => Response): { fetch: Fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = (await request.json()) as Record<string, unknown>;
    sent.push({ url: request.url, headers: request.headers, signal: request.signal, body });
    return answer();
  };
  return { fetch, sent };
}

const styles: ReadonlyArray<
  [string, (fetch: Fetch, rest?: Partial<OllamaSettings>) => ReturnType<typeof createOllama>]
> = [
  ["plain fetch", (fetch, rest) => createOllama({ fetch, ...rest } as OllamaSettings)],
  ["official client", (fetch, rest) => createOllama({ client: new Ollama({ fetch }), ...rest } as OllamaSettings)],
  [
    "client of browsers",
    (fetch, rest) => createOllama({ client: new BrowserOllama({ fetch }), ...rest } as OllamaSettings),
  ],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(styles)("createOllama, %s", (_, create) => {
  test("a chat goes to the server on this machine, with the headers of the call", async () => {
    const { fetch, sent } = stub(() => Response.json(recorded.answer));
    const { usage } = await create(fetch, { keepAlive: 60 })
      .chatModel("qwen3:8b")
      .generate({ messages: [{ role: "user", content: "Hi" }], headers: { "x-tag": "one" } });
    expect(sent[0].url).toBe("http://127.0.0.1:11434/api/chat");
    expect(sent[0].headers.get("x-tag")).toBe("one");
    expect(sent[0].headers.has("authorization")).toBe(false);
    expect(sent[0].body).toMatchObject({ model: "qwen3:8b", stream: false, keep_alive: 60 });
    expect(usage.raw).toMatchObject({ prompt_eval_count: 1219, eval_count: 310 });
  });

  test("an image whose base64 is the path of a file is no file", async () => {
    const { fetch, sent } = stub(() => Response.json(recorded.answer));
    const image = { type: "image" as const, data: "//etc/passwd", mediaType: "image/png" };
    await create(fetch)
      .chatModel("m")
      .generate({ messages: [{ role: "user", content: [image] }] });
    expect(sent[0].body["messages"]).toEqual([{ role: "user", content: "", images: ["//etc/passwd"] }]);
  });

  test("a line that is no JSON is an error, and nothing is written to the console", async () => {
    const written = [vi.spyOn(console, "warn"), vi.spyOn(console, "log"), vi.spyOn(console, "error")];
    const lines = `${JSON.stringify(recorded.events[2])}\n{"secret":\n${JSON.stringify(recorded.events[4])}\n`;
    const { fetch } = stub(() => new Response(lines));
    const stream = await create(fetch)
      .chatModel("m")
      .stream({ messages: [{ role: "user", content: "Hi" }] });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toThrow("an event that is no JSON");
    for (const spy of written) expect(spy).not.toHaveBeenCalled();
  });

  test("a refusal keeps its status and wait, and none of its words", async () => {
    const { fetch } = stub(() =>
      Response.json({ error: "tell nobody" }, { status: 429, headers: { "retry-after": "3" } }),
    );
    const error: unknown = await create(fetch)
      .chatModel("m")
      .generate({ messages: [{ role: "user", content: "Hi" }] })
      .catch((thrown: unknown) => thrown);
    expect(ProviderHttpError.isInstance(error) && error).toMatchObject({ status: 429, retryAfterMs: 3000 });
    expect(String(error)).not.toContain("nobody");
  });

  test("embeddings stand in the order of the texts", async () => {
    const { fetch, sent } = stub(() => Response.json(recorded.embeddings));
    const model = create(fetch, { keepAlive: "1m" }).embeddingModel("nomic-embed-text");
    const { embeddings, inputTokens } = await model.embed({ texts: ["a", "b"], dimensions: 2 });
    expect(embeddings.map((vector) => [...vector])).toEqual([
      [1, -2],
      [-0.5, 0.25],
    ]);
    expect(inputTokens).toBe(8);
    expect(sent[0].url).toBe("http://127.0.0.1:11434/api/embed");
    expect(sent[0].body).toEqual({ model: "nomic-embed-text", input: ["a", "b"], dimensions: 2, keep_alive: "1m" });
    expect(await model.embed({ texts: [] })).toEqual({ embeddings: [], inputTokens: 0 });
    await expect(model.embed({ texts: new Array<string>(513).fill("a") })).rejects.toThrow("at most 512");
    await expect(model.embed({ texts: ["a"] })).rejects.toThrow("2 vectors, expected 1");
  });

  test("an aborted embedding gives its connection up", async () => {
    const controller = new AbortController();
    const fetch: Fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        controller.abort();
      });
    const call = create(fetch)
      .embeddingModel("m")
      .embed({ texts: ["a"], signal: controller.signal });
    await expect(call).rejects.toThrow("aborted by the caller");
  });
});

describe("settings", () => {
  test("the official clients are ones that can be handed in", () => {
    expectTypeOf<Ollama>().toExtend<OllamaClient>();
    expectTypeOf<BrowserOllama>().toExtend<OllamaClient>();
  });

  test("a key is sent as a bearer", async () => {
    const { fetch, sent } = stub(() => Response.json(recorded.answer));
    const cloud = createOllama({ baseUrl: "https://ollama.com", apiKey: "a-key", fetch });
    await cloud.chatModel("gpt-oss:120b").generate({ messages: [{ role: "user", content: "Hi" }] });
    expect(sent[0].url).toBe("https://ollama.com/api/chat");
    expect(sent[0].headers.get("authorization")).toBe("Bearer a-key");
  });

  test("a client's address is named in errors, also behind a proxy without one", async () => {
    // the client itself complains of the address that its proxy setting leaves it
    vi.spyOn(console, "error").mockImplementation(() => {});
    const fetch: Fetch = async () => Response.json({});
    const messages = [{ role: "user" as const, content: "Hi" }];
    const named = createOllama({ client: new Ollama({ host: "https://gpu.example.com", fetch }) }).chatModel("m");
    await expect(named.generate({ messages })).rejects.toThrow("ollama at gpu.example.com");
    const proxied = createOllama({ client: new Ollama({ proxy: true, fetch }) }).chatModel("m");
    await expect(proxied.generate({ messages })).rejects.toThrow(/^ollama: chat answer: message: missing/);
  });

  test.each<[string, () => unknown]>([
    ["baseUrl", () => createOllama({ baseUrl: "127.0.0.1:11434", apiKey: "a-key" })],
    ["keepAlive", () => createOllama({ keepAlive: Number.NaN, apiKey: "a-key" })],
    ["idleTimeoutMs", () => createOllama({ idleTimeoutMs: 0, apiKey: "a-key" })],
    ["model", () => createOllama({ apiKey: "a-key" }).chatModel("")],
    ["model", () => createOllama({ apiKey: "a-key" }).embeddingModel("")],
  ])("a bad %s is named, and no key", (name, create) => {
    expect(create).toThrow(
      expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "invalid-argument"),
    );
    expect(create).toThrow(name);
    expect(create).not.toThrow("a-key");
  });

  test("an object that is no client is told so", async () => {
    const client = { chat: async () => recorded.answer } as unknown as OllamaClient;
    const provider = createOllama({ client });
    expect((await provider.chatModel("m").generate({ messages: [{ role: "user", content: "Hi" }] })).finishReason).toBe(
      "stop",
    );
    await expect(provider.embeddingModel("m").embed({ texts: ["a"] })).rejects.toThrow("client: without embed");
  });
});
