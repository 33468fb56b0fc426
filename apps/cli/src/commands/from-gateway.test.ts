import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArtifact } from "@onehead/core";
import { openSqliteState } from "@onehead/serve/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logWorld, questionOf, scoreOf } from "../log/logged-world.fixture.js";
import { type Run, runOnehead } from "../log/run-onehead.fixture.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-from-gateway-"));
afterAll(() => rmSync(folder, { recursive: true }));

const quick = ["--members", "2", "--epochs", "5", "--anchors", "8", "--components", "8", "--features", "128"];
const onehead = (...args: string[]): Promise<Run> => runOnehead(folder, args);
const read = (text: string): never => JSON.parse(text) as never;
const database = (name: string): string => join(folder, name);

interface Trained {
  training: { rows: number; labels: number };
  models: string[];
  gateway: { calls: number; questions: number; leftOut: Record<string, number>; tooFewScores: Record<string, number> };
}

/** Rows of prompts that no log has, with the scores of the world or the contrary. */
function writeRows(name: string, contrary: boolean): void {
  const lines = Array.from({ length: 200 }, (_, n) => {
    const i = 10_000 + n;
    const score = (model: "small" | "large"): number => (contrary ? 1 - scoreOf(i, model) : scoreOf(i, model));
    const scores = { small: score("small"), large: contrary ? 0 : score("large") };
    return JSON.stringify({ id: `row-${i}`, prompt: questionOf(i), scores, costs: { small: 0.0001, large: 0.002 } });
  });
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

beforeAll(async () => {
  await logWorld({ path: database("onehead.db"), calls: 600, explorationRate: 0.5 });
});

describe("train --from-gateway", () => {
  it("makes a router of the log that chooses as the world has it, and can be served", async () => {
    const { status, stdout, stderr } = await onehead(
      "train",
      "--from-gateway",
      "--out",
      "mine.onehead",
      ...quick,
      "--json",
    );
    expect(status, stderr).toBe(0);
    const trained = read(stdout) as Trained;
    expect(trained.training).toMatchObject({ rows: expect.any(Number) });
    expect(trained.gateway).toMatchObject({ calls: 600, questions: 600, tooFewScores: {} });
    const { candidates } = parseArtifact(readFileSync(join(folder, "mine.onehead"))).manifest;
    expect(candidates.map(({ id, provider }) => [id, provider]).sort()).toEqual([
      ["large", "local"],
      ["small", "local"],
    ]);
    const choice = async (prompt: string): Promise<string> => {
      const run = await onehead(
        "route",
        "--artifact",
        "mine.onehead",
        "--willingness-to-pay",
        "0.01",
        "--json",
        prompt,
      );
      return (read(run.stdout) as { model: string }).model;
    };
    expect(await choice("what is 704 plus 2112?")).toBe("small");
    expect(await choice("who ruled kingdom number 801 of the xylophonists?")).toBe("large");
  });

  it("counts by reason what it cannot learn from, and makes one row of the calls of one question", async () => {
    const question = "asked again and again";
    await logWorld({
      path: database("mixed.db"),
      calls: 400,
      change: (i) => ({
        kept: i < 300 && i % 10 !== 0,
        scores: i % 10 === 1 ? [] : [1],
        opened: i % 10 === 2 ? { surface: "embeddings" } : i % 50 === 3 ? { model: "rare" } : {},
        settled:
          i % 10 === 4 ? { status: "left" } : i % 10 === 5 ? { cached: true } : i % 50 === 3 ? { model: "rare" } : {},
      }),
    });
    const state = await openSqliteState({ path: database("mixed.db") });
    const [{ feedback: _, answeredBy: __, ...call }] = (await state.calls({ model: "large" }, { limit: 1 })).calls;
    for (const [n, model, score, usd] of [
      [0, "large", 1, 0.004],
      [1, "large", 0, 0.002],
      [2, "small", 1, null],
    ] as const) {
      const id = `again-${n}`;
      await state.open({ ...call, id, model }, { question, request: {} });
      const tries = [{ model, outcome: "answered", elapsedMs: 1, costUsd: usd }];
      const usage = { inputTokens: 10, cachedInputTokens: null, outputTokens: 20 + n, reasoningTokens: null };
      const settled = {
        ...call,
        id,
        model,
        status: "answered",
        tries,
        costUsd: usd,
        usage,
        unresolvedAtMostUsd: null,
      } as const;
      const unresolvedTries = usd === null ? 1 : 0;
      const facts = {
        estimated: false,
        cached: false,
        firstContentMs: 1,
        latencyMs: 1,
        errorCode: null,
        httpStatus: 200,
        responseId: null,
      };
      await state.settle({ ...settled, ...facts, unresolvedTries });
      await state.addFeedback({ id, timeMs: 1, score, source: null, comment: null });
    }
    await state.close();
    const run = await onehead(
      "train",
      "--from-gateway",
      "--database",
      "mixed.db",
      "--out",
      "mixed.onehead",
      ...quick,
      "--json",
    );
    expect(run.status, run.stderr).toBe(0);
    const { gateway, models } = read(run.stdout) as Trained;
    expect(gateway.leftOut).toEqual({
      unscored: 40,
      embeddings: 40,
      unanswered: 40,
      cached: 40,
      unprintableModel: 0,
      // of the rest, a tenth of the first 300, and all of the last 100 but the four tenths that are left out before
      notKept: 30 + 60,
    });
    expect(gateway).toMatchObject({ calls: 153, questions: 151 });
    expect(Object.keys(gateway.tooFewScores)).toEqual(["rare"]);
    expect([...models].sort()).toEqual(["large", "small"]);
  });

  it("joins the rows of a file with those of the log, also where the log alone were too little", async () => {
    writeRows("rows.jsonl", false);
    await logWorld({ path: database("little.db"), calls: 20 });
    const both = [
      "train",
      "--from-gateway",
      "--database",
      "little.db",
      "--data",
      "rows.jsonl",
      "--out",
      "both.onehead",
    ];
    const { status, stdout, stderr } = await onehead(...both, "--no-evaluation", "--holdout", "0", ...quick, "--json");
    expect(status, stderr).toBe(0);
    expect(read(stdout)).toMatchObject({ gateway: { questions: 20 } });
    const rows = (read(stdout) as Trained).training.rows;
    expect(rows).toBeGreaterThan(150);
  });

  it("says how many questions are needed, and what was left out", async () => {
    await logWorld({ path: database("few.db"), calls: 60, change: (i) => ({ kept: i < 20 }) });
    const few = await onehead("train", "--from-gateway", "--database", "few.db", "--out", "few.onehead");
    expect(few.status).toBe(1);
    expect(few.stderr).toContain(
      "train: few.db: 20 scored questions (left out: 40 whose question is not kept (serve.contents.kept)), expected at least 50",
    );
    await logWorld({ path: database("none.db"), calls: 60, change: () => ({ scores: [] }) });
    const none = await onehead("train", "--from-gateway", "--database", "none.db", "--out", "none.onehead", "--json");
    expect(read(none.stdout)).toMatchObject({
      error: {
        code: "invalid-argument",
        message: expect.stringContaining("none.db: no call is left (left out: 60 without feedback)"),
      },
    });
    const neither = await onehead("train", "--out", "none.onehead");
    expect(neither).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--data is missing, or --from-gateway"),
    });
    const alone = await onehead("train", "--database", "few.db", "--data", "rows.jsonl", "--out", "none.onehead");
    expect(alone).toMatchObject({ status: 2, stderr: expect.stringContaining("--database needs --from-gateway") });
  });
});

