import { buildRowTable } from "@onehead/data";
import type { CallRecord } from "@onehead/serve";
import { describe, expect, it } from "vitest";
import { QuestionRows } from "./question-rows.js";
import type { ScoredCall } from "./scored-calls.js";

function scored(
  question: string,
  answeredBy: string,
  facts: Partial<ScoredCall> & { model?: string } = {},
): ScoredCall {
  const { model = answeredBy, ...rest } = facts;
  const call = { model, answeredBy, provider: `of-${model}` } as CallRecord;
  return { call, question, score: 1, costUsd: 0.001, inputTokens: 10, outputTokens: 20, ...rest };
}

describe("QuestionRows", () => {
  it("makes one row of the calls of a question, with the means of each model's answers", () => {
    const rows = new QuestionRows();
    rows.add(scored("q", "large", { score: 1, costUsd: 0.004, outputTokens: 10 }));
    rows.add(scored("q", "large", { score: 0, costUsd: 0.002, outputTokens: undefined, inputTokens: 14 }));
    rows.add(scored("q", "small", { score: 0.25, costUsd: undefined, inputTokens: undefined }));
    expect([...rows.rows()]).toEqual([
      {
        id: expect.stringMatching(/^gateway:[0-9a-f]{32}$/),
        prompt: "q",
        scores: { large: 0.5, small: 0.25 },
        costs: { large: 0.003 },
        inputTokens: 12,
        outputTokens: { large: 10, small: 20 },
      },
    ]);
  });

  it("keeps questions apart, those with halves of characters and models of any name too", async () => {
    const rows = new QuestionRows();
    const questions = ["\ud800", "\udc00", "a", "A"];
    for (const question of questions) rows.add(scored(question, "__proto__"));
    const table = await buildRowTable(rows.rows());
    expect(table.prompts).toEqual(questions);
    expect(new Set(table.ids).size).toBe(4);
    expect(table.models).toEqual(["__proto__"]);
  });

  it("leaves out tokens and costs that nobody knows, and the provider of a call that fell back", () => {
    const rows = new QuestionRows();
    const unknown = { costUsd: undefined, inputTokens: undefined, outputTokens: undefined };
    rows.add(scored("q", "b", { ...unknown, model: "a" }));
    expect([...rows.rows()]).toEqual([{ id: expect.any(String), prompt: "q", scores: { b: 1 }, costs: {} }]);
    expect([...rows.providers]).toEqual([]);
    rows.add(scored("q", "b"));
    expect([...rows.providers]).toEqual([["b", "of-b"]]);
  });
});
