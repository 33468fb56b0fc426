import { NoEligibleModelError, OneheadError } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import {
  type ChatRequest,
  type ModelPrices,
  PriceBook,
  ProviderError,
  ProviderHttpError,
  type RouteOutcome,
} from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { createRuntime } from "./create-runtime.js";
import type { RuntimeOptions } from "./runtime-options.js";
import { testEmbedder, testRouter } from "./test-router.fixture.js";

const router = testRouter();
const [cheap, middle, dear] = router.candidates.map(({ id }) => id);
const names = Object.fromEntries([cheap, middle, dear].map((id) => [id, { provider: "test", model: id }]));

function bookWith(cached?: number): PriceBook {
  return new PriceBook(
    [cheap, middle, dear].map((model, i) => {
      const prices: ModelPrices = {
        inputUsdPerMillionTokens: 0.1 * 10 ** i,
        outputUsdPerMillionTokens: 0.4 * 10 ** i,
        source: "made up",
        asOf: "2026-11-26",
        ...(cached === undefined ? {} : { cachedInputUsdPerMillionTokens: cached }),
      };
      return { provider: "test", model, kind: "chat", prices, capabilities: {} };
    }),
    { now: () => Date.parse("2026-11-26") },
  );
}

function runtimeWith(over: Partial<RuntimeOptions> = {}) {
  const embedder = testEmbedder(router);
  return { embedder, runtime: createRuntime({ router, embedder, names, prices: bookWith(), ...over }) };
}

const ask = (text: string, rest: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content: text }],
  ...rest,
});

describe("route", () => {
  test.each(["priced", "conversation", "never"] as const)(
    "a limit that is none is refused: sticky %s",
    async (sticky) => {
      const { runtime } = runtimeWith({ sticky });
      for (const maxCostUsd of [Number.NaN, -1, "1" as never]) {
        await expect(runtime.route({ request: ask("Hi"), maxCostUsd })).rejects.toMatchObject({
          code: "invalid-argument",
          message: expect.stringContaining(`maxCostUsd: ${maxCostUsd}`),
        });
      }
    },
  );

  test("embeds the question and prices the whole request", async () => {
    const { embedder, runtime } = runtimeWith();
    const short = await runtime.route({ request: ask("What is a monad?") });
    const long = await runtime.route({
      request: {
        messages: [
          { role: "system", content: "word ".repeat(5000) },
          { role: "user", content: "What is a monad?" },
        ],
      },
    });
    expect(embedder.texts).toEqual(["What is a monad?", "What is a monad?"]);
    expect(long.inputTokens).toBeGreaterThan(short.inputTokens + 4000);
    const costOf = (decision: typeof short, model: string) =>
      decision.ranking.find((candidate) => candidate.model === model)?.predictedCostUsd ?? 0;
    expect(costOf(long, dear) - costOf(short, dear)).toBeCloseTo(
      ((long.inputTokens - short.inputTokens) * 10) / 1e6,
      8,
    );
    expect(short.ranking.map(({ reward }) => reward)).toEqual(
      short.ranking.map(({ reward }) => reward).sort((a, b) => b - a),
    );
  });

  test("embeds the harness's own errand where it has one, and something even where nobody has asked in words", async () => {
    const { embedder, runtime } = runtimeWith();
    const title = "Please write a 5-10 word title for the following conversation:";
    await runtime.route({ request: ask(`${title}\n\nUser: Prove the four colour theorem\n\nAssistant: …`) });
    expect(embedder.texts.at(-1)).toContain("5-10 word title");
    expect(embedder.texts.at(-1)).not.toContain("colour theorem");
    await runtime.route({ request: { messages: [{ role: "system", content: "Speak like a pirate." }] } });
    expect(embedder.texts.at(-1)).toBe("Speak like a pirate.");
  });

  test("goes by the request's knob, not by the other one of the defaults", async () => {
    const { runtime } = runtimeWith({ preference: { costQuality: 10 } });
    expect((await runtime.route({ request: ask("Hi"), willingnessToPayUsd: 1e-9 })).model).toBe(cheap);
    const best = await runtime.route({ request: ask("Hi"), willingnessToPayUsd: Number.POSITIVE_INFINITY });
    expect(best.model).toBe([...best.ranking].sort((a, b) => b.predictedQuality - a.predictedQuality)[0].model);
  });

  test("takes no candidate that was not named, was excluded or costs too much", async () => {
    const { runtime } = runtimeWith();
    expect((await runtime.route({ request: ask("Hi"), models: [dear] })).ranking.map(({ model }) => model)).toEqual([
      dear,
    ]);
    const without = await runtime.route({ request: ask("Hi"), exclude: [cheap] });
    expect(without.ranking.map(({ model }) => model)).not.toContain(cheap);
    const error = await runtime.route({ request: ask("Hi"), maxCostUsd: 1e-12 }).catch((thrown: unknown) => thrown);
    expect(NoEligibleModelError.isInstance(error) && error.excluded.map(({ reason }) => reason)).toEqual(
      Array(3).fill("max-cost"),
    );
    await expect(runtime.route({ request: ask("Hi"), models: [] })).rejects.toThrow("models");
    const mistaken = runtime.route({ request: ask("Hi"), models: ["gpt-lunar"] });
    await expect(mistaken).rejects.toThrow(`models: gpt-lunar, expected candidates of the router, such as ${cheap}`);
  });

  test("asks of the candidates what the request needs", async () => {
    const { runtime } = runtimeWith();
    const image = { type: "image" as const, data: new Uint8Array(3), mediaType: "image/png" };
    const error = await runtime
      .route({ request: { messages: [{ role: "user", content: [image] }] } })
      .catch((thrown: unknown) => thrown);
    expect(NoEligibleModelError.isInstance(error) && error.excluded.map(({ reason }) => reason)).toEqual(
      Array(3).fill("vision"),
    );
    const json = await runtime.route({ request: ask("Hi", { responseFormat: { type: "json" } }) });
    expect(json.ranking).toHaveLength(3);
  });
});

