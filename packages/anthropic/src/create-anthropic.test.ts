import Anthropic from "@anthropic-ai/sdk";
import { ProviderError } from "@onehead/provider";
import { describe, expect, expectTypeOf, test } from "vitest";
import recorded from "./__fixtures__/messages.json" with { type: "json" };
import { type AnthropicClient, createAnthropic } from "./index.js";

const apiKey = "a-secret-key";
const request = { messages: [{ role: "user" as const, content: "Hi" }] };

/** A fetch that answers, and what it was called with. */
function recording() {
  const calls: Array<{ url: string; headers: Headers; body: Record<string, unknown> }> = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    calls.push({ url: String(input), headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) });
    return Response.json(recorded.answer);
  };
  return { calls, fetch };
}

test("the official client is one", () => {
  expectTypeOf<Anthropic>().toExtend<AnthropicClient>();
  const client: AnthropicClient = new Anthropic({ apiKey });
  expect(createAnthropic({ client }).id).toBe("anthropic");
});

describe("a request", () => {
  test("by plain fetch has the key and the version of the interface", async () => {
    const { calls, fetch } = recording();
    await createAnthropic({ apiKey, fetch }).chatModel("claude-haiku-4-5").generate(request);
    expect(calls[0].url).toBe("https://api.anthropic.com/v1/messages");
    expect(calls[0].headers.get("x-api-key")).toBe(apiKey);
    expect(calls[0].headers.get("anthropic-version")).toBe("2023-06-01");
  });

  test.each(["fetch", "client"])(
    "by %s keeps a temperature by the older version, unless headers say another",
    async (style) => {
      const { calls, fetch } = recording();
      const settings = style === "fetch" ? { apiKey, fetch } : { client: new Anthropic({ apiKey, fetch }) };
      const model = createAnthropic(settings).chatModel("claude-haiku-4-5");
      await model.generate({ ...request, temperature: 0.2 });
      await model.generate({ ...request, headers: { "anthropic-version": "2026-10-21", "anthropic-beta": "x" } });
      expect(calls[0].headers.get("anthropic-version")).toBe("2023-06-01");
      expect(calls[0].body["temperature"]).toBe(0.2);
      expect(calls[1].headers.get("anthropic-version")).toBe("2026-10-21");
      expect(calls[1].headers.get("anthropic-beta")).toBe("x");
    },
  );

  test("for a long answer is made by the client, which would rather stream it", async () => {
    const { calls, fetch } = recording();
    const model = createAnthropic({ client: new Anthropic({ apiKey, fetch }) }).chatModel("claude-sonnet-5");
    await model.generate({ ...request, maxOutputTokens: 64_000 });
    expect(calls[0].body["max_tokens"]).toBe(64_000);
  });

  test("goes by the id of the provider", async () => {
    const { calls, fetch } = recording();
    const provider = createAnthropic({ apiKey, fetch, provider: "zai", baseUrl: "https://api.z.ai/api/anthropic/" });
    const model = provider.chatModel("glm-5");
    await model.generate({ ...request, providerOptions: { zai: { do_sample: false }, anthropic: { x: 1 } } });
    expect([provider.id, model.provider]).toEqual(["zai", "zai"]);
    expect(calls[0].url).toBe("https://api.z.ai/api/anthropic/v1/messages");
    expect(calls[0].body).toMatchObject({ model: "glm-5", do_sample: false });
    expect(calls[0].body).not.toHaveProperty("x");
  });
});

test.each<[string, () => unknown]>([
  ["client", () => createAnthropic({ client: { baseURL: "x" } as never })],
  ["baseUrl", () => createAnthropic({ apiKey, baseUrl: "ftp://host" })],
  ["timeoutMs", () => createAnthropic({ apiKey, timeoutMs: 0 })],
  ["idleTimeoutMs", () => createAnthropic({ apiKey, idleTimeoutMs: Number.NaN })],
  ["model", () => createAnthropic({ apiKey }).chatModel("")],
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
