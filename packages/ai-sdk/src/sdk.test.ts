import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createOpenAI } from "@ai-sdk/openai";
import * as ai from "ai";
import { describe, expect, test } from "vitest";
import { runScenarios } from "./scenarios.fixture.mjs";

type Seen = Awaited<ReturnType<typeof runScenarios>>;

function assertScenarios(seen: Seen): void {
  const words = "Hello from the mock, in several pieces.";
  const decision = { id: "decision", model: "first", ranking: [{ model: "first" }, { model: "second" }] };
  expect(seen.generateText).toMatchObject({ text: words, onehead: { decision, model: "first" } });
  expect(seen.generateText.onehead?.["costUsd"]).toBeGreaterThan(0);
  expect(seen.streamText).toMatchObject({ text: words, onehead: { decision, model: "first" } });
  expect(seen.streamText.onehead?.["costUsd"]).toBeGreaterThan(0);
  expect(seen.streamText.pieces).toBeGreaterThan(1);
  expect(seen.generateObject).toEqual({ object: { capital: "Paris" }, format: "json-schema" });
  expect(seen.toolLoop).toEqual({
    text: "It rains in Paris.",
    steps: 2,
    routed: 2,
    willingness: 0.01,
    tools: ["weather"],
    roles: ["user", "assistant", "tool"],
  });
  expect(seen.prepareStep).toEqual({ text: "It rains in Paris.", routed: 1, onehead: "first" });
  expect(seen.registry).toEqual({ text: words, pinned: "second" });
  expect(seen.fallback).toMatchObject({ text: "From the second.", onehead: { model: "second" } });
  expect(seen.fallback.onehead?.["tries"]).toMatchObject([{ model: "first", error: "http" }, { model: "second" }]);
  expect(seen.perCall).toEqual({ text: words, asked: { costQuality: 3, exclude: ["x*"], conversationId: "mine" } });
}

describe("the SDK's own functions over a routed model", () => {
  test("ai 6", async () => {
    assertScenarios(await runScenarios(ai, createOpenAI));
  });

  const newer = process.env["ONEHEAD_NEWER_NODE"];
  test.skipIf(newer === undefined)("ai 7, on a newer Node (ONEHEAD_NEWER_NODE)", () => {
    const script = fileURLToPath(new URL("./scenarios.fixture.mjs", import.meta.url));
    const { stdout, stderr, status } = spawnSync(newer ?? "", [script, "run"], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    assertScenarios(JSON.parse(stdout) as Seen);
  });
});
