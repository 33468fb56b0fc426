import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createOpenAI } from "@ai-sdk/openai";
import * as ai from "ai";
import OpenAI from "openai";
import * as helpers from "openai/helpers/zod";
import { describe, expect, test } from "vitest";
import { type AiReport, runAiScenarios } from "./ai-scenarios.fixture.mjs";
import { countedTokens, describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { type OpenAiReport, runOpenAiScenarios } from "./openai-scenarios.fixture.mjs";

// versions that need a newer Node than ours run in a process of one
const newerNode = process.env["ONEHEAD_NEWER_NODE"];

async function onNewerNode<Report>(script: string, scenario: object): Promise<Report> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  // not awaited in this thread: the gateway that is asked runs here
  const { stdout } = await promisify(execFile)(newerNode ?? "", [file, "run", JSON.stringify(scenario)]);
  return JSON.parse(stdout) as Report;
}

describeUpstreams(upstreams, (under) => {
  const echoes = under.upstream === "echo";
  const said = echoes ? expect.stringMatching(/You said: Say hello$/) : helloText;
  const capital = { capital: echoes ? "echo" : "Paris" };

  async function assertAi({ seen, ids }: AiReport, kind: "chat" | "responses"): Promise<void> {
    const surface = kind === "chat" ? "chat-completions" : "responses";
    expect(seen.generateText).toMatchObject({ text: said, reason: "stop" });
    expect(seen.streamText).toMatchObject({ text: said, several: true });
    expect(seen.generateObject).toEqual(capital);
    expect(seen.streamObject).toEqual(capital);
    if (!echoes) {
      for (const { usage } of [seen.generateText, seen.streamText]) expect(usage).toEqual(countedTokens);
      const tools = { text: "Rain here, sun there.", steps: 2, asked: ["Paris", "Rome"] };
      expect(seen).toMatchObject({ tools, streamedTools: tools });
    }
    expect(seen.embeddings).toEqual([expect.any(Number), seen.embeddings[0]]);
    expect(seen.unknown).toEqual({ name: "AI_APICallError", statusCode: 404 });
    const surfaces = await Promise.all(ids.map(async (id) => (await under.gateway.settled(id)).surface));
    expect(surfaces).toEqual([...Array(echoes ? 4 : 8).fill(surface), "embeddings"]);
  }

  async function assertOpenAi({ seen, ids }: OpenAiReport): Promise<void> {
    for (const text of [seen.create, seen.stream, seen.gathered, seen.response]) expect(text).toEqual(said);
    expect(seen.completion).toEqual(said);
    expect([seen.parsed, seen.parsedResponse]).toEqual([capital, capital]);
    expect(seen.tools).toEqual(echoes ? undefined : { text: "It rains in Paris.", asked: ["Paris"] });
    expect(seen.responseTypes[0]).toBe("response.created");
    expect(seen.responseTypes.at(-1)).toBe("response.completed");
    expect(seen.embeddings).toEqual([expect.any(Number), seen.embeddings[0]]);
    expect(seen.firstModel).toBe("auto");
    expect(seen.unknown).toEqual({ ours: true, code: "model_not_found" });
    expect(ids).toHaveLength(echoes ? 9 : 11);
    for (const id of ids) await under.gateway.settled(id);
  }

  const aiScenario = (kind: "chat" | "responses") => ({ url: under.gateway.url, kind, calls: !echoes });
  const openAiScenario = () => ({ url: under.gateway.url, calls: !echoes });

  describe.each(["chat", "responses"] as const)("the AI SDK over %s", (kind) => {
    test("ai 6: texts, objects, tools in several steps, embeddings, and a model that nobody has", async () => {
      await assertAi(await runAiScenarios(ai, createOpenAI, aiScenario(kind)), kind);
    });

    test.skipIf(newerNode === undefined)(
      "ai 7, on a newer Node (skipped unless ONEHEAD_NEWER_NODE names it)",
      async () => {
        await assertAi(await onNewerNode<AiReport>("./ai-scenarios.fixture.mjs", aiScenario(kind)), kind);
      },
    );
  });

  describe("OpenAI's client", () => {
    test("openai 6: the core of it", async () => {
      await assertOpenAi(await runOpenAiScenarios(OpenAI, helpers, openAiScenario()));
    });

    test.skipIf(newerNode === undefined)(
      "openai 7, on a newer Node (skipped unless ONEHEAD_NEWER_NODE names it)",
      async () => {
        await assertOpenAi(await onNewerNode<OpenAiReport>("./openai-scenarios.fixture.mjs", openAiScenario()));
      },
    );
  });
});
