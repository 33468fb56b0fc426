import { readFileSync } from "node:fs";
import { parseArtifact, Router } from "@onehead/core";
import { PriceBook, type RouteOutcome } from "@onehead/provider";
import { createRuntime, type RuntimeOptions } from "@onehead/runtime";
import { expect, test } from "vitest";
import { FakeModel, type Script, whole } from "./fake-model.fixture.js";
import { outcomeOf, RoutedChatModel } from "./index.js";

const artifact = parseArtifact(readFileSync(new URL("../../../apps/cli/artifacts/default.onehead", import.meta.url)));
const ids = artifact.manifest.candidates
  .filter(({ profile, costKind }) => profile.kind === "measured" && costKind === "tokens")
  .slice(0, 2)
  .map(({ id }) => id);
const router = new Router(artifact, { models: ids });
const embedder = {
  id: router.embedderId,
  dimensions: router.dimensions,
  embed: async () => new Float32Array(router.dimensions).fill(0.05),
};
const prices = new PriceBook(
  ids.map((model) => ({
    provider: "test",
    model,
    kind: "chat",
    capabilities: {},
    prices: {
      inputUsdPerMillionTokens: 1,
      cachedInputUsdPerMillionTokens: 0.5,
      outputUsdPerMillionTokens: 2,
      source: "test",
      asOf: new Date().toISOString().slice(0, 10),
    },
  })),
);

/** A routed model whose first choice does what the one script says, and the other what the other says. */
async function routed(first: Script, second: Script, options: Partial<RuntimeOptions> = {}) {
  const outcomes: RouteOutcome[] = [];
  const runtime = createRuntime({
    router,
    embedder,
    prices,
    names: Object.fromEntries(ids.map((model) => [model, { provider: "test", model }])),
    retry: { backOffMs: 1 },
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  const { model: best } = await runtime.route({ request: { messages: [{ role: "user", content: "Hi" }] } });
  const fakes = { first: new FakeModel(first), second: new FakeModel(second) };
  const models = Object.fromEntries(ids.map((id) => [id, id === best ? fakes.first : fakes.second]));
  return { model: new RoutedChatModel({ router: runtime, models }), ...fakes, outcomes };
}

test("the runtime tries again, falls back, and adds up what it cost", async () => {
  const busy = Object.assign(new Error("busy"), { status: 503 });
  const { model, first, second, outcomes } = await routed([busy], whole);
  const message = await model.invoke("Hi");
  expect(message.text).toBe("Hello");
  expect([first.calls.length, second.calls.length]).toEqual([2, 1]);
  const outcome = outcomeOf(message.response_metadata);
  expect(outcome?.tries).toMatchObject([
    { outcome: "failed", status: 503, costUsd: 0 },
    { outcome: "failed", status: 503, costUsd: 0 },
    { outcome: "answered" },
  ]);
  // 60 tokens at 1 USD a million, 40 cached ones at 0.5, 50 of the answer at 2
  expect(outcome?.costUsd).toBeCloseTo((60 + 40 * 0.5 + 50 * 2) / 1e6, 12);
  expect(outcomes.length).toBe(1);
});

test("a candidate that is too slow is left for the faster one, and its request is ended", async () => {
  let answer = (_: string): void => {};
  const slow = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const { model, first } = await routed([() => slow], whole, { hedgeAfterMs: 10 });
  let text = "";
  for await (const piece of await model.stream("Hi")) text += piece.text;
  expect(text).toBe("Hello");
  expect(first.calls).toMatchObject([{ signal: { aborted: true } }]);
  answer("too late");
  await expect.poll(() => first.open).toBe(0);
});

test("a deadline ends a call that nobody answers", async () => {
  const never = () => new Promise<string>(() => {});
  const { model } = await routed([never], [never], { deadlineMs: 20 });
  await expect(model.stream("Hi")).rejects.toMatchObject({ code: "timeout" });
});

test("what nobody can mend is not tried elsewhere", async () => {
  const wrong = Object.assign(new Error("no"), { status: 400, code: "invalid_request_error" });
  const { model, second } = await routed([wrong], whole);
  await expect(model.invoke("Hi")).rejects.toBe(wrong);
  expect(second.calls).toEqual([]);
});
