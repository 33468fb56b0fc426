import { ProviderError, ProviderHttpError, ProviderResponseError, ProviderTimeoutError } from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import { Call } from "../call/call.js";
import { Endpoint, type FetchSettings } from "./endpoint.js";

const target = { provider: "p", model: "m", host: "host" };
const home = "https://host/v1";
const limits = { timeoutMs: 1000, idleTimeoutMs: 1000 };
const newCall = (options: object = {}) => new Call(target, options, limits);

/** An endpoint whose fetch gives this answer, and what it was called with. */
function endpointWith(
  settings: FetchSettings = {},
  answer: () => Response | Promise<Response> = () => Response.json({}),
) {
  const calls: Array<{ url: string; init: RequestInit; headers: Headers }> = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    calls.push({ url: String(input), init, headers: new Headers(init.headers) });
    return answer();
  };
  const authorize = (key: string) => ({ authorization: `Bearer ${key}` });
  const endpoint = new Endpoint("createP", { fetch, ...settings }, home, authorize, { "x-version": "1" });
  return { endpoint, calls };
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("an address", () => {
  test.each([
    [undefined, "/chat", "https://host/v1/chat"],
    ["https://host/v1/", "/chat", "https://host/v1/chat"],
    ["https://host/v1///", "chat", "https://host/v1/chat"],
    ["https://host", "/chat", "https://host/chat"],
    ["http://127.0.0.1:8080/a/b", "/chat", "http://127.0.0.1:8080/a/b/chat"],
    ["https://host/openai?api-version=1", "/chat", "https://host/openai/chat?api-version=1"],
    ["https://host/v1?key=a", "/m:stream?alt=sse", "https://host/v1/m:stream?key=a&alt=sse"],
    ["https://host/v1?alt=json", "/m?alt=sse", "https://host/v1/m?alt=sse"],
    ["https://host/v1", "/models/a%2Fb", "https://host/v1/models/a%2Fb"],
  ])("of base %s and path %s is %s", async (baseUrl, path, url) => {
    const { endpoint, calls } = endpointWith({ baseUrl });
    await endpoint.json(newCall(), path, {});
    expect(calls[0].url).toBe(url);
  });

  test.each(["ftp://host", "host/v1", "", "file:///etc/passwd", "https://user:a-secret@host/v1"])(
    "such as %j is none, and is not repeated",
    (baseUrl) => {
      expect(() => endpointWith({ baseUrl })).toThrow("createP: baseUrl: no http(s) address");
      expect(() => endpointWith({ baseUrl })).not.toThrow(/secret|passwd/);
    },
  );
});

