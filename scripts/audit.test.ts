import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { judge, parseAllowed } from "./audit.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const advisory = {
  github_advisory_id: "GHSA-aaaa-bbbb-cccc",
  module_name: "hono",
  severity: "high",
  title: "a hole",
  findings: [{ paths: ["bench>hono", "packages__serve>hono"] }],
};
const audit = (changes: object) => ({ advisories: { 1: { ...advisory, ...changes } } });
const allowed = [{ advisory: "GHSA-aaaa-bbbb-cccc", reason: "the hole is not reached", until: "2026-06-30" }];

/** Runs it against a registry that answers so. */
async function run(status: number, body: object): Promise<{ code: number | null; output: string }> {
  const registry = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const { port } = registry.address() as AddressInfo;
  const child = spawn(process.execPath, ["scripts/audit.mjs"], {
    cwd: root,
    env: { ...process.env, pnpm_config_registry: `http://127.0.0.1:${port}/`, pnpm_config_fetch_retries: "0" },
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  registry.closeAllConnections();
  registry.close();
  return { code, output };
}

describe("the audit of dependencies", () => {
  it("fails for what is grave and shipped alone", () => {
    expect(judge(audit({}), [], "2026-01-01").failures).toHaveLength(1);
    expect(judge(audit({ severity: "critical" }), [], "2026-01-01").failures).toHaveLength(1);
    expect(judge(audit({ severity: "moderate" }), [], "2026-01-01").failures).toEqual([]);
    expect(judge(audit({ findings: [{ paths: ["bench>hono", "examples>hono"] }] }), [], "2026-01-01").failures).toEqual(
      [],
    );
    // a test's own tool beside what is carried within, and what is installed
    const by = (path: string) => judge(audit({ findings: [{ paths: [path] }] }), [], "2026-01-01").failures.length;
    expect([by("packages__serve>fast-check"), by("packages__serve>hono"), by("packages__serve>undici")]).toEqual([
      0, 1, 1,
    ]);
    expect(judge({}, [], "2026-01-01")).toEqual({ failures: [], notes: [] });
  });

  it("passes what is allowed, with a reason, until its day", () => {
    expect(judge(audit({}), allowed, "2026-06-30")).toMatchObject({
      failures: [],
      notes: [expect.stringContaining("not reached")],
    });
    expect(judge(audit({}), allowed, "2026-07-01").failures).toHaveLength(1);
    expect(parseAllowed(JSON.stringify(allowed))).toEqual(allowed);
    for (const entry of [
      { ...allowed[0], reason: "" },
      { ...allowed[0], until: "soon" },
      { ...allowed[0], advisory: "hono" },
    ]) {
      expect(() => parseAllowed(JSON.stringify([entry]))).toThrow(/expected advisory/);
    }
  });

  it("asks the registry for what the lock file holds", async () => {
    const found = {
      hono: [
        {
          id: 1,
          url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
          title: "a hole",
          severity: "high",
          vulnerable_versions: "<99",
        },
      ],
    };
    expect(await run(200, found)).toMatchObject({ code: 1, output: expect.stringContaining("a hole") });
    expect(await run(200, {})).toMatchObject({ code: 0, output: expect.stringContaining("0 grave") });
  });

  it("is skipped, and says so, where no registry answers", async () => {
    expect(await run(405, {})).toMatchObject({ code: 0, output: expect.stringContaining("skipped") });
  });
});
