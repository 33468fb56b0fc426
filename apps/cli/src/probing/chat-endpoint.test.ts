import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OneheadError } from "@onehead/core";
import { afterEach, describe, expect, test } from "vitest";
import { type ChatEndpoint, chatEndpoint } from "./chat-endpoint.js";

const canary = "xylophonist";
const key = "sk-never-shown";
const answered = JSON.stringify({
  choices: [{ message: { content: "4" } }],
  usage: { prompt_tokens: 12, completion_tokens: 3 },
});
let close = (): void => {};
afterEach(() => close());

interface Seen {
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}

/** A server that gives its replies in turn, the last one for ever. */
async function serve(replies: Array<(response: ServerResponse, request: IncomingMessage) => void>) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push({ url: request.url, authorization: request.headers.authorization, body });
      replies[Math.min(seen.length, replies.length) - 1](response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const ask = (over: Partial<ChatEndpoint> = {}, signal = new AbortController().signal) =>
    chatEndpoint({ baseUrl, model: "m", apiKey: key, timeoutMs: 5000, retries: 2, firstWaitMs: 1, ...over })(
      `a prompt about a ${canary}`,
      signal,
    );
  return { seen, ask, baseUrl };
}
const reply =
  (status: number, body = answered, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  };
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => {
      expect(OneheadError.isInstance(error)).toBe(true);
      expect((error as Error).message).not.toContain(canary);
      expect((error as Error).message).not.toContain(key);
      return error as OneheadError;
    },
  );

test("sends one user message with the key, and reads answer and tokens", async () => {
  const { seen, ask } = await serve([reply(200)]);
  expect(await ask({ maxTokens: 64 })).toEqual({ answer: "4", inputTokens: 12, outputTokens: 3 });
  expect(seen).toHaveLength(1);
  expect(seen[0].url).toBe("/v1/chat/completions");
  expect(seen[0].authorization).toBe(`Bearer ${key}`);
  expect(JSON.parse(seen[0].body)).toEqual({
    model: "m",
    messages: [{ role: "user", content: `a prompt about a ${canary}` }],
    max_tokens: 64,
  });
});

test("no usage and no content are an empty answer whose tokens are not known", async () => {
  const { ask } = await serve([reply(200, JSON.stringify({ choices: [{ message: { content: null } }] }))]);
  expect(await ask({ apiKey: undefined })).toEqual({ answer: "", inputTokens: undefined, outputTokens: undefined });
});

test.each([408, 429, 500, 503])("tries again after %d", async (status) => {
  const { seen, ask } = await serve([reply(status, canary), reply(200)]);
  expect((await ask()).answer).toBe("4");
  expect(seen).toHaveLength(2);
});

test("a lost connection is tried again", async () => {
  const { seen, ask } = await serve([(response) => response.destroy(), reply(200)]);
  expect((await ask()).answer).toBe("4");
  expect(seen).toHaveLength(2);
});

test("waits as long as Retry-After says, and not with its own doubling", async () => {
  const { ask } = await serve([reply(429, "", { "retry-after": "0" }), reply(200)]);
  // its own wait would outlast the test
  expect((await ask({ firstWaitMs: 1e9 })).answer).toBe("4");
});

describe("gives up", () => {
  test("after the retries, naming the status and not the body", async () => {
    const { seen, ask } = await serve([reply(500, canary)]);
    expect((await failureOf(ask())).message).toMatch(/status 500, expected 200/);
    expect(seen).toHaveLength(3);
  });

  test.each([400, 401, 404])("at once after %d", async (status) => {
    const { seen, ask } = await serve([reply(status, canary)]);
    expect((await failureOf(ask())).message).toContain(`status ${status}, expected 200`);
    expect(seen).toHaveLength(1);
  });

  test("on what is no chat completion", async () => {
    const { ask } = await serve([reply(200, JSON.stringify({ error: canary }))]);
    expect((await failureOf(ask())).message).toContain("chat completion: an error");
    const html = await serve([reply(200, `<html>${canary}`)]);
    expect((await failureOf(html.ask())).message).toContain("no JSON (application/json)");
  });

  test("rather than follow a redirect with the key", async () => {
    const { seen, ask } = await serve([reply(302, "", { location: "http://127.0.0.1:1/" })]);
    await failureOf(ask({ retries: 0 }));
    expect(seen).toHaveLength(1);
  });

  test("when no answer comes in time", async () => {
    const { ask } = await serve([() => {}]);
    expect((await failureOf(ask({ timeoutMs: 50, retries: 0 }))).message).toContain("no answer for 50 ms");
  });

  test("when an answer stops in the middle", async () => {
    const { ask } = await serve([
      (response) => {
        response.writeHead(200, { "content-type": "application/json" }).write('{"choices": [');
      },
    ]);
    expect((await failureOf(ask({ timeoutMs: 100, retries: 0 }))).message).toContain("no answer for 100 ms");
  });

  test("when an answer does not end", async () => {
    const block = Buffer.alloc(1 << 20, " ");
    const { ask } = await serve([
      (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const more = (): void => {
          if (!response.destroyed) response.write(block, () => setImmediate(more));
        };
        more();
      },
    ]);
    expect((await failureOf(ask({ timeoutMs: 20_000, retries: 0 }))).message).toContain("more than 67108864 bytes");
  });

  test("when it is aborted, without another attempt", async () => {
    const controller = new AbortController();
    const { seen, ask } = await serve([() => controller.abort()]);
    await expect(ask({}, controller.signal)).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });
});

test.each(["", "host/v1", "file:///etc"])("the address %j is refused", (baseUrl) => {
  expect(() => chatEndpoint({ baseUrl, model: "m", timeoutMs: 1, retries: 0 })).toThrow("--base-url");
});
