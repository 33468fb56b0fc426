import { fitMeanCost, fitZeroRouter, toArtifact, withCosts } from "@onehead/baselines";
import { estimateTokens, Router } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, type PromptRow, promptHash } from "@onehead/data";
import type { Embedder, SyncEmbedder } from "@onehead/embed";
import { describe, expect, it } from "vitest";
import { syntheticArtifact } from "../../../core/src/artifact/contract/synthetic-artifact.js";
import { type EvaluateOffPolicyOptions, evaluateOffPolicy } from "./evaluate-off-policy.js";
import { toOffPolicyReport } from "./off-policy-report.js";

const embedder: SyncEmbedder = {
  id: "test/6",
  dimensions: 6,
  embedSync: (texts) =>
    Float32Array.from({ length: 6 * texts.length }, (_, i) => Math.sin(promptHash(texts[Math.floor(i / 6)]) + (i % 6))),
  embedInto: (out, text, offset) => out.set(embedder.embedSync([text]), offset),
  embed: async (texts) => embedder.embedSync(texts),
};
// of this one the choices are about a third each
const artifact = syntheticArtifact("low-rank", 107);
const models = ["alpha", "beta", "gamma"];
const router = new Router(artifact, { models });
const willingnessToPayUsd = 0.05;

/** What the artifact's router chooses for a prompt, among the three models. */
function choiceOf(prompt: string): string {
  const embedding = embedder.embedSync([prompt]);
  return router.decide({ embedding, inputTokens: estimateTokens(prompt), willingnessToPayUsd }).model;
}

/** True score of a model: those that the artifact chooses are right more often by `advantage`. */
const scoreOf = (prompt: string, model: string, advantage: number, draw: number): number =>
  draw < 0.5 + (choiceOf(prompt) === model ? advantage : 0) ? 1 : 0;

interface Logging {
  count?: number;
  advantage?: number;
  /** Chance of each model. */
  chances?: readonly number[];
  /** Which propensities the rows state. */
  stated?: "chosen" | "all" | "none";
}

function logOf({
  count = 900,
  advantage = 0.3,
  chances = [0.5, 0.3, 0.2],
  stated = "chosen",
}: Logging = {}): PromptRow[] {
  const random = createRandom(8);
  return Array.from({ length: count }, (_, i) => {
    const prompt = `question number ${i}`;
    const draw = random.uniform();
    const m = draw < chances[0] ? 0 : draw < chances[0] + chances[1] ? 1 : 2;
    const model = models[m];
    const row: PromptRow = {
      id: `call-${i}`,
      prompt,
      scores: { [model]: scoreOf(prompt, model, advantage, random.uniform()) },
      costs: { [model]: 0.0001 * (m + 1) },
    };
    if (stated === "chosen") row.propensities = { [model]: chances[m] };
    if (stated === "all") row.propensities = Object.fromEntries(models.map((name, k) => [name, chances[k]]));
    return row;
  });
}

async function* stream(rows: readonly PromptRow[]): AsyncGenerator<PromptRow> {
  yield* rows;
}
const judge = (rows: PromptRow[], over: Partial<EvaluateOffPolicyOptions> = {}) =>
  evaluateOffPolicy({
    artifact,
    embedder,
    rows: stream(rows),
    preferences: [{ willingnessToPayUsd }],
    resamples: 200,
    ...over,
  });

