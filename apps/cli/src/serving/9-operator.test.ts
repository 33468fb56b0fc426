import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../config/config.js";
import { fileWarnings } from "./file-warnings.js";
import { gatewaySettings } from "./gateway-settings.js";
import { type RunningGateway, runGateway } from "./running-gateway.js";
import { serveSchema } from "./serve-config.js";

const key = "a-key-of-the-gateway-0123456789";
const folder = mkdtempSync(join(tmpdir(), "onehead-operator-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("9: the operator's side", () => {
  it("9.2: without a key nothing but this machine is listened to", () => {
    const serve = serveSchema.parse({});
    for (const host of ["0.0.0.0", "::", "192.168.1.4", "example.com", "127.0.0.1.example.com", ""]) {
      expect(() => gatewaySettings(serve, undefined, host)).toThrow(/ONEHEAD_API_KEY/);
      expect(gatewaySettings(serve, key, host).apiKey).toBe(key);
    }
    for (const host of ["127.0.0.1", "::1", "localhost"])
      expect(gatewaySettings(serve, undefined, host).apiKey).toBeNull();
  });

  it("9.3: a short key of the gateway is refused, and not quoted", async () => {
    const config = file("short.json", JSON.stringify({ serve: { apiKey: "guessme" } }));
    await expect(readConfig(config)).rejects.toThrow(/16 characters/);
    await expect(readConfig(config)).rejects.not.toThrow(/guessme/);
    // the same in the environment, where most keys stand
    const short = (): unknown => gatewaySettings(serveSchema.parse({}), "guessme", "0.0.0.0");
    expect(short).toThrow(/^ONEHEAD_API_KEY: shorter than 16 characters/);
    expect(short).not.toThrow(/guessme/);
  });

  it("9.4: a configuration that unfolds without end, or sets prototypes, is refused", async () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
      );
    const begun = performance.now();
    await expect(readConfig(file("bomb.yaml", lines.join("\n")))).rejects.toMatchObject({ code: "invalid-argument" });
    expect(performance.now() - begun).toBeLessThan(5_000);
    for (const [name, text] of [
      ["proto.yaml", "serve:\n  __proto__:\n    apiKey: x\n"],
      ["proto.json", '{"serve":{"__proto__":{"apiKey":"x"}}}'],
      ["names.yaml", "serve:\n  names:\n    __proto__: { provider: openai, model: x }\n"],
    ] as const) {
      await expect(readConfig(file(name, text))).rejects.toThrow(/__proto__/);
    }
    expect(({} as Record<string, unknown>)["apiKey"]).toBeUndefined();
  });

  it("9.5: what is wrong with a configuration is said without what stands in it", async () => {
    const secret = "sk-secret-0123456789";
    for (const serve of [
      { apiKey: [secret] },
      { providers: { openai: { apiKey: secret, baseUrl: secret } } },
      { providers: { "Bad Id": { apiKey: secret } } },
      { logLevel: secret },
      { host: { [secret]: 1 } },
    ]) {
      const told = await readConfig(file("wrong.json", JSON.stringify({ serve }))).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(told).toMatch(/serve/);
      expect(told).not.toContain(secret);
    }
  });

  it.skipIf(process.platform === "win32")("9.6: files with keys or prompts that others can read are told", () => {
    const open = file("open.yaml", "serve:\n  apiKey: abcdefghijklmnopqrst\n", 0o644);
    const database = file("open.db", "", 0o644);
    expect(fileWarnings(open, database)).toEqual([
      expect.stringContaining("chmod 600"),
      expect.stringContaining("others can read the key"),
    ]);
    expect(
      fileWarnings(file("closed.yaml", "serve:\n  apiKey: abcdefghijklmnopqrst\n"), file("closed.db", "")),
    ).toEqual([]);
    expect(fileWarnings(file("env.yaml", `serve:\n  apiKey: "\${ONEHEAD_API_KEY}"\n`, 0o644), ":memory:")).toEqual([]);
    expect(fileWarnings(undefined, join(folder, "none.db"))).toEqual([]);
  });
});