describe("staying put", () => {
  const conversation = (turns: number): ChatRequest => ({
    messages: Array.from({ length: 2 * turns - 1 }, (_, i) =>
      i % 2 === 0
        ? { role: "user" as const, content: `Question ${i}: ${"long text ".repeat(2000)}` }
        : { role: "assistant" as const, content: `Answer ${i}` },
    ),
  });
  const answerBy = async (runtime: ReturnType<typeof createRuntime>, request: ChatRequest, model: string) => {
    const decision = await runtime.route({ request, models: [model] });
    (await runtime.run(decision, async () => "answer")).settle({ inputTokens: 1, outputTokens: 1 });
  };

  test("the prompt cache is priced into the current candidate alone: its prefix costs the cached price", async () => {
    const { runtime } = runtimeWith({ prices: bookWith(0.05) });
    await answerBy(runtime, conversation(1), dear);
    const fresh = await runtimeWith({ sticky: "never" }).runtime.route({ request: conversation(2) });
    const next = await runtime.route({ request: conversation(2) });
    const prefix = (await runtime.route({ request: conversation(1), conversationId: "other" })).inputTokens;
    // 10 USD a million in full, .05 from the cache
    expect(next.cacheSavingUsd).toBeCloseTo((prefix * 9.95) / 1e6, 10);
    const costs = (decision: typeof next) =>
      Object.fromEntries(decision.ranking.map(({ model, predictedCostUsd }) => [model, predictedCostUsd]));
    expect(costs(next)[cheap]).toBe(costs(fresh)[cheap]);
    expect(costs(next)[middle]).toBe(costs(fresh)[middle]);
    expect(costs(next)[dear]).toBeCloseTo(costs(fresh)[dear] - next.cacheSavingUsd, 10);
  });

  test("so a switch happens when it is worth its money, and not else", async () => {
    const { runtime } = runtimeWith({ prices: bookWith(0.001) });
    const free = await runtimeWith({ sticky: "never" }).runtime.route({
      request: conversation(2),
      willingnessToPayUsd: 1e-6,
    });
    expect(free.model).toBe(cheap);
    // some 160,000 tokens: .016 USD in full at .1 a million, .00016 from the cache at .001
    await answerBy(runtime, conversation(40), middle);
    const stays = await runtime.route({ request: conversation(40), willingnessToPayUsd: 1e-6 });
    expect(stays.model).toBe(middle);
    const lone = await runtime.route({
      request: conversation(40),
      willingnessToPayUsd: 1e-6,
      conversationId: "another",
    });
    expect(lone.model).toBe(cheap);
  });

  test("a cache that has died, or whose price is not known, saves nothing", async () => {
    let nowMs = Date.parse("2026-11-26");
    const { runtime } = runtimeWith({ prices: bookWith(0.05), now: () => nowMs });
    await answerBy(runtime, conversation(1), dear);
    nowMs += 300_001;
    expect((await runtime.route({ request: conversation(2) })).cacheSavingUsd).toBe(0);
    const unknown = runtimeWith().runtime;
    await answerBy(unknown, conversation(1), dear);
    expect((await unknown.route({ request: conversation(2) })).cacheSavingUsd).toBe(0);
  });

  test('"conversation" stays while the model is eligible; the others still follow by reward', async () => {
    const { runtime } = runtimeWith({ sticky: "conversation" });
    await answerBy(runtime, conversation(1), dear);
    const next = await runtime.route({ request: conversation(2), willingnessToPayUsd: 1e-9 });
    expect(next.ranking.map(({ model }) => model)).toEqual([dear, cheap, middle]);
    const without = await runtime.route({ request: conversation(2), willingnessToPayUsd: 1e-9, exclude: [dear] });
    expect(without.model).toBe(cheap);
  });

  test("conversations are told apart by their beginning, or by an id", async () => {
    const { runtime } = runtimeWith({ sticky: "conversation" });
    await answerBy(runtime, conversation(1), dear);
    const other = await runtime.route({ request: ask("Something else"), willingnessToPayUsd: 1e-9 });
    expect(other.model).toBe(cheap);
    const named = await runtime.route({
      request: conversation(2),
      willingnessToPayUsd: 1e-9,
      conversationId: "of my own",
    });
    expect(named.model).toBe(cheap);
  });
});

