import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoggedDecision, startGateway, type TestGateway } from "./test-gateway.fixture.js";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.close());

const messages = [{ role: "user" as const, content: "Prove that there are infinitely many primes." }];

async function post(body: object, headers: Record<string, string> = {}, path = "/v1/chat/completions") {
  const response = await fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "auto", messages, ...body }),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Record<string, never> };
}

/** The decision alone: nothing is called. */
async function decided(body: object, headers: Record<string, string> = {}): Promise<LoggedDecision> {
  const { status, json } = await post(body, { "x-onehead-dry-run": "true", ...headers });
  expect(status, JSON.stringify(json)).toBe(200);
  expect(json).toMatchObject({ object: "onehead.route" });
  return json["decision"] as LoggedDecision;
}

const best = ({ ranking }: LoggedDecision) =>
  ranking.reduce((a, b) => (b.predictedQuality > a.predictedQuality ? b : a)).model;
const cheapest = ({ ranking }: LoggedDecision) =>
  ranking.reduce((a, b) => (b.predictedCostUsd < a.predictedCostUsd ? b : a)).model;
const takesBest = (decision: LoggedDecision) => expect(decision.model).toBe(best(decision));
const takesCheapest = (decision: LoggedDecision) => expect(decision.model).toBe(cheapest(decision));
const some = ["gpt-4o-mini-2024-07-18", "claude-haiku-5-5"];
const takesSome = ({ ranking }: LoggedDecision) =>
  expect(ranking.map(({ model }) => model).sort()).toEqual([...some].sort());
const takesHaiku = ({ ranking }: LoggedDecision) => expect(ranking.map(({ model }) => model)).toEqual([some[1]]);
const without = ({ ranking, excluded }: LoggedDecision) => {
  expect(ranking.filter(({ model }) => model.startsWith("gpt-"))).toEqual([]);
  expect(excluded.some(({ model }) => model.startsWith("gpt-"))).toBe(true);
};

type Way = [string, object, Record<string, string>, (decision: LoggedDecision) => void];
const ways: Way[] = [
  ["router: all for quality", { router: { willingnessToPayUsd: "inf" } }, {}, takesBest],
  ["router: all for cost", { router: { willingnessToPayUsd: 1e-9 } }, {}, takesCheapest],
  ["router, in Python's spelling", { router: { willingness_to_pay_usd: 1e-9 } }, {}, takesCheapest],
  ["metadata", { metadata: { onehead_willingness_to_pay_usd: "0.000000001" } }, {}, takesCheapest],
  ["a header", {}, { "x-onehead-willingness-to-pay-usd": "inf" }, takesBest],
  ["auto:<USD>", { model: "auto:0.000000001" }, {}, takesCheapest],
  ["auto:inf", { model: "auto:inf" }, {}, takesBest],
  ["onehead/auto:<USD>", { model: "onehead/auto:0.000000001" }, {}, takesCheapest],
  ["Martian's willingness_to_pay", { willingness_to_pay: 1e-9 }, {}, takesCheapest],
  ["models in router", { router: { models: some } }, {}, takesSome],
  ["models in a header", {}, { "x-onehead-models": some.join(", ") }, takesSome],
  ["models in metadata", { metadata: { onehead_models: some.join(",") } }, {}, takesSome],
  [
    "OpenRouter's models",
    { model: "openrouter/auto", models: ["openai/gpt-4o-mini-*", "claude-haiku*"] },
    {},
    takesSome,
  ],
  [
    "OpenRouter's plugin",
    { model: "openrouter/auto", plugins: [{ id: "auto-router", allowed_models: some }] },
    {},
    takesSome,
  ],
  ["exclude by a glob", { router: { exclude: ["gpt-*"] } }, {}, without],
  ["exclude in a header", {}, { "x-onehead-exclude": "gpt-*" }, without],
  ["exclude by a maker's name", { router: { exclude: ["openai/*"] } }, {}, without],
  ["providers in router", { router: { providers: ["anthropic"], models: some } }, {}, takesHaiku],
  ["providers in a header", { router: { models: some } }, { "x-onehead-providers": "anthropic, google" }, takesHaiku],
];

