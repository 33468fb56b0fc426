import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { equalTexts } from "../http/require-key.js";
import {
  type AttackedGateway,
  attackedGateway,
  gatewayKey,
  hello,
  post,
  rawRequest,
  sendRaw,
} from "./attacked-gateway.fixture.js";

describe("1: a client without the key", () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({ settings: { apiKey: gatewayKey } });
  });
  afterAll(() => gateway.close());

  const guarded = [
    "/v1/models",
    "/v1/models/auto",
    "/v1/decisions/x",
    "/api/status",
    "/api/overview",
    "/api/curve",
    "/api/models",
    "/api/decisions",
    "/metrics",
  ];

  it.each(guarded)("1.1: is told nothing at %s", async (path) => {
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { "x-api-key": "wrong" },
      { authorization: `Basic ${gatewayKey}` },
    ]) {
      const answer = await fetch(gateway.url + path, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toMatch(/gpt|openai|onehead_/);
    }
    expect((await fetch(gateway.url + path, { headers: { authorization: `Bearer ${gatewayKey}` } })).status).not.toBe(
      401,
    );
    expect((await fetch(gateway.url + path, { headers: { "x-api-key": gatewayKey } })).status).not.toBe(401);
  });

  it.each([
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/messages",
    "/v1/responses",
    "/v1/embeddings",
    "/v1/route",
    "/v1/feedback",
  ])("1.2: cannot post to %s", async (path) => {
    expect((await post(gateway, path, hello)).status).toBe(401);
  });

  it("1.3: cannot go around it by another spelling of a path or method", async () => {
    const spellings = [
      "/%76%31/models",
      "/v1/./models",
      "/x/../v1/models",
      "/v1//models",
      "//v1/models",
      "/V1/models",
      "/v1%2fmodels",
      "/v1/models/",
      "/v1/models;x",
      "/v1/models%00",
      "/metrics/",
      "/%6detrics",
      "/api/status?",
      "/api/status#x",
      "http://other.example/api/status",
      "/api%2fstatus",
      "/api/../metrics",
    ];
    for (const path of spellings) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await sendRaw(gateway.port, rawRequest(`${method} ${path} HTTP/1.1`, ["Host: localhost"]));
        expect(answer, path).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
    }
  });

  it("1.4: is not let in by a key in an address, in a cookie or in a body", async () => {
    for (const name of ["key", "api_key", "apiKey", "access_token", "token", "authorization", "x-api-key"]) {
      expect((await fetch(`${gateway.url}/v1/models?${name}=${gatewayKey}`)).status).toBe(401);
      expect((await fetch(`${gateway.url}/v1/models`, { headers: { cookie: `${name}=${gatewayKey}` } })).status).toBe(
        401,
      );
      expect((await post(gateway, "/v1/chat/completions", { ...hello, [name]: gatewayKey })).status).toBe(401);
    }
    expect(gateway.lines.join("\n")).not.toContain(gatewayKey);
  });

  it("1.5: is refused before a body is read", async () => {
    const begun = performance.now();
    const answer = await sendRaw(
      gateway.port,
      "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it("1.6: the comparison is of digests, whole, whatever is given", async () => {
    expect(await equalTexts(gatewayKey, gatewayKey)).toBe(true);
    for (const other of [
      "",
      " ",
      gatewayKey.slice(0, -1),
      `${gatewayKey}x`,
      gatewayKey.toUpperCase(),
      "x".repeat(10_000),
    ]) {
      expect(await equalTexts(other, gatewayKey)).toBe(false);
    }
    // a missing and a wrong key are told apart by nothing
    const bodies = await Promise.all(
      [{}, { authorization: "Bearer wrong" }].map(async (headers) =>
        (await fetch(`${gateway.url}/v1/models`, { headers: headers as Record<string, string> })).text(),
      ),
    );
    expect(bodies[0]).toBe(bodies[1]);
  });

  it("1.7: may know that the gateway is there, what it can do, and its page", async () => {
    for (const path of ["/healthz", "/readyz", "/openapi.json", "/"]) {
      const answer = await fetch(gateway.url + path);
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain(gatewayKey);
    }
  });
});