describe("run", () => {
  test("prices what was tried, and tells the listener, whose faults are its own", async () => {
    const outcomes: RouteOutcome[] = [];
    const { runtime } = runtimeWith({
      retry: { retries: 0 },
      onOutcome: (outcome) => {
        outcomes.push(outcome);
        throw new Error("of the listener");
      },
    });
    const decision = await runtime.route({ request: ask("Hi"), willingnessToPayUsd: 1e-9 });
    const call = await runtime.run(decision, async ({ model }) => {
      if (model === cheap) throw new ProviderHttpError("busy", { status: 503 });
      return model;
    });
    call.settle({ inputTokens: 1_000_000, outputTokens: 1_000_000 });
    // 1 + 4 USD for the middle one
    expect(outcomes).toMatchObject([{ model: middle, costUsd: 5, unresolvedTries: 0 }]);
    expect(runtime.circuitState(cheap)).toBe("closed");
  });
});

test("without a price book a call costs what the router reckons with", async () => {
  const { runtime } = runtimeWith({ prices: undefined });
  const decision = await runtime.route({ request: ask("Hi"), models: [middle] });
  const call = await runtime.run(decision, async () => "answer");
  call.settle({ inputTokens: 1_000_000, cachedInputTokens: 1000, outputTokens: 500_000 });
  expect(call.outcome).toMatchObject({ costUsd: 3, unresolvedTries: 0 });
});

describe("exploration", () => {
  test("takes each eligible candidate as often as its propensity says", async () => {
    const random = createRandom(7);
    const { runtime } = runtimeWith({ explorationRate: 0.3, random: () => random.uniform() });
    const seen = new Map<string, { times: number; propensity: number | undefined }>();
    const calls = 3000;
    for (let i = 0; i < calls; i++) {
      const { model, propensity, ranking } = await runtime.route({
        request: ask("Sum 1 and 2."),
        conversationId: `${i}`,
      });
      expect(ranking[0].model).toBe(model);
      const known = seen.get(model) ?? { times: 0, propensity };
      expect(propensity).toBe(known.propensity);
      seen.set(model, { ...known, times: known.times + 1 });
    }
    // 1 − 0.3 + 0.3 / 3 for the best, 0.3 / 3 for the others
    expect([...seen.values()].map(({ propensity }) => propensity?.toFixed(3)).sort()).toEqual([
      "0.100",
      "0.100",
      "0.800",
    ]);
    // four standard errors of the rarest
    for (const { times, propensity = 0 } of seen.values())
      expect(Math.abs(times / calls - propensity)).toBeLessThan(0.03);
  });

  test("is off unless it is asked for", async () => {
    expect(await runtimeWith().runtime.route({ request: ask("Hi") })).not.toHaveProperty("propensity");
  });
});

describe("options that cannot be", () => {
  test.each([
    [{ sticky: "always" as never }, "sticky"],
    [{ hedgeAfterMs: 0 }, "hedgeAfterMs"],
    [{ deadlineMs: Number.NaN }, "deadlineMs"],
    [{ retry: { retries: 1.5 } }, "retries"],
    [{ retry: { backOffMs: -1 } }, "backOffMs"],
    [{ breaker: { failures: 0 } }, "failures"],
    [{ explorationRate: 1.5 }, "explorationRate"],
    [{ limits: { openai: { concurrency: 0 } } }, "openai"],
    [{ router: {} as never }, "router"],
    [{ embedder: null as never }, "embedder"],
  ])("%o names the option", (over, name) => {
    const make = () => runtimeWith(over);
    expect(make).toThrow(name);
    expect(make).toThrow(expect.toSatisfy(ProviderError.isInstance));
  });

  test("another embedder than the router's", () => {
    const embedder = { ...testEmbedder(router), id: "another" };
    expect(() => createRuntime({ router, embedder })).toThrow(expect.toSatisfy(OneheadError.isInstance));
  });

  test("a strict price book that lacks a candidate says so at once", () => {
    const prices = new PriceBook([], { onMissing: "error" });
    expect(() => runtimeWith({ prices })).toThrow(
      expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "price"),
    );
  });
});