describe("eval --from-gateway", () => {
  interface Judged {
    calls: number;
    gateway: { calls: number; leftOut: Record<string, number> };
    settings: Array<{ verdict: string }>;
  }
  const judge = (artifact: string, ...args: string[]): Promise<Run> =>
    onehead(
      "eval",
      "--from-gateway",
      "--artifact",
      artifact,
      "--resamples",
      "200",
      "--willingness-to-pay",
      "0.01",
      ...args,
    );

  it("recovers which of two routers is better from a log with exploration", async () => {
    writeRows("right.jsonl", false);
    writeRows("wrong.jsonl", true);
    for (const name of ["right", "wrong"]) {
      const { status, stderr } = await onehead(
        "train",
        "--data",
        `${name}.jsonl`,
        "--out",
        `${name}.onehead`,
        ...quick,
      );
      expect(status, stderr).toBe(0);
    }
    const verdicts = new Map<string, string>();
    for (const name of ["right", "wrong"]) {
      const { status, stdout, stderr } = await judge(`${name}.onehead`, "--json");
      expect(status, stderr).toBe(0);
      const judged = read(stdout) as Judged;
      expect(judged.gateway).toMatchObject({ calls: 600, leftOut: { named: 0, withoutPropensity: 0 } });
      verdicts.set(name, judged.settings[0]!.verdict);
    }
    expect(Object.fromEntries(verdicts)).toEqual({ right: "better", wrong: "worse" });
    const text = await judge("right.onehead", "--out", "judged.json");
    expect(text.stdout).toContain("600 calls; 0 left out");
    expect(read(readFileSync(join(folder, "judged.json"), "utf8"))).toHaveProperty("gateway.calls", 600);
  });

  it("refuses a log of fixed choices, unless its models were drawn evenly", async () => {
    await logWorld({ path: database("fixed.db"), calls: 100 });
    const refused = await judge("right.onehead", "--database", "fixed.db", "--json");
    expect(refused.status).toBe(1);
    const { error } = read(refused.stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe("no-propensity");
    expect(error.message).toContain("fixed.db: propensity: missing in all calls (100 made while nothing was explored)");
    const even = await judge("right.onehead", "--database", "fixed.db", "--uniform-over", "small,large", "--json");
    expect(read(even.stdout)).toMatchObject({ calls: 100 });
    const other = await judge("right.onehead", "--database", "fixed.db", "--uniform-over", "small,other");
    expect(other.stderr).toMatch(/fixed\.db call [-0-9a-f]{36}: model: large, expected one of small, other/);
  });

  it("counts by reason what it cannot judge by, and takes no cost that is not known", async () => {
    await logWorld({
      path: database("partly.db"),
      calls: 400,
      explorationRate: 0.5,
      change: (i) => ({
        opened: i % 10 === 0 ? { routed: false, propensity: null } : i % 10 === 1 ? { propensity: null } : {},
        settled: i % 10 === 2 ? { model: "third" } : i % 10 === 3 ? { estimated: true, unresolvedTries: 1 } : {},
      }),
    });
    const { stdout } = await judge("right.onehead", "--database", "partly.db", "--json");
    const judged = read(stdout) as Judged & { withoutOutcome: number };
    expect(judged.gateway.leftOut).toMatchObject({ named: 40, withoutPropensity: 40, fellBack: 40 });
    expect(judged.gateway.calls).toBe(280);
    expect(judged).toMatchObject({ calls: 240, withoutOutcome: 40 });
    const text = await judge("right.onehead", "--database", "partly.db");
    expect(text.stdout).toContain("40 whose model the client named");
  });

  it("refuses a file beside the log, and a log that is not there", async () => {
    const both = await judge("right.onehead", "--data", "right.jsonl");
    expect(both).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--data does not go with --from-gateway"),
    });
    const missing = await judge("right.onehead", "--database", "nowhere.db");
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining("nowhere.db: it does not exist") });
  });
});