describe("9: a gateway that runs", () => {
  const lines: string[] = [];
  const log = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  const config = join(folder, "running.json");
  const database = join(folder, "running.db");
  const upstreamKey = "sk-of-the-provider-0123456789";
  let gateway: RunningGateway;
  beforeAll(async () => {
    file("running.json", JSON.stringify({ serve: { apiKey: key } }));
    gateway = await runGateway({
      config,
      artifact: fileURLToPath(new URL("../../artifacts/default.onehead", import.meta.url)),
      embedder: undefined,
      host: undefined,
      port: 0,
      database,
      environment: { OPENAI_API_KEY: upstreamKey, OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
      logger: { info: log, warn: log, error: log },
    });
  });
  afterAll(() => gateway.close());
  const status = (bearer: string) =>
    fetch(`${gateway.url}/api/status`, { headers: { authorization: `Bearer ${bearer}` } });

  it("9.8: a broken configuration changes nothing; a new key holds at once", async () => {
    for (const text of [
      "{",
      "[]",
      '{"serve":{"apiKey":"short"}}',
      '{"serve":{"providers":{"openai":{"baseUrl":"http://169.254.169.254"}}}}',
      `{"serve":{"apiKey":"\${NOT_SET_ANYWHERE}"}}`,
    ]) {
      file("running.json", text);
      await expect(gateway.reload()).rejects.toThrow();
      expect((await status(key)).status).toBe(200);
      expect((await fetch(`${gateway.url}/api/status`)).status).toBe(401);
    }
    file("running.json", JSON.stringify({ serve: { apiKey: `${key}-2` } }));
    await gateway.reload();
    expect((await status(key)).status).toBe(401);
    expect((await status(`${key}-2`)).status).toBe(200);
  });

  it("9.8: a configuration that is taken away holds until there is one again", async () => {
    rmSync(config);
    const soon = { timeout: 10_000, interval: 50 };
    await vi.waitFor(() => expect(lines.join("\n")).toContain("is gone; what was read from it holds"), soon);
    expect((await status(`${key}-2`)).status).toBe(200);
    file("running.json", JSON.stringify({ serve: { apiKey: `${key}-3` } }));
    await vi.waitFor(async () => expect((await status(`${key}-3`)).status).toBe(200), soon);
  });

  it.skipIf(process.platform === "win32")("9.9: the log is its owner's alone", () => {
    for (const suffix of ["", "-wal", "-shm", "-calls-a", "-calls-b", ".lock"]) {
      const path = `${database}${suffix}`;
      const found = statSync(path, { throwIfNoEntry: false });
      if (found !== undefined) expect((found.mode & 0o777).toString(8), path).toBe("600");
    }
  });

  it("9.10: the provider's key comes out nowhere, nor does a file of this machine", async () => {
    const headers = { authorization: `Bearer ${key}-2`, "content-type": "application/json" };
    const texts: string[] = [];
    const body = JSON.stringify({ model: "openai/gpt-6-luna", messages: [{ role: "user", content: "hello" }] });
    for (const path of ["/v1/chat/completions", "/v1/responses", "/v1/route"]) {
      const answer = await fetch(gateway.url + path, { method: "POST", headers, body });
      texts.push(await answer.text());
    }
    for (const path of ["/api/status", "/api/models", "/api/decisions", "/metrics", "/openapi.json", "/v1/models", "/"])
      texts.push(await (await fetch(gateway.url + path, { headers })).text());
    expect([...texts, ...lines].join("\n")).not.toContain(upstreamKey);
    expect([...texts, ...lines].join("\n")).not.toContain(key);
    for (const path of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/assets/../../main.js",
      "/running.db",
      "/main.js",
      "/index.js.map",
      "/.git/config",
      "//etc/passwd",
      "/assets/",
      "/constructor",
      "/__proto__",
    ]) {
      expect((await fetch(gateway.url + path)).status, path).toBe(404);
    }
  });
});
