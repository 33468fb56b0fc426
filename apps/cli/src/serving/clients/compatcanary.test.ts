import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeUpstreams } from "./mock-upstream.fixture.js";
import { anthropicMessage } from "./provider-words.fixture.js";
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamRequest } from "./scripted-upstream.fixture.js";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

const main = createRequire(import.meta.url).resolve("compatcanary");
const cli = join(dirname(main), "cli.js");

interface Scan {
  score: number;
  results: Array<{ id: string; status: string; required: boolean; summary: string }>;
}

/** Its own command, in a process of its own. */
async function scan(url: string, profile: "chat" | "modern"): Promise<Scan> {
  const args = ["scan", "--base-url", `${url}/v1`, "--model", "auto", "--profile", profile, "--format", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { env: { OPENAI_API_KEY: "any" } });
  return JSON.parse(stdout) as Scan;
}

const checks = { chat: 5, modern: 7 } as const;

async function assertCompatible(url: string): Promise<void> {
  for (const profile of ["chat", "modern"] as const) {
    const { results } = await scan(url, profile);
    expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
    expect(results).toHaveLength(checks[profile]);
  }
}

describeUpstreams(["echo", "openai", "google"], (under) => {
  test("compatcanary finds nothing that is not compatible, required or not", async () => {
    await assertCompatible(under.gateway.url);
  });
});

describe("with a server behind that speaks Anthropic's interface only", () => {
  let upstream: ScriptedUpstream;
  let gateway: TestGateway;
  beforeAll(async () => {
    upstream = await startScriptedUpstream(answer);
    gateway = await startGateway({ ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: upstream.url });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  test("compatcanary finds nothing that is not compatible, required or not", async () => {
    await assertCompatible(gateway.url);
    expect(new Set(upstream.requests.map(({ path }) => path.split("?")[0]))).toEqual(new Set(["/v1/messages"]));
  });
});

function answer(request: UpstreamRequest) {
  const [tool] = (request.body["tools"] ?? []) as Array<{ name: string }>;
  if (tool !== undefined) {
    return anthropicMessage(request, [{ type: "tool_use", id: "toolu_1", name: tool.name, input: { value: "x" } }]);
  }
  const json = request.body["output_config"] !== undefined;
  return anthropicMessage(request, [{ type: "text", text: json ? '{"status":"ok"}' : "CANARY_OK" }]);
}
