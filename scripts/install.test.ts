// What a user gets: every published package, packed as the release packs it, installed by npm in an empty folder in one go.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GatewayProcess, startGateway, withoutKeys } from "./install/gateway-process.js";
import {
  createPackedProject,
  type InstalledPackage,
  installedPackages,
  type PackedProject,
} from "./install/packed-project.js";

/** Of `node_modules`, as `du` counts: small enough for a small container. */
const installLimitBytes = 60 * 2 ** 20;
/** From `npx` to the word that it listens, the best of several starts: what a person waits for without wondering. */
const readyLimitMs = 2_000;
const mostStarts = 12;

/** Clients of vendors are handed in by who uses them, never installed with us; no more are the frameworks that we plug into. */
const vendors =
  /^(openai|cohere-ai|ollama|langchain|langsmith|ai|@anthropic-ai\/.+|@google\/genai|@mistralai\/.+|@aws-sdk\/.+|@smithy\/.+|@langchain\/.+|@ai-sdk\/.+|@huggingface\/.+)$/;

const execute = promisify(execFile);
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

let project: PackedProject;
let installed: InstalledPackage[];
beforeAll(async () => {
  project = await createPackedProject();
  installed = installedPackages(project.folder);
}, 240_000);
afterAll(() => {
  if (project !== undefined) rmSync(project.folder, { recursive: true, force: true });
});

/** `npx onehead …` in the stranger's project, as a stranger runs it. */
async function onehead(...args: string[]): Promise<string> {
  const { stdout } = await execute("npx", ["onehead", ...args], { cwd: project.folder, env: withoutKeys(process.env) });
  return stdout.trim();
}

test("brings every package of ours, and no vendor's client or framework", () => {
  const names = installed.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(project.packed));
  expect(names.filter((name) => vendors.test(name))).toEqual([]);
});

test(`takes less than ${megabytes(installLimitBytes)} on disk`, () => {
  const total = installed.reduce((sum, { bytes }) => sum + bytes, 0);
  const biggest = installed.slice(0, 10).map(({ name, bytes }) => `${name} ${megabytes(bytes)}`);
  console.log(
    `installed: ${megabytes(total)} in ${installed.length} packages, from ${megabytes(project.tarballBytes)} of tarballs of ours; ${biggest.join(", ")}`,
  );
  expect(total).toBeLessThan(installLimitBytes);
});

test("ships no source maps, and what is bundled with its licences", () => {
  const modules = join(project.folder, "node_modules");
  const licensed = ["onehead", "@onehead/serve"].map((name) =>
    readFileSync(join(modules, name, "dist/third-party-licenses.txt"), "utf8"),
  );
  expect(licensed[0]).toMatch(/^zod \d/m);
  for (const name of ["hono", "@hono/node-server", "zod", "lru-cache", "drizzle-orm"]) {
    expect(licensed[1]).toMatch(new RegExp(`^${name} \\d`, "m"));
  }
});

test("takes the api of OpenTelemetry that the user's SDK takes: one that is newer than the SDK's hears nothing", () => {
  const manifest = readFileSync(join(project.folder, "node_modules/@onehead/serve/package.json"), "utf8");
  expect(JSON.parse(manifest).dependencies["@opentelemetry/api"]).toBe("^1.9.0");
});

test("onehead --version is the installed package's", async () => {
  const { version } = JSON.parse(readFileSync(join(project.folder, "node_modules/onehead/package.json"), "utf8"));
  expect(await onehead("--version")).toBe(version);
});

test("onehead route chooses a model with the router that it brings", async () => {
  const decision = JSON.parse(await onehead("route", "What is the capital of Australia?", "--json"));
  expect(decision.model).toEqual(expect.any(String));
  expect(decision.ranking.map(({ model }: { model: string }) => model)).toContain(decision.model);
});

test("onehead score finds its threads where it is installed, and writes Parquet", async () => {
  const lines = Array.from({ length: 300 }, (_, id) => JSON.stringify({ id, prompt: `What is ${id} plus ${id}?` }));
  writeFileSync(join(project.folder, "table.jsonl"), lines.join("\n"));
  const files = ["--input", "table.jsonl", "--output", "choices.parquet"];
  const summary = JSON.parse(await onehead("score", ...files, "--workers", "1", "--json"));
  expect(summary).toMatchObject({ rows: 300, failed: 0 });
  expect(readFileSync(join(project.folder, "choices.parquet")).subarray(-4).toString()).toBe("PAR1");
});

describe("onehead serve", () => {
  const databases: string[] = [];
  let gateway: GatewayProcess | undefined;
  afterAll(async () => {
    for (const folder of databases) rmSync(folder, { recursive: true, force: true });
  });

  async function serve(environment: Record<string, string> = {}): Promise<GatewayProcess> {
    const folder = mkdtempSync(join(tmpdir(), "onehead-log-"));
    databases.push(folder);
    const command = ["npx", "onehead", "serve", "--port", "0", "--json", "--database", join(folder, "onehead.db")];
    return startGateway(command, { cwd: project.folder, environment });
  }

  async function withGateway(environment: Record<string, string>, use: (url: string) => Promise<void>): Promise<void> {
    gateway = await serve(environment);
    try {
      await use(gateway.url);
    } finally {
      await gateway.stop();
    }
  }

  async function chat(
    url: string,
    path: string,
    body: object,
  ): Promise<{ answer: Record<string, never>; model: string }> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return { answer: await response.json(), model: response.headers.get("x-onehead-model") ?? "" };
  }

  test(`listens within ${readyLimitMs} ms of npx`, async () => {
    const times: number[] = [];
    // on a machine that others keep busy it takes a few starts to see what one takes by itself
    while (times.length < mostStarts && !times.some((time) => time < readyLimitMs)) {
      const started = await serve();
      times.push(started.readyMs);
      await started.stop();
    }
    console.log(`ready after ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
    expect(Math.min(...times)).toBeLessThan(readyLimitMs);
  });

  const messages = [{ role: "user", content: "hello" }];

  test("without a key an echo answers and says that none is set", async () => {
    await withGateway({}, async (url) => {
      const { answer } = await chat(url, "/v1/chat/completions", { model: "auto", messages });
      expect(JSON.stringify(answer)).toContain("no provider key is set");
      expect(JSON.stringify(answer)).toContain("You said: hello");
    });
  });

  test("with an OpenAI or an Anthropic key its models answer, on either's surface", async () => {
    const mock = new LLMock({ port: 0 });
    mock.onMessage("hello", { content: "Hello from upstream." });
    await mock.start();
    try {
      const keys = {
        openai: { OPENAI_API_KEY: "a-key", OPENAI_BASE_URL: `${mock.url}/v1` },
        anthropic: { ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: mock.url },
      };
      for (const [provider, environment] of Object.entries(keys)) {
        await withGateway(environment, async (url) => {
          const chosen = await chat(url, "/v1/chat/completions", { model: "auto", messages });
          expect(JSON.stringify(chosen.answer)).toContain("Hello from upstream.");
          expect(chosen.model).toMatch(provider === "openai" ? /^(gpt|o\d)/ : /^claude/);
          const other = await chat(url, "/v1/messages", { model: "auto", max_tokens: 100, messages });
          expect(JSON.stringify(other.answer)).toContain("Hello from upstream.");
        });
      }
    } finally {
      await mock.stop();
    }
  });
});