describe("a request", () => {
  test("posts JSON, with the key and the headers, and follows no redirect", async () => {
    const { endpoint, calls } = endpointWith({ apiKey: "k", headers: { "x-own": "2" } });
    const call = newCall();
    await endpoint.json(call, "/a", { b: [1] }, { "x-call": "3" });
    const [{ init, headers }] = calls;
    expect(init).toMatchObject({ method: "POST", body: '{"b":[1]}', redirect: "manual", signal: call.signal });
    const sent: Record<string, string> = {};
    headers.forEach((value, name) => {
      sent[name] = value;
    });
    expect(sent).toEqual({
      accept: "application/json",
      authorization: "Bearer k",
      "content-type": "application/json",
      "x-call": "3",
      "x-own": "2",
      "x-version": "1",
    });
  });

  test("takes the headers of the call before those of the settings, and these before its own", async () => {
    const headers = { "X-Version": "2", Authorization: "Basic x", accept: "a/b" };
    const { endpoint, calls } = endpointWith({ apiKey: "k", headers });
    await endpoint.json(newCall(), "/a", {}, { ACCEPT: "c/d" });
    const sent = calls[0].headers;
    expect([sent.get("x-version"), sent.get("authorization"), sent.get("accept")]).toEqual(["2", "Basic x", "c/d"]);
  });

  test("without a key has no header for it", async () => {
    const { endpoint, calls } = endpointWith();
    await endpoint.json(newCall(), "/a", {});
    expect(calls[0].headers.has("authorization")).toBe(false);
  });

  test("has nothing of the one before, nor of what a fetch has made of that", async () => {
    const { endpoint, calls } = endpointWith({ apiKey: "k" });
    await endpoint.json(newCall(), "/a", {}, { "x-call": "1" });
    Object.assign(calls[0].init.headers as object, { "x-other": "2", authorization: "another" });
    await endpoint.json(newCall(), "/b?c=d", {}, {});
    await endpoint.json(newCall(), "/a", {});
    expect(calls.map(({ url }) => url)).toEqual(["https://host/v1/a", "https://host/v1/b?c=d", "https://host/v1/a"]);
    for (const { headers } of calls.slice(1)) {
      expect([headers.get("x-call"), headers.get("x-other"), headers.get("authorization")]).toEqual([
        null,
        null,
        "Bearer k",
      ]);
    }
  });

  test("asks a function for the key each time", async () => {
    let n = 0;
    const { endpoint, calls } = endpointWith({ apiKey: async () => `k${n++}` });
    await endpoint.json(newCall(), "/a", {});
    await endpoint.json(newCall(), "/a", {});
    expect(calls.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer k0", "Bearer k1"]);
  });

  test.each<[string, () => never]>([
    [
      "throws",
      () => {
        throw new Error("no token");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no token")) as never],
  ])("whose function for the key %s was never sent, and says why", async (_, apiKey) => {
    const { endpoint, calls } = endpointWith({ apiKey });
    const error = await errorOf(endpoint.json(newCall(), "/a", {}));
    expect(error).toSatisfy(ProviderHttpError.isInstance);
    expect(error).toMatchObject({ status: null, billing: "none", cause: { message: "no token" } });
    expect((error as Error).message).toBe("p at host: apiKey: the function failed, expected a key");
    expect(calls).toEqual([]);
  });

  test("whose function for the key gives none is refused", async () => {
    const { endpoint } = endpointWith({ apiKey: () => undefined as never });
    await expect(endpoint.json(newCall(), "/a", {})).rejects.toThrow("p: apiKey: undefined, expected text");
  });

  test("whose function for the key hangs ends with the call", async () => {
    const { endpoint } = endpointWith({ apiKey: () => new Promise<string>(() => {}) });
    const error = await errorOf(endpoint.json(newCall({ timeoutMs: 5 }), "/a", {}));
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
  });

  test.each([
    [{ apiKey: "a-secret\nof two lines" }, undefined, "headers.authorization"],
    [{ apiKey: "a-secret-☃" }, undefined, "headers.authorization"],
    [{ headers: { "x y": "a-secret" } }, undefined, "headers.x y"],
    [{}, { "x-own": "a-secret\r\nx: y" }, "headers.x-own"],
  ])("names a header that cannot be, not its value (%#)", async (settings, extra, where) => {
    const { endpoint, calls } = endpointWith(settings);
    const error = await errorOf(endpoint.json(newCall(), "/a", {}, extra));
    expect(error).toMatchObject({ code: "invalid-argument", retryable: false });
    expect(String(error)).toContain(where);
    expect(String(error)).not.toContain("a-secret");
    expect(calls).toEqual([]);
  });

  test("that JSON cannot hold is refused before it is sent", async () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const { endpoint, calls } = endpointWith();
    for (const body of [circle, { n: 1n }]) {
      await expect(endpoint.json(newCall(), "/a", body)).rejects.toMatchObject({ code: "invalid-argument" });
    }
    expect(calls).toEqual([]);
  });

  test("uses the runtime's own fetch as it is at the time of the call", async () => {
    const endpoint = new Endpoint("createP", {}, home, () => ({}));
    const fetch = vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json({ own: true }));
    expect(await endpoint.json(newCall(), "/a", {})).toEqual({ own: true });
    fetch.mockRestore();
  });
});

describe("an answer", () => {
  test.each([
    ["text/html; charset=utf-8", "<html>SECRET", "text/html"],
    ["application/json", "", "application/json"],
    ["SECRET with spaces", "{", "no content type"],
    [undefined, '{"a":', "no content type"],
  ])("of type %s that is no JSON is named by its type only", async (type, body, said) => {
    const bytes = new TextEncoder().encode(body);
    const { endpoint } = endpointWith(
      {},
      () => new Response(bytes, { headers: type === undefined ? {} : { "content-type": type } }),
    );
    const error = await errorOf(endpoint.json(newCall(), "/a", {}));
    expect(error).toSatisfy(ProviderResponseError.isInstance);
    expect((error as Error).message).toBe(`p at host: no JSON (${said}), expected application/json`);
  });

  test.each([301, 302, 307, 308])("of status %d is an error: a key does not follow a redirect", async (status) => {
    const { endpoint, calls } = endpointWith(
      { apiKey: "k" },
      () => new Response(null, { status, headers: { location: "https://elsewhere" } }),
    );
    const error = await errorOf(endpoint.json(newCall(), "/a", {}));
    expect(error).toMatchObject({ code: "http", status, retryable: false });
    expect(String(error)).not.toContain("elsewhere");
    expect(calls).toHaveLength(1);
  });

  test("of a status tells its reason; a body that cannot be read takes nothing from that", async () => {
    const json = endpointWith({}, () => Response.json({ error: { code: "too_long" } }, { status: 400 }));
    expect(await errorOf(json.endpoint.json(newCall(), "/a", {}))).toMatchObject({ status: 400, reason: "too_long" });
    const breaking = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const broken = endpointWith({}, () => new Response(breaking, { status: 503, headers: { "retry-after": "1" } }));
    expect(await errorOf(broken.endpoint.json(newCall(), "/a", {}))).toMatchObject({
      status: 503,
      retryAfterMs: 1000,
    });
    const large = endpointWith({}, () => new Response("x".repeat(2 * 1024 * 1024), { status: 500 }));
    expect(await errorOf(large.endpoint.json(newCall(), "/a", {}))).toMatchObject({ status: 500 });
  });

  test("that breaks off within its body is no failed connection", async () => {
    const breaking = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const { endpoint } = endpointWith({}, () => new Response(breaking));
    const call = newCall();
    const error = call.errorOf(await errorOf(endpoint.json(call, "/a", {})));
    expect(error).toMatchObject({ code: "response", provider: "p", host: "host" });
  });
});

describe("a fetch that does not heed its signal", () => {
  const silence = () => {
    const seen = { cancelled: false };
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        seen.cancelled = true;
      },
    });
    return { body, seen };
  };

  test("gives back an answer that comes late", async () => {
    const { body, seen } = silence();
    const { endpoint } = endpointWith({}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Response(body);
    });
    const error = await errorOf(endpoint.json(newCall({ timeoutMs: 5 }), "/a", {}));
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
    await expect.poll(() => seen.cancelled).toBe(true);
  });

  test("gives back a body that has fallen silent, whole or streamed, with the end of the call", async () => {
    const whole = silence();
    const { endpoint } = endpointWith({}, () => new Response(whole.body));
    const error = await errorOf(endpoint.json(newCall({ timeoutMs: 5 }), "/a", {}));
    expect(error).toSatisfy(ProviderTimeoutError.isInstance);
    expect(whole.seen.cancelled).toBe(true);

    const streamed = silence();
    const call = newCall();
    const { endpoint: other } = endpointWith({}, () => new Response(streamed.body));
    const chunks = await other.chunks(call, "/a", {}, "text/event-stream");
    const next = chunks.next();
    call.end();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(streamed.seen.cancelled).toBe(true);
  });
});

test("errors are those of the interface", async () => {
  const { endpoint } = endpointWith({}, () => {
    throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
  });
  const error = await errorOf(endpoint.chunks(newCall(), "/a", {}, "text/event-stream"));
  expect(error).toSatisfy(ProviderError.isInstance);
  expect(error).toMatchObject({ status: null, reason: "ECONNREFUSED", billing: "none" });
});
