import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AttackedGateway,
  attackedGateway,
  hello,
  politeAnswer,
  post,
  rawRequest,
  sendRaw,
  type UpstreamAnswer,
  upstreamKey,
} from "./attacked-gateway.fixture.js";

const secretPrompt = "MY-SECRET-PROMPT-4711";
const ask = { model: "auto", messages: [{ role: "user", content: secretPrompt }] };
const hostile = "x\r\nx-evil: 1\r\n\r\n<script>\u001b[31m";

describe("5: a provider that means harm", () => {
  let answer: UpstreamAnswer = politeAnswer;
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({ answer: (response, request) => answer(response, request) });
  });
  afterAll(() => gateway.close());

  it.each([
    300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 429, 451, 499, 500, 501,
    502, 503, 504, 529, 599, 204, 205,
  ])("5.1: status %i is told as an error, quotes no key, and is followed nowhere", async (status) => {
    for (const body of [
      "",
      `no key ${upstreamKey} ${secretPrompt}`,
      JSON.stringify({
        error: {
          message: `Incorrect API key provided: ${upstreamKey}; ${secretPrompt}`,
          type: hostile,
          code: `${upstreamKey} ${secretPrompt}`,
          param: secretPrompt.repeat(99),
        },
      }),
    ]) {
      answer = (response) => {
        response.writeHead(status, {
          location: "http://127.0.0.1:1/steal",
          "retry-after": "1e999",
          "x-should-retry": "true",
          "set-cookie": "a=b",
          "x-request-id": "evil",
          "www-authenticate": "Basic",
        });
        response.end(status === 204 || status === 304 ? undefined : body);
      };
      for (const stream of [false, true]) {
        const told = await post(gateway, "/v1/chat/completions", { ...ask, stream });
        const text = await told.text();
        expect(told.status, text).toBeGreaterThanOrEqual(400);
        expect(text).not.toMatch(/internal error|sk-upstream|script/);
        // who has sent a request that is refused may read what is said of it, nobody else
        if (![400, 404, 413, 422].includes(status)) expect(text).not.toContain("MY-SECRET");
        expect(told.headers.get("location")).toBeNull();
        expect(told.headers.get("set-cookie")).toBeNull();
        expect(told.headers.get("www-authenticate")).toBeNull();
      }
    }
    const logged = gateway.lines.splice(0).join("\n");
    expect(logged).not.toMatch(/sk-upstream|MY-SECRET|script/);
    // the operator learns of it, in words of the gateway's own
    if (status === 401 || status === 403) expect(logged).toContain("a provider refuses the key");
    if (status >= 500) expect(logged).toContain("a provider has not answered");
  });

  it("5.2: an answer that is no answer is told as an error, and quotes nothing", async () => {
    const bodies = [
      "",
      "null",
      "[]",
      "{}",
      `"${upstreamKey}"`,
      "<html>",
      "{",
      "\u0000",
      JSON.stringify({ choices: null }),
      JSON.stringify({ choices: [{ message: { content: 7 } }] }),
      `{"choices":${"[".repeat(50_000)}`,
      JSON.stringify({ error: { message: upstreamKey, code: upstreamKey } }),
      JSON.stringify({
        choices: [
          { index: 0, message: { role: "assistant", content: "x", ["__proto__x"]: 1 }, finish_reason: hostile },
        ],
        model: hostile,
        id: hostile,
        usage: { prompt_tokens: -1, completion_tokens: "x", total_tokens: -0.5 },
      }).replace("__proto__x", "__proto__"),
    ];
    for (const body of bodies) {
      answer = (response) => {
        response.setHeader("content-type", "application/json");
        response.end(body);
      };
      for (const path of ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/completions"]) {
        const asked =
          path === "/v1/responses"
            ? { model: "auto", input: secretPrompt }
            : path === "/v1/completions"
              ? { model: "auto", prompt: secretPrompt }
              : { ...ask, max_tokens: 10 };
        for (const stream of [false, true]) {
          const told = await post(gateway, path, { ...asked, stream });
          const text = await told.text();
          expect([500], `${path} ${body}`).not.toContain(told.status);
          expect(text).not.toMatch(/internal error|sk-upstream|MY-SECRET/);
          expect(told.headers.has("x-evil")).toBe(false);
        }
      }
    }
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("5.3: a stream that breaks, in whatever way, ends as a stream", async () => {
    const events = [
      "data: {",
      "data: null\n\n",
      "data: []\n\n",
      ": ".repeat(1_000),
      `data: ${JSON.stringify({ error: { message: upstreamKey, code: "x" } })}\n\n`,
      "event: x\ndata: y\n\n",
      "\u0000\u0000",
      'data: {"choices":[{"delta":{"content":7}}]}\n\n',
      'data: {"choices":[{"delta":{"tool_calls":[{"index":1e9,"function":{"arguments":"{"}}]}}]}\n\n',
      'data: {"choices":[{"index":0,"delta":{"content":"x\\r\\n\\r\\nevent: done\\ndata: [DONE]\\n\\n"}}]}\n\n',
    ];
    for (const begun of [false, true]) {
      for (const event of events) {
        answer = (response) => {
          response.setHeader("content-type", "text/event-stream");
          if (begun) response.write('data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
          response.end(event);
        };
        const told = await post(gateway, "/v1/chat/completions", { ...ask, stream: true });
        const text = await told.text();
        expect(text).not.toMatch(/internal error|sk-upstream|MY-SECRET/);
        // whatever was in a text is still in one
        for (const line of text.split("\n").filter((part) => part.startsWith("data: {")))
          expect(() => JSON.parse(line.slice(6))).not.toThrow();
        expect(text.split("\n")).not.toContain("event: done");
      }
    }
  });

  it("5.4: connections that are cut, and heads that are none, are told as errors", async () => {
    const answers: UpstreamAnswer[] = [
      (response) => response.destroy(),
      (response) => void response.socket?.end("HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n"),
      (response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"),
      (response) =>
        void response.socket?.end(
          "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
      (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${"a".repeat(100_000)}\r\n\r\n{}`),
      (response) => void response.socket?.end("SSH-2.0-OpenSSH\r\n"),
      (response) =>
        void response.socket?.end(
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        ),
    ];
    for (answer of answers) {
      for (const stream of [false, true]) {
        const told = await post(gateway, "/v1/chat/completions", { ...ask, stream });
        expect(told.status).toBeGreaterThanOrEqual(502);
        expect(await told.text()).not.toContain("internal error");
      }
    }
  });

  it("5.5: a stream without content is given up before it fills the memory", async () => {
    answer = (response) => {
      response.setHeader("content-type", "text/event-stream");
      const event =
        `data: ${JSON.stringify({ id: "1", model: "m", choices: [{ index: 0, delta: {} }], pad: "x".repeat(500) })}\n\n`.repeat(
          500,
        );
      const more = (): void => {
        while (!response.destroyed && response.write(event));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    const told = await post(gateway, "/v1/chat/completions", { ...ask, stream: true });
    expect(told.status).toBe(502);
    expect(await told.text()).toContain("no content");
  });

  it("5.6: names and texts of a provider divide no header, no event and no line of the log", async () => {
    answer = (response) => {
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          id: hostile,
          model: hostile,
          choices: [{ index: 0, message: { role: "assistant", content: hostile }, finish_reason: "stop" }],
        }),
      );
    };
    const body = JSON.stringify({ ...ask, model: `openai/${hostile}` });
    const raw = await sendRaw(
      gateway.port,
      rawRequest(
        "POST /v1/chat/completions HTTP/1.1",
        ["Host: localhost", "content-type: application/json", `content-length: ${Buffer.byteLength(body)}`],
        body,
      ),
    );
    const [head = ""] = raw.split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 200/);
    expect(head).not.toMatch(/^x-evil/im);
    const id = await sendRaw(
      gateway.port,
      rawRequest("GET /v1/models HTTP/1.1", ["Host: localhost", 'X-Request-Id: a"},{']),
    );
    expect(id).toMatch(/x-request-id: req_[0-9a-f]{32}/);
    for (const line of gateway.lines) expect(line).not.toMatch(/\p{Cc}/u);
  });

  it("5.7: neither keys nor prompts are in the log, the metrics, the reports or the document of the interface", async () => {
    answer = (response) => response.destroy();
    await post(gateway, "/v1/chat/completions", ask);
    answer = politeAnswer;
    await post(gateway, "/v1/chat/completions", { ...ask, user: secretPrompt, metadata: { note: secretPrompt } });
    const paths = [
      "/metrics",
      "/api/status",
      "/api/overview",
      "/api/curve",
      "/api/models",
      "/api/decisions",
      "/openapi.json",
      "/v1/models",
      "/",
    ];
    const texts = await Promise.all(paths.map(async (path) => (await fetch(gateway.url + path)).text()));
    const { decisions } = JSON.parse(texts[5] ?? "") as { decisions: Array<{ id: string }> };
    expect(decisions.length).toBeGreaterThan(10);
    for (const { id } of decisions) texts.push(await (await fetch(`${gateway.url}/v1/decisions/${id}`)).text());
    expect([...texts, ...gateway.lines].join("\n")).not.toMatch(/sk-upstream|MY-SECRET/);
    expect((await post(gateway, "/v1/chat/completions", hello)).status).toBe(200);
  });
});