describe("evaluateOffPolicy", () => {
  it.each(["artifact", "ridge"] as const)(
    "finds a router better whose choices are right more often, %s predictions",
    async (outcomeModel) => {
      const evaluation = await judge(logOf(), { outcomeModel });
      const [setting] = evaluation.settings;
      expect(setting.verdict).toBe("better");
      // every choice is right with 0.8
      expect(setting.quality.doublyRobust.interval[0]).toBeLessThan(0.8);
      expect(setting.quality.doublyRobust.interval[1]).toBeGreaterThan(0.8);
      expect(Math.abs(setting.weights.mean - 1)).toBeLessThan(0.12);
      expect(evaluation).toMatchObject({ calls: 900, unknownModels: [], missingModels: ["delta", "epsilon"] });
    },
  );

  it("judges the artifact of a baseline like every other", async () => {
    const table = await buildRowTable(stream(logOf({ count: 60 }).map((row) => ({ ...row, prompt: `old ${row.id}` }))));
    const train = { embeddings: embedder.embedSync(table.prompts), dimensions: 6, table };
    const zero = toArtifact(withCosts(fitZeroRouter(train), fitMeanCost(train)), {
      embedder: { ...embedder, toTensors: () => ({ config: { kind: "test" }, tensors: {} }) },
      ...{ train, validation: train, dataHash: "0", seed: 0, split: { seed: 0, holdout: 0, validation: 0 } },
    });
    const { calls, settings } = await judge(logOf(), { artifact: zero });
    expect(calls).toBe(900);
    // one model for all: a call counts by its model's chance, or not at all
    expect([1 / 0.5, 1 / 0.3, 1 / 0.2]).toContainEqual(expect.closeTo(settings[0].weights.largest, 9));
    expect(Math.abs(settings[0].weights.mean - 1)).toBeLessThan(0.15);
    expect(settings[0].quality.doublyRobust.value).toBeGreaterThan(0);
  });

  it("asks an asynchronous embedder for the calls that it judges by alone, each once, and stops at its signal", async () => {
    const seen: string[] = [];
    const hosted: Embedder = {
      id: embedder.id,
      dimensions: embedder.dimensions,
      embed: async (texts, { signal } = {}) => {
        if (signal?.aborted) throw signal.reason;
        seen.push(...texts);
        return embedder.embedSync(texts);
      },
    };
    const rows = logOf({ count: 300 });
    const trained = { shape: [1], data: Uint32Array.of(promptHash(rows[0].prompt)) };
    const over = { ...artifact, tensors: new Map([...artifact.tensors, ["training.promptHashes", trained]]) };
    const evaluation = await judge(rows, { artifact: over, embedder: hosted });
    expect(seen).toEqual(rows.slice(1).map(({ prompt }) => prompt));
    expect(evaluation).toEqual(await judge(rows, { artifact: over }));
    const stopped = judge(rows, { embedder: hosted, signal: AbortSignal.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
  });

  it("finds one worse whose choices are right less often", async () => {
    const [setting] = (await judge(logOf({ advantage: -0.3 }))).settings;
    expect(setting.verdict).toBe("worse");
    expect(setting.reward.difference.interval[1]).toBeLessThan(0);
  });

  it("says that there is not enough evidence where choices do not differ in worth, or calls are few", async () => {
    expect((await judge(logOf({ advantage: 0 }))).settings[0].reason).toContain("holds 0");
    expect((await judge(logOf({ count: 60 }))).settings[0].reason).toContain("is worth");
  });

  it.each([1, 2])("has no evidence in many calls of %i prompts", async (prompts) => {
    const rows = logOf({ count: 400 }).map((row, i) => {
      // the same question, written in other ways
      const prompt = i % 2 === 0 ? `question number ${i % prompts}` : `QUESTION, number: ${i % prompts}?`;
      const model = i < 2 * models.length ? models[i % models.length] : choiceOf(prompt);
      return { ...row, prompt, scores: { [model]: 1 }, costs: { [model]: 0 }, propensities: { [model]: 0.5 } };
    });
    const evaluation = await judge(rows);
    expect(evaluation).toMatchObject({ calls: 400, prompts });
    expect(evaluation.settings[0]).toMatchObject({ verdict: "not enough evidence" });
    expect(evaluation.settings[0].reason).toBe(`the log is worth ${prompts} prompts, fewer than 50`);
    expect(toOffPolicyReport(evaluation)).toContain(`400 calls, distinct prompts: ${prompts}\n`);
  });

  it("says so where the artifact can choose nothing, and where it can choose only some", async () => {
    const withoutPrices = (...ids: string[]) => ({
      ...artifact,
      manifest: {
        ...artifact.manifest,
        candidates: artifact.manifest.candidates.map((candidate) => {
          const { prices, ...rest } = candidate;
          return ids.includes(candidate.id) ? { ...rest, costKind: "tokens" as const } : candidate;
        }),
      },
    });
    await expect(judge(logOf({ count: 60 }), { artifact: withoutPrices(...models) })).rejects.toThrow(
      "offPolicy: artifact: can choose no model for 60 of 60 calls, expected a price",
    );
    const [setting] = (await judge(logOf(), { artifact: withoutPrices("gamma") })).settings;
    expect(setting.costUsd.doublyRobust.value).toBeGreaterThan(0);
    expect(toOffPolicyReport(await judge(logOf(), { artifact: withoutPrices("gamma") }))).toContain("verdict");
  });

  it("refuses a preference at which an estimate is no number", async () => {
    await expect(judge(logOf({ count: 60 }), { preferences: [{ willingnessToPayUsd: 1e-310 }] })).rejects.toThrow(
      /^offPolicy: reward: \w+: .* expected a finite number$/,
    );
  });

  it("is the log's mean, exactly, for a log of the router's own choices", async () => {
    const rows = logOf({ count: 100 }).map((row): PromptRow => {
      const model = choiceOf(row.prompt);
      return {
        ...row,
        scores: { [model]: promptHash(row.prompt) % 2 },
        costs: { [model]: 0.002 },
        propensities: { [model]: 1 },
      };
    });
    const [{ quality, costUsd, unsupported, weights }] = (await judge(rows)).settings;
    for (const { ips, doublyRobust, selfNormalised, logged, difference } of [quality, costUsd]) {
      expect([ips.value, doublyRobust.value, selfNormalised?.value]).toEqual([
        expect.closeTo(logged.value, 9),
        expect.closeTo(logged.value, 9),
        expect.closeTo(logged.value, 9),
      ]);
      expect(difference.interval[0]).toBeCloseTo(0, 9);
    }
    expect([unsupported, weights.effectiveSampleSize]).toEqual([0, 100]);
  });

  it.each([
    ["fixed choices are stated as certain", logOf({ chances: [1, 0, 0] })],
    ["all chances are stated", logOf({ chances: [0.6, 0.4, 0], stated: "all" })],
  ])("counts choices that the log could not hold, where %s", async (_, rows) => {
    // the third model has to be in the log for the router to choose it
    rows.push({
      id: "rest",
      prompt: "the rest",
      scores: { gamma: 1 },
      costs: { gamma: 0.1 },
      propensities: { gamma: 1 },
    });
    rows.push({
      id: "rest 2",
      prompt: "the rest 2",
      scores: { beta: 1 },
      costs: { beta: 0.1 },
      propensities: { beta: 1 },
    });
    const [setting] = (await judge(rows)).settings;
    expect(setting.unsupported).toBeGreaterThan(100);
    expect(setting.reason).toContain("could not have held");
  });

  it("notices propensities that do not fit the choices", async () => {
    const rows = logOf().map((row) => ({ ...row, propensities: { [Object.keys(row.scores)[0]]: 0.9 } }));
    expect((await judge(rows)).settings[0].reason).toContain("propensities do not fit");
  });

  it("judges a log without propensities only where its models were drawn evenly", async () => {
    const rows = logOf({ chances: [1 / 3, 1 / 3, 1 / 3], stated: "none" });
    await expect(judge(rows)).rejects.toMatchObject({ code: "no-propensity" });
    expect((await judge(rows, { uniformOver: models })).settings[0].verdict).toBe("better");
  });

  it("counts calls of models that it does not know as what the log got", async () => {
    const strangers = logOf({ count: 300 }).map(
      (row, i): PromptRow => ({
        id: `other-${i}`,
        prompt: `another ${i}`,
        scores: { stranger: 0 },
        costs: { stranger: 0.01 },
        propensities: { stranger: 0.25 },
        ...(row.dataset === undefined ? {} : { dataset: row.dataset }),
      }),
    );
    const known = logOf().map((row) => ({
      ...row,
      propensities: Object.fromEntries(Object.entries(row.propensities!).map(([model, p]) => [model, 0.75 * p])),
    }));
    const evaluation = await judge([...known, ...strangers]);
    expect(evaluation).toMatchObject({ calls: 1200, unknownModels: ["stranger"] });
    expect(Math.abs(evaluation.settings[0].weights.mean - 1)).toBeLessThan(0.12);
    const loggedKnown = (await judge(logOf())).settings[0].quality.logged.value;
    expect(evaluation.settings[0].quality.logged.value).toBeCloseTo(0.75 * loggedKnown, 9);
  });

  it("leaves out what the artifact was trained on, and calls without an outcome", async () => {
    const rows = logOf();
    const data = Uint32Array.from(rows.slice(0, 200), ({ prompt }) => promptHash(prompt)).sort();
    const trained = {
      ...artifact,
      tensors: new Map([...artifact.tensors, ["training.promptHashes", { shape: [200], data }]]),
    };
    rows[500].scores = {};
    const evaluation = await judge(rows, { artifact: trained });
    expect(evaluation).toMatchObject({ calls: 699, trainedOnCalls: 200, withoutOutcome: 1 });
    await expect(judge(rows.slice(0, 200), { artifact: trained })).rejects.toThrow(
      "0 of 200 calls (0 lack a score or a cost, 200 are of prompts that were trained on), expected at least 2",
    );
    await expect(judge(logOf({ count: 5 }).map((row) => ({ ...row, scores: {} })))).rejects.toThrow(
      "0 of 5 calls (5 lack a score or a cost, 0 are of prompts that were trained on), expected at least 2",
    );
  });

  it("clips weights when told, and says how many", async () => {
    const evaluation = await judge(logOf(), { clip: 3 });
    expect(evaluation.clip).toBe(3);
    expect(evaluation.settings[0].clipped).toBeGreaterThan(50);
    // what is judged and reported is how the log really was
    expect(evaluation.settings[0].weights.largest).toBeCloseTo(5, 9);
  });

  it("sweeps λ unless told, and repeats itself", async () => {
    const sweep = { preferences: undefined, resamples: 20 };
    const evaluation = await judge(logOf(), sweep);
    const lambdas = evaluation.settings.map(({ preference }) => preference.lambdaUsd);
    expect(lambdas).toHaveLength(7);
    expect([...lambdas].sort((a, b) => a - b)).toEqual(lambdas);
    expect(await judge(logOf(), sweep)).toEqual(evaluation);
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  it("is written as a table of at most the asked width, with a line for every preference and every doubt", async () => {
    const evaluation = await judge(logOf({ advantage: 0 }), { preferences: undefined, resamples: 20, clip: 10 });
    const report = toOffPolicyReport(evaluation, { columns: 100 });
    for (const line of report.split("\n")) expect([...line].length).toBeLessThanOrEqual(100);
    expect(report.match(/not enough evidence/g)?.length).toBeGreaterThan(3);
    expect(report).toContain("any price: the interval of the difference holds 0");
    expect(report).toMatch(/weights\s+clipped\s+at\s+10/);
  });

  it.each([
    [{ clip: 0.5 }, "offPolicy: clip: 0.5, expected a number of at least 1"],
    [{ resamples: 1 }, "offPolicy: resamples: 1, expected a whole number from 2"],
    [{ outcomeModel: "magic" as "ridge" }, "offPolicy: outcomeModel: magic, expected artifact or ridge"],
    [{ preferences: [] }, "offPolicy: preferences: none, expected a list of at least one"],
    [{ preferences: 5 as never }, "offPolicy: preferences: none"],
    [{ preferences: [null as never] }, "offPolicy: preferences[0]: null, expected an object"],
    [{ seed: Number.NaN }, "offPolicy: seed: NaN, expected a safe integer"],
    [{ preferences: [{ willingnessToPayUsd: -1 }] }, "willingnessToPayUsd: -1"],
  ])("refuses %j", async (over, message) => {
    await expect(judge(logOf({ count: 10 }), over)).rejects.toThrow(message);
  });
});
