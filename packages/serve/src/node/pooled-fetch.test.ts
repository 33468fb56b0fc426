import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pooledFetch } from "./pooled-fetch.js";

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let connections = 0;
/** Answers whose connection went before their end. */
let left = 0;
const server = createServer((request, response) => {
  request.resume();
  response.on("error", () => {});
  response.on("close", () => {
    if (!response.writableEnded) left++;
  });
  answer(request, response);
});
server.on("connection", () => {
  connections++;
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = (fetch: typeof globalThis.fetch, signal?: AbortSignal) =>
  fetch(url, { method: "POST", headers: new Headers({ "x-a": "b" }), body: "{}", ...(signal ? { signal } : {}) });

async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return text;
    text += new TextDecoder().decode(value);
  }
}

test("status, headers and body are those of the answer; what is sent asks for no encoding", async () => {
  answer = (request, response) => {
    response.writeHead(429, { "retry-after": "3", "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify(request.headers));
  };
  const response = await post(pooledFetch());
  expect([response.status, response.ok, response.headers.get("retry-after")]).toEqual([429, false, "3"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(JSON.parse(await textOf(response))).toMatchObject({ "x-a": "b", "accept-encoding": "identity" });
});

test("headers are sent from a plain object too, whatever the case of their names", async () => {
  answer = (request, response) => void response.end(JSON.stringify(request.headers));
  const headers = { "X-A": "b", "Accept-Encoding": "gzip" };
  const response = await pooledFetch()(url, { method: "POST", headers, body: "{}" });
  expect(JSON.parse(await textOf(response))).toMatchObject({ "x-a": "b", "accept-encoding": "gzip" });
});

test("a redirect is an answer: a key goes nowhere else", async () => {
  answer = (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
  expect((await post(pooledFetch())).status).toBe(302);
});

describe("connections", () => {
  test("are used again when an answer is read, also by one who stops at its last words", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: [DONE]\n\n");
      setImmediate(() => response.end());
    };
    const fetch = pooledFetch();
    const before = connections;
    for (let i = 0; i < 20; i++) {
      const reader = (await post(fetch)).body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("[DONE]");
      await reader?.cancel();
    }
    // the next call may come a moment before the connection is free
    expect(connections - before).toBeLessThanOrEqual(2);
  });

  test("are ended when an answer is left that goes on, whether it is waited for or not", async () => {
    answer = (_, response) => {
      response.writeHead(200);
      response.write("a");
      const timer = setInterval(() => response.write("b"), 5);
      response.on("close", () => clearInterval(timer));
    };
    for (const waits of [false, true]) {
      const before = left;
      const reader = (await post(pooledFetch())).body?.getReader();
      await reader?.read();
      const waiting = waits ? reader?.read().catch(() => "broken") : undefined;
      await reader?.cancel();
      await waiting;
      for (let i = 0; i < 200 && left === before; i++) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(left - before).toBe(1);
    }
  });

  test("an abort ends the call, before an answer and within it", async () => {
    answer = (_, response) => void response.writeHead(200).write("a");
    const controller = new AbortController();
    const reader = (await post(pooledFetch(), controller.signal)).body?.getReader();
    await reader?.read();
    const waiting = reader?.read();
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await expect(post(pooledFetch(), AbortSignal.abort())).rejects.toThrow();
  });

  test("one that waits for a free one is given up at once, and never sent", async () => {
    let asked = 0;
    let end: (() => void) | undefined;
    answer = (_, response) => {
      asked++;
      end = () => void response.end("a");
      if (asked > 1) response.end("b");
    };
    const fetch = pooledFetch(1);
    const first = post(fetch);
    const controller = new AbortController();
    const second = post(fetch, controller.signal);
    for (let i = 0; i < 200 && end === undefined; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("given up"));
    await expect(second).rejects.toThrow("given up");
    end?.();
    expect(await textOf(await first)).toBe("a");
    expect(await textOf(await post(fetch))).toBe("b");
    expect(asked).toBe(2);
  });

  test("are left full where nobody reads, and lose nothing", async () => {
    const most = 64 * 2 ** 20;
    let written = 0;
    const piece = Buffer.alloc(2 ** 16, "x");
    answer = (_, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (written < most) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    };
    const response = await post(pooledFetch());
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(most / 2);
    expect(await textOf(response)).toHaveLength(most);
  });

  test("that are refused, or break within an answer, fail the call", async () => {
    const refused = pooledFetch()("http://127.0.0.1:1/v1", { method: "POST" });
    await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" });
    answer = (_, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => response.destroy());
    };
    await expect(textOf(await post(pooledFetch()))).rejects.toThrow();
  });
});

test("a word before the answer is not the answer", async () => {
  answer = (_, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.end("whole");
  };
  const response = await post(pooledFetch());
  expect([response.status, await textOf(response)]).toEqual([200, "whole"]);
});
