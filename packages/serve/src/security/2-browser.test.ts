import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AttackedGateway,
  attackedGateway,
  gatewayKey,
  hello,
  post,
  rawRequest,
  sendRaw,
} from "./attacked-gateway.fixture.js";

const json = JSON.stringify(hello);
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe("2: a page of another site in the operator's browser", () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({ settings: { corsOrigins: ["https://allowed.example"] } });
  });
  afterAll(() => gateway.close());

  const get = async (headers: readonly string[], path = "/api/status"): Promise<number> =>
    statusOf(await sendRaw(gateway.port, rawRequest(`GET ${path} HTTP/1.1`, headers)));

  it.each([
    "evil.example",
    "evil.example:8787",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "[::2]",
    "0.0.0.0",
    "localhost.",
    "xlocalhost",
  ])("2.1: has rebound its name to this machine: Host %s is refused", async (host) => {
    for (const path of ["/api/status", "/v1/models", "/metrics", "/v1/decisions/x"])
      expect(await get([`Host: ${host}`], path)).toBe(403);
  });

  it.each(["localhost", "LOCALHOST:1", "127.0.0.1:9999", "127.8.8.8", "[::1]:80", "onehead.localhost"])(
    "2.1: Host %s is this machine",
    async (host) => {
      expect(await get([`Host: ${host}`])).toBe(200);
    },
  );

  it("2.1: the host of a request line counts as much as that of the header", async () => {
    expect(
      statusOf(
        await sendRaw(gateway.port, rawRequest("GET http://evil.example/api/status HTTP/1.1", ["Host: localhost"])),
      ),
    ).toBe(403);
    expect(
      statusOf(
        await sendRaw(gateway.port, rawRequest("GET http://localhost/api/status HTTP/1.1", ["Host: evil.example"])),
      ),
    ).toBe(403);
  });

  it("2.1: a host is judged anew whatever the one before it was", async () => {
    const line = (address: string): string => rawRequest(`GET ${address} HTTP/1.1`, ["Host: localhost"]);
    const statuses: number[] = [];
    for (const address of [
      "http://localhost/v1/models",
      "http:////evil.example/v1/models",
      "http://localhost@evil.example/v1/models",
      "http://localhost/v1/models",
    ])
      statuses.push(statusOf(await sendRaw(gateway.port, line(address))));
    expect(statuses.map((status) => status === 200)).toEqual([true, false, false, true]);
  });

  it.each(["cross-site", "same-site"])(
    "2.2: Sec-Fetch-Site %s is refused at everything that tells or costs something",
    async (site) => {
      for (const path of ["/api/status", "/v1/models", "/metrics"])
        expect(await get(["Host: localhost", `Sec-Fetch-Site: ${site}`], path)).toBe(403);
      // a link to the page is followed
      expect(await get(["Host: localhost", `Sec-Fetch-Site: ${site}`, "Sec-Fetch-Mode: navigate"], "/")).toBe(200);
    },
  );

  it.each(["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example", "file://"])(
    "2.3: Origin %s is refused",
    async (origin) => {
      expect(await get(["Host: localhost", `Origin: ${origin}`])).toBe(403);
      const sent = await sendRaw(
        gateway.port,
        rawRequest(
          "POST /v1/chat/completions HTTP/1.1",
          ["Host: localhost", `Origin: ${origin}`, "content-type: application/json", `content-length: ${json.length}`],
          json,
        ),
      );
      expect(statusOf(sent)).toBe(403);
      expect(sent).not.toMatch(/access-control-allow-origin/i);
    },
  );

  it("2.3: the gateway's own page, and pages that are allowed, are served", async () => {
    const own = `http://127.0.0.1:${gateway.port}`;
    expect((await post(gateway, "/v1/route", hello, { origin: own, "sec-fetch-site": "same-origin" })).status).toBe(
      200,
    );
    const allowed = await post(gateway, "/v1/route", hello, {
      origin: "https://allowed.example",
      "sec-fetch-site": "cross-site",
    });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://allowed.example");
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
    "application/jsonp",
    "",
    undefined,
  ])("2.4: what can be sent without asking (%s) is no request", async (type) => {
    for (const path of [
      "/v1/chat/completions",
      "/v1/messages",
      "/v1/responses",
      "/v1/completions",
      "/v1/embeddings",
      "/v1/route",
      "/v1/feedback",
    ]) {
      const headers = [
        "Host: localhost",
        ...(type === undefined ? [] : [`Content-Type: ${type}`]),
        `Content-Length: ${json.length}`,
      ];
      expect(statusOf(await sendRaw(gateway.port, rawRequest(`POST ${path} HTTP/1.1`, headers, json)))).toBe(415);
    }
    expect(gateway.asked).toHaveLength(0);
  });

  it("2.5: preflights of other sites are not granted, and nothing is granted to all", async () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
      });
    const evil = await preflight("https://evil.example");
    expect(evil.headers.get("access-control-allow-origin")).toBeNull();
    expect(evil.headers.get("access-control-allow-credentials")).toBeNull();
    expect((await preflight("https://allowed.example")).headers.get("access-control-allow-origin")).toBe(
      "https://allowed.example",
    );
    expect(evil.headers.get("vary")).toContain("Origin");
  });

  it("2.6: the page runs nothing but its own, in no frame; answers are sniffed, embedded and kept by nobody", async () => {
    const page = await fetch(`${gateway.url}/`);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    for (const path of ["/", "/api/status", "/v1/models", "/v1/none", "/openapi.json"]) {
      const { headers } = await fetch(gateway.url + path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("cache-control")).toMatch(/no-store|no-cache/);
    }
  });

  it("2.7: no method but those that are meant does anything", async () => {
    for (const method of ["TRACE", "PUT", "PATCH", "PROPFIND", "TRACK", "CONNECT", "DELETE"]) {
      const answer = await sendRaw(
        gateway.port,
        rawRequest(`${method} /v1/models HTTP/1.1`, ["Host: localhost", "x-secret: 12345"]),
      );
      expect(answer, method).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain("12345");
    }
    const head = await sendRaw(gateway.port, rawRequest("HEAD /v1/models HTTP/1.1", ["Host: localhost"]));
    expect(head.split("\r\n\r\n")[1]).toBe("");
  });
});

describe("2: with a key, names and pages are whatever they are", () => {
  it("2.8: a gateway with a key may have any name, and the key is what counts", async () => {
    const gateway = await attackedGateway({ settings: { apiKey: gatewayKey } });
    const asked = ["Host: gateway.example", "Origin: https://evil.example"];
    expect(
      statusOf(
        await sendRaw(
          gateway.port,
          rawRequest("GET /v1/models HTTP/1.1", [...asked, `Authorization: Bearer ${gatewayKey}`]),
        ),
      ),
    ).toBe(200);
    expect(statusOf(await sendRaw(gateway.port, rawRequest("GET /v1/models HTTP/1.1", asked)))).toBe(401);
    await gateway.close();
  });
});
