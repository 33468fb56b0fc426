// The built-in routers decide alike on every runtime, to the bit on each backend, and core's tests that need no Node pass there.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DecisionCase, DecisionOutcome } from "./runtimes/decision-suite.js";
import type { OpenRuntime } from "./runtimes/open-runtime.js";
import { otherRuntimes, thisNode } from "./runtimes/runtimes.js";

const artifacts = ["default.onehead", "default.edge.onehead"] as const;
const backendNames = ["wasm", "js"] as const;
const decisionJobs = artifacts.flatMap((artifact) =>
  backendNames.map((backend) => ({ kind: "decisions", artifact, backend }) as const),
);

let expected: DecisionOutcome[];
beforeAll(async () => {
  const node = await thisNode.open();
  expected = await node.perform(decisionJobs);
});

/** Names of the cases that came out otherwise. */
function different(found: DecisionOutcome, wanted: DecisionOutcome): string[] {
  const texts = found.cases.map((each) => JSON.stringify(each));
  return wanted.cases.filter((each, i) => JSON.stringify(each) !== texts[i]).map(({ name }) => name);
}

const decisionsOf = (cases: readonly DecisionCase[]) =>
  cases.flatMap(({ name, decision }) => ("code" in decision ? [] : [{ name, ...decision }]));

/** Costs beyond float32 are infinite in JavaScript, and near its largest number in WebAssembly. */
const within = (cases: readonly DecisionCase[]) =>
  decisionsOf(cases.filter(({ name }) => !name.startsWith("overflow")));

describe("the cases in Node", () => {
  test.each(decisionJobs.map((job, i) => ({ ...job, i })))(
    "tell runtimes apart: $artifact, $backend",
    ({ backend, i }) => {
      const { cases, ...outcome } = expected[i];
      expect(outcome.backend).toBe(backend);
      expect(cases.length).toBeGreaterThan(400);
      const decisions = decisionsOf(cases);
      expect(new Set(decisions.map(({ model }) => model)).size).toBeGreaterThan(10);
      expect(new Set(cases.map(({ embedding }) => embedding)).size).toBeGreaterThan(200);
      const reasons = new Set(decisions.flatMap(({ excluded }) => excluded.map(({ reason }) => reason)));
      const common = [
        "context-length",
        "denied",
        "json-mode",
        "max-cost",
        "min-quality",
        "not-allowed",
        "tools",
        "vision",
      ];
      expect([...reasons]).toEqual(expect.arrayContaining(common));
      const codes = new Set(cases.flatMap(({ decision }) => ("code" in decision ? [decision.code] : [])));
      expect([...codes].sort()).toEqual(["invalid-argument", "no-eligible-model"]);
    },
  );

  // what the design promises of two backends
  test.each(artifacts)("agree to 1e-5 between backends: %s", (artifact) => {
    const [wasm, js] = backendNames.map((name) => {
      return expected[decisionJobs.findIndex((job) => job.artifact === artifact && job.backend === name)];
    });
    expect(wasm.embedderId).toBe(js.embedderId);
    const found = new Map(within(wasm.cases).map((decision) => [decision.name, decision]));
    const wanted = within(js.cases);
    expect([...found.keys()]).toEqual(wanted.map(({ name }) => name));
    for (const { name, model, margin, ranking } of wanted) {
      const other = found.get(name)!;
      if (other.model !== model) expect(margin).toBeLessThan(1e-5);
      const ranked = new Map(other.ranking.map((candidate) => [candidate.model, candidate]));
      for (const { model, predictedQuality, predictedCostUsd } of ranking) {
        const candidate = ranked.get(model);
        expect(Math.abs(Number(candidate?.predictedQuality) - predictedQuality)).toBeLessThan(1e-5);
        expect(Math.abs(Number(candidate?.predictedCostUsd) - predictedCostUsd)).toBeLessThanOrEqual(
          1e-5 * predictedCostUsd,
        );
      }
    }
  });
});

for (const { name, missing, open } of otherRuntimes) {
  describe.skipIf(missing !== null)(missing === null ? `in ${name}` : `in ${name} (skipped: ${missing})`, () => {
    let runtime: OpenRuntime;
    beforeAll(async () => {
      runtime = await open();
    });
    afterAll(() => runtime?.close());

    test.each(decisionJobs.map((job, i) => ({ ...job, i })))(
      "decisions have the bits of Node's: $artifact, $backend",
      async ({ i, ...job }) => {
        const [found] = await runtime.perform([job]);
        expect(different(found, expected[i])).toEqual([]);
        expect(found).toEqual(expected[i]);
      },
    );

    test("WebAssembly keeps the contract of all backends", async () => {
      const [{ tests, failures }] = await runtime.perform([{ kind: "contract" }]);
      expect(failures).toEqual([]);
      expect(tests).toBeGreaterThan(50);
    }, 240_000);

    test("tests of core and of the embedder pass that need no Node", async () => {
      const outcomes = await runtime.perform(runtime.tests.map((file) => ({ kind: "tests", file }) as const));
      const failures = outcomes.flatMap((outcome, i) =>
        outcome.failures.map((failure) => `${runtime.tests[i]}: ${failure}`),
      );
      expect(failures).toEqual([]);
      expect(outcomes.filter(({ tests }) => tests === 0)).toEqual([]);
      expect(outcomes.reduce((sum, { tests }) => sum + tests, 0)).toBeGreaterThan(1000);
    }, 240_000);
  });
}