describe("the router is told", () => {
  test.each(ways)("by %s", async (_, body, headers, law) => {
    law(await decided(body, headers));
  });

  test("a most that one answer may cost, and Martian's max_cost, leave out what is dearer", async () => {
    const { ranking } = await decided({});
    const costs = ranking.map(({ predictedCostUsd }) => predictedCostUsd).sort((a, b) => a - b);
    const middle = costs[Math.floor(costs.length / 2)];
    for (const body of [{ router: { maxCostUsd: middle } }, { max_cost: middle }]) {
      const decision = await decided(body);
      expect(decision.ranking.every(({ predictedCostUsd }) => predictedCostUsd <= middle)).toBe(true);
      expect(decision.excluded).toContainEqual(expect.objectContaining({ reason: "max-cost" }));
    }
  });

  test("a least quality leaves out what is predicted to be worse", async () => {
    const { ranking } = await decided({});
    const qualities = ranking.map(({ predictedQuality }) => predictedQuality).sort((a, b) => a - b);
    const least = qualities[Math.floor(qualities.length / 2)];
    const decision = await decided({ router: { minQuality: least } });
    expect(decision.ranking.length).toBeLessThan(ranking.length);
    expect(decision.ranking.every(({ predictedQuality }) => predictedQuality >= least)).toBe(true);
  });

  test("RouteLLM's threshold: 0 is the dial's quality end, 1 its cost end", async () => {
    for (const [model, costQuality] of [
      ["router-mf-0", 10],
      ["router-mf-0.3", 7],
      ["router-mf-1", 0],
    ] as const) {
      const byName = await decided({ model });
      const byDial = await decided({ router: { costQuality } });
      expect(byName.preference).toEqual(byDial.preference);
      expect(byName.ranking).toEqual(byDial.ranking);
    }
    const [quality, cost] = [await decided({ model: "router-mf-0" }), await decided({ model: "router-mf-1" })];
    const costOf = ({ model, ranking }: LoggedDecision) =>
      ranking.find((candidate) => candidate.model === model)?.predictedCostUsd ?? 0;
    expect(costOf(quality)).toBeGreaterThan(costOf(cost));
  });

  test("OpenRouter's models after a named one are whom to go on to, in their order", async () => {
    const { json } = await post({ model: some[1], models: [some[0], "gpt-6-luna"] }, { "x-onehead-dry-run": "1" });
    expect(json["decision"]).toMatchObject({ model: some[1], routed: false });
  });

  test("a candidate is known by its maker's name too, whoever serves it", async () => {
    const decision = await decided({ model: "anthropic/claude-haiku-5-5" });
    expect(decision).toMatchObject({ model: "claude-haiku-5-5", routed: false });
  });

  test("headers go before router, before metadata, before fields, before the name", async () => {
    const name = { model: "auto:0.1" };
    // Martian's is of ten points of quality
    const fields = { ...name, willingness_to_pay: 0.02 };
    const metadata = { ...fields, metadata: { onehead_willingness_to_pay_usd: "0.3" } };
    const router = { ...metadata, router: { willingnessToPayUsd: 0.4 } };
    const header = { "x-onehead-willingness-to-pay-usd": "0.5" };
    const usd = async (body: object, headers = {}) => (await decided(body, headers)).preference["lambdaUsd"];
    expect(await usd(name)).toBe(0.1);
    expect(await usd(fields)).toBe(0.2);
    expect(await usd(metadata)).toBe(0.3);
    expect(await usd(router)).toBe(0.4);
    expect(await usd(router, header)).toBe(0.5);
  });

  test("a knob of an earlier place puts the other knob of a later one away", async () => {
    const both = await decided({ model: "auto:0.1", router: { costQuality: 2 } });
    expect(both.preference).toEqual((await decided({ router: { costQuality: 2 } })).preference);
  });
});

describe("what comes back", () => {
  const openAi = () => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "any" });

  test("explain puts the decision into the answer", async () => {
    const completion = await openAi().chat.completions.create({
      model: "auto",
      messages,
      router: { explain: true },
    } as OpenAI.ChatCompletionCreateParamsNonStreaming);
    const { onehead } = completion as unknown as { onehead: { decision_id: string; ranking: unknown[] } };
    const logged = await gateway.settled(onehead.decision_id);
    expect(onehead.ranking).toEqual(logged.ranking);
  });

  test("dryRun decides, and neither calls nor logs", async () => {
    const { json, headers } = await post({ router: { dryRun: true } });
    const { id } = json["decision"] as { id: string };
    expect(headers.get("x-onehead-decision-id")).toBeNull();
    expect((await fetch(`${gateway.url}/v1/decisions/${id}`)).status).toBe(404);
  });

  test("POST /v1/route decides as dryRun does", async () => {
    const body = { router: { willingnessToPayUsd: 0.01, exclude: ["gpt-*"] } };
    const { json } = await post(body, {}, "/v1/route");
    const { ranking, model } = json["decision"] as LoggedDecision;
    expect({ ranking, model }).toEqual((({ ranking, model }) => ({ ranking, model }))(await decided(body)));
  });

  test("sticky: a conversation stays with its model whatever is asked later, unless it is told never to", async () => {
    const conversation = { conversationId: "one" };
    const first = await post({ router: { ...conversation, willingnessToPayUsd: "inf" } });
    const stays = await decided({ router: { ...conversation, sticky: "conversation", willingnessToPayUsd: 1e-9 } });
    expect(stays.model).toBe(first.headers.get("x-onehead-model"));
    const goes = await decided({ router: { ...conversation, sticky: "never", willingnessToPayUsd: 1e-9 } });
    expect(goes.model).toBe(cheapest(goes));
    expect(goes.model).not.toBe(stays.model);
  });
});
