import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeUpstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

const ask = (content: string) => ({ model: "auto", messages: [{ role: "user" as const, content }] });

describeUpstreams(["openai", "anthropic", "google"], (under) => {
  const open = (maxRetries = 0) => {
    let requests = 0;
    const client = new OpenAI({
      baseURL: `${under.gateway.url}/v1`,
      apiKey: "any",
      maxRetries,
      fetch: (url, init) => {
        requests++;
        return fetch(url, init);
      },
    });
    return { client, requests: () => requests };
  };

  test("a 400 of the provider is the client's BadRequestError, and no other model is asked", async () => {
    const { client } = open();
    under.mock.clearRequests();
    await expect(client.chat.completions.create(ask("refuse me"))).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    expect(under.mock.getRequests()).toHaveLength(1);
  });

  test("a 429 of every candidate is a RateLimitError, which says how long to wait", async () => {
    const { client } = open();
    const error: unknown = await client.chat.completions.create(ask("too often")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(Number((error as InstanceType<typeof OpenAI.RateLimitError>).headers?.get("retry-after"))).toBeGreaterThan(
      0,
    );
  });

  test("a fault of every candidate is one InternalServerError: the client's own retries do not multiply ours", async () => {
    const { client, requests } = open(2);
    const error: unknown = await client.chat.completions.create(ask("break")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(requests()).toBe(1);
    const { headers, requestID } = error as InstanceType<typeof OpenAI.InternalServerError>;
    expect(requestID).toMatch(/^req_/);
    const logged = await under.gateway.decision(headers?.get("x-onehead-decision-id") ?? "");
    expect(logged.status).toBe("failed");
    expect(logged.tries.length).toBeGreaterThan(1);
  });
});

describe("what the gateway refuses itself", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ ONEHEAD_API_KEY: "a-key-of-the-gateway" });
  });
  afterAll(() => gateway.close());
  const open = (apiKey = "a-key-of-the-gateway") => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });

  test("no key and another key are an AuthenticationError, the key is none", async () => {
    await expect(open("another").chat.completions.create(ask("hello"))).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    const { choices } = await open().chat.completions.create(ask("hello"));
    expect(choices[0].message.content).toContain("hello");
  });

  test("a model that nobody has is a NotFoundError with OpenAI's own code", async () => {
    const request = { ...ask("hello"), model: "no-such-model" };
    await expect(open().chat.completions.create(request)).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      param: "model",
    });
    await expect(open().models.retrieve("no-such-model")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test.each([
    ["messages", { model: "auto" }],
    ["messages[0].role", { model: "auto", messages: [{ role: "nobody", content: "x" }] }],
    ["temperature", { ...ask("hello"), temperature: "hot" }],
    ["model", { messages: ask("hello").messages }],
  ])("a bad %s is a BadRequestError naming it", async (param, body) => {
    await expect(open().chat.completions.create(body as never)).rejects.toMatchObject({
      status: 400,
      type: "invalid_request_error",
      param,
    });
  });

  test("models.list has auto first, and retrieve finds each", async () => {
    const ids: string[] = [];
    for await (const model of open().models.list()) ids.push(model.id);
    expect(ids[0]).toBe("auto");
    expect(ids.length).toBeGreaterThan(5);
    for (const id of ids) expect(await open().models.retrieve(id)).toMatchObject({ id, object: "model" });
  });
});

describeUpstreams(["openai", "anthropic", "google"], (under) => {
  test("a request that is given up before its answer is aborted upstream, and on record as aborted", async () => {
    const client = new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", maxRetries: 0 });
    const given = client.chat.completions.create(ask("Answer slowly"), { signal: AbortSignal.timeout(300) });
    await expect(given).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    const latest = async () => {
      const response = await fetch(`${under.gateway.url}/api/decisions?limit=1`);
      const { decisions } = (await response.json()) as { decisions: Array<{ status: string }> };
      return decisions[0]?.status;
    };
    await expect.poll(latest, { timeout: 5_000 }).toBe("aborted");
  });

  test("a stream that is left is aborted upstream and settled with what was seen of it", async () => {
    const { fetch, ids } = notingFetch();
    const client = new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch });
    const stream = await client.chat.completions.create({ ...ask("Speak at length"), stream: true });
    let pieces = 0;
    for await (const _ of stream) if (++pieces === 3) stream.controller.abort();
    const left = async () => (await under.gateway.decision(ids[0])).status;
    await expect.poll(left, { timeout: 5_000 }).toBe("left");
    const logged = await under.gateway.decision(ids[0]);
    expect(logged.usage?.outputTokens).toBeGreaterThan(0);
    expect(logged.usage?.outputTokens).toBeLessThan(100);
    expect(logged.unresolvedTries).toBe(1);
  });
});
