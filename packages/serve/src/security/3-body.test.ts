import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AttackedGateway, attackedGateway, hello, post, rawRequest, sendRaw } from "./attacked-gateway.fixture.js";

const surfaces = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/messages",
  "/v1/responses",
  "/v1/embeddings",
  "/v1/route",
  "/v1/feedback",
];
const host = "Host: localhost";
const type = "Content-Type: application/json";
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe("3: requests that are too much, or nonsense", () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({
      settings: { bodyBytes: 1_000_000, bodyTimeoutMs: 400 },
      listen: { requestTimeoutMs: 1_000 },
    });
  });
  afterAll(() => gateway.close());

  it("3.1: a body of a stated length beyond the limit is not read", async () => {
    for (const path of surfaces) {
      const answer = await sendRaw(
        gateway.port,
        `POST ${path} HTTP/1.1\r\n${host}\r\n${type}\r\nContent-Length: 1000001\r\n\r\n{`,
      );
      expect(statusOf(answer)).toBe(413);
    }
  });

  it("3.1: a chunked body is cut off where it passes the limit", async () => {
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    const answer = await sendRaw(
      gateway.port,
      `POST /v1/route HTTP/1.1\r\n${host}\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}`,
      3_000,
    );
    expect(statusOf(answer)).toBe(413);
  });

  it("3.2: a body that does not come is given up, and so is one that has no end", async () => {
    const stated = sendRaw(
      gateway.port,
      `POST /v1/route HTTP/1.1\r\n${host}\r\n${type}\r\nContent-Length: 100\r\n\r\n{`,
      4_000,
    );
    const chunked = sendRaw(
      gateway.port,
      `POST /v1/route HTTP/1.1\r\n${host}\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
      4_000,
    );
    expect(statusOf(await stated)).toBe(408);
    expect(statusOf(await chunked)).toBe(408);
  });

  it("3.2: a head that comes letter by letter is given up", async () => {
    const begun = performance.now();
    const answer = await sendRaw(gateway.port, `GET /healthz HTTP/1.1\r\n${host}\r\nX-Slow: a`, 10_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(performance.now() - begun).toBeLessThan(8_000);
    const silent = await sendRaw(gateway.port, "", 10_000);
    expect(silent).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(performance.now() - begun).toBeLessThan(16_000);
  });

  it("3.3: heads beyond their size are refused", async () => {
    const get = (headers: string[]) => sendRaw(gateway.port, rawRequest("GET /v1/models HTTP/1.1", [host, ...headers]));
    expect(statusOf(await get([`X-Long: ${"a".repeat(20_000)}`]))).toBe(431);
    expect(statusOf(await get(Array.from({ length: 5_000 }, (_, i) => `X-${i}: a`)))).toBe(431);
    expect(statusOf(await sendRaw(gateway.port, rawRequest(`GET /${"a".repeat(20_000)} HTTP/1.1`, [host])))).toBe(431);
  });

  it("3.4: JSON that is deep or holds many values is refused before it is parsed", async () => {
    const deep = (n: number) => `${'{"a":'.repeat(n)}1${"}".repeat(n)}`;
    const bodies: Array<[string, number]> = [
      [deep(101), 400],
      [deep(100_000), 400],
      [`{"a":${"[".repeat(200_000)}`, 400],
      [`{"a":[${"0,".repeat(200_000)}0]}`, 413],
      [`{"a":[${"{},".repeat(200_000)}0]}`, 413],
      [`{${Array.from({ length: 120_000 }, () => `"":0`).join(",")}}`, 413],
    ];
    for (const [body, status] of bodies) {
      const begun = performance.now();
      for (const path of surfaces) expect((await post(gateway, path, body)).status).toBe(status);
      expect(performance.now() - begun).toBeLessThan(3_000);
    }
    // brackets within texts nest nothing
    expect((await post(gateway, "/v1/route", { ...hello, user: '[{"\\'.repeat(50_000) })).status).toBe(200);
  });

  it("3.5: what is no JSON object in UTF-8 is refused", async () => {
    const bodies = ["", " ", "[]", "null", "1", '"a"', "{", "{'a':1}", '{"a":1}x', "NaN", "\ufeff{}", '{"a":\u0000}'];
    for (const body of bodies) expect((await post(gateway, "/v1/route", body)).status).toBe(400);
    const bad = [
      [0xff, 0xfe],
      [0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d],
      [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d],
    ];
    for (const bytes of bad) expect((await post(gateway, "/v1/route", Uint8Array.from(bytes))).status).toBe(400);
  });

  it("3.5: lone surrogates, NUL and other odd characters go through and break nothing", async () => {
    for (const text of ["\\ud800", "a\\udfffb", "\\u0000", "\\u001b[31m", "\\u202e", "\\uffff"]) {
      const body = `{"model":"auto","user":"${text}","messages":[{"role":"user","content":"hello ${text}"}]}`;
      expect((await post(gateway, "/v1/chat/completions", body)).status).toBe(200);
      expect((await post(gateway, "/v1/route", body)).status).toBe(200);
    }
  });

  it("3.6: compressed bodies are not unfolded", async () => {
    for (const encoding of ["gzip", "br", "deflate", "zstd", "x-gzip", "identity, gzip"]) {
      expect((await post(gateway, "/v1/route", hello, { "content-encoding": encoding })).status).toBe(415);
    }
  });

  it("3.7: no field becomes a prototype, however it is spelled", async () => {
    const names = ["__proto__", "\\u005f_proto__", "__pr\\u006fto__", "\\u005F\\u005fproto\\u005f\\u005F"];
    for (const name of names) {
      const bodies = [
        `{"model":"auto","messages":[{"role":"user","content":"x"}],"${name}":{"polluted":1}}`,
        `{"model":"auto","messages":[{"role":"user","content":"x","${name}":{"polluted":1}}]}`,
        `{"model":"auto","messages":[{"role":"user","content":"x"}],"metadata":{"${name}":{"polluted":1}}}`,
        `{"model":"auto","messages":[{"role":"user","content":"x"}],"router":{"${name}":{"costQuality":1}}}`,
        `{"model":"auto","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"${name}":{"polluted":1}}}}]}`,
      ];
      for (const body of bodies)
        for (const path of ["/v1/chat/completions", "/v1/route"])
          expect((await post(gateway, path, body)).status).toBe(400);
    }
    for (const field of ["constructor", "prototype", "toString", "hasOwnProperty", "valueOf"]) {
      for (const place of ["router", "metadata", "tools"]) {
        const answer = await post(gateway, "/v1/chat/completions", {
          ...hello,
          [place]: { [field]: { prototype: { polluted: 1 } } },
        });
        expect(answer.status).toBeLessThan(500);
      }
      expect((await post(gateway, "/v1/chat/completions", { ...hello, model: field })).status).toBe(404);
      expect((await fetch(`${gateway.url}/v1/models/${field}`)).status).toBe(404);
      expect((await post(gateway, "/v1/route", { ...hello, router: { models: [field] } })).status).toBe(400);
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["costQuality"]).toBeUndefined();
  });

  it("3.7: of a field that is there twice the last one holds, for the gateway and for whoever is asked", async () => {
    const before = gateway.asked.length;
    const body = '{"model":"none","model":"auto","messages":[{"role":"user","content":"hello"}]}';
    expect((await post(gateway, "/v1/chat/completions", body)).status).toBe(200);
    expect(gateway.asked[before]?.body.match(/"model"/g)).toHaveLength(1);
  });

  it("3.8: requests whose length can be read in two ways are refused, and their connection is closed", async () => {
    const lines = [
      ["Content-Length: 4", "Transfer-Encoding: chunked"],
      ["Transfer-Encoding: chunked", "Content-Length: 4"],
      ["Content-Length: 4", "Content-Length: 5"],
      ["Content-Length: 4, 5"],
      ["Content-Length: +4"],
      ["Content-Length: 0x4"],
      ["Content-Length: -1"],
      ["Transfer-Encoding: chunked, identity"],
      ["Transfer-Encoding: xchunked"],
      ["Transfer-Encoding : chunked"],
      ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
      ["X: a\nTransfer-Encoding: chunked"],
      [" folded: a"],
    ];
    const smuggled = "0\r\n\r\nGET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (const headers of lines) {
      const answer = await sendRaw(
        gateway.port,
        ["POST /v1/route HTTP/1.1", host, type, ...headers, "", smuggled].join("\r\n"),
      );
      expect(answer, headers.join("|")).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.match(/HTTP\/1\.1/g), headers.join("|")).toHaveLength(1);
    }
  });

  it("3.9: paths that make no sense are nobody's", async () => {
    const paths = [
      "/v1/models/%zz",
      "/v1/models/%ff",
      "/v1/models/%00",
      "/v1/models/..%2f..%2fetc%2fpasswd",
      "/v1/decisions/%ff",
      "/../../etc/passwd",
      "/..%5c..%5cetc",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/assets/../../package.json",
      "/.env",
      "/onehead.db",
      "/index.html%00.js",
    ];
    for (const path of paths) {
      const answer = await sendRaw(gateway.port, rawRequest(`GET ${path} HTTP/1.1`, [host]));
      expect(statusOf(answer), path).toBe(404);
    }
    for (const odd of ["Host: a b", "Host: ", "Host: localhost\r\nHost: evil.example"]) {
      expect(
        statusOf(await sendRaw(gateway.port, rawRequest("GET /v1/models HTTP/1.1", [odd]))),
      ).toBeGreaterThanOrEqual(400);
    }
  });

  it.each(["/v1/none", "/healthz", "/v1/decisions/x"])(
    "3.2: a body without end that nobody reads ends the connection: %s",
    async (path) => {
      const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
      const closed = await new Promise<boolean>((resolve) => {
        const socket = connect(gateway.port, "127.0.0.1");
        socket.write(`POST ${path} HTTP/1.1\r\n${host}\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
        const writing = setInterval(() => {
          if (socket.writableLength < 1_000_000) socket.write(chunk);
        }, 1);
        const end = (how: boolean) => {
          clearInterval(writing);
          clearTimeout(late);
          socket.destroy();
          resolve(how);
        };
        const late = setTimeout(() => end(false), 10_000);
        socket.on("error", () => {});
        socket.on("close", () => end(true));
        socket.resume();
      });
      expect(closed).toBe(true);
    },
  );

  it("3.10: it still answers", async () => {
    expect((await post(gateway, "/v1/chat/completions", hello)).status).toBe(200);
    expect(gateway.lines.filter((line) => line.includes('"error"'))).toEqual([]);
  });
});
