import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { crossFittedPredictions, type LabelledCalls } from "./cross-fitted-predictions.js";

/** Two models whose chance depends on the first embedding component in opposite ways; a third that is hardly logged. */
function callsOf(count: number): LabelledCalls & { truth: Float64Array } {
  const random = createRandom(2);
  const embeddings = Float32Array.from({ length: count * 3 }, () => random.normal());
  const truth = Float64Array.from({ length: count * 3 }, (_, i) => {
    const x = embeddings[3 * Math.floor(i / 3)];
    return i % 3 === 2 ? 0.5 : 1 / (1 + Math.exp(i % 3 === 0 ? 2 * x : -2 * x));
  });
  const logged = Int32Array.from({ length: count }, (_, call) =>
    call % 100 === 0 ? 2 : call % 57 === 0 ? -1 : call % 2,
  );
  return {
    models: ["falling", "rising", "rare"],
    embeddings,
    dimensions: 3,
    inputTokens: new Float64Array(count).fill(20),
    logged,
    scores: Float64Array.from(logged, (m, call) => (random.uniform() < truth[3 * call + Math.max(m, 0)] ? 1 : 0)),
    costsUsd: Float64Array.from(logged, (m) => (m === 0 ? 0.001 : 0.01) * (0.9 + 0.2 * random.uniform())),
    promptKeys: Float64Array.from({ length: count }, (_, call) => call >> 1),
    truth,
  };
}

describe("crossFittedPredictions", () => {
  const calls = callsOf(1000);
  const given = { quality: new Float32Array(3000).fill(0.123), costUsd: new Float64Array(3000).fill(0.05) };
  const predicted = crossFittedPredictions(calls, given, 0);

  it("learns from the log what the given predictions did not know", () => {
    let error = 0;
    for (let call = 0; call < 1000; call++) {
      for (const m of [0, 1]) error += Math.abs(predicted.quality[3 * call + m] - calls.truth[3 * call + m]) / 2000;
      expect(predicted.costUsd[3 * call]).toBeGreaterThan(0.0008);
      expect(predicted.costUsd[3 * call]).toBeLessThan(0.0012);
    }
    expect(error).toBeLessThan(0.1);
  });

  it("keeps the given predictions of a model with too few calls, and changes nothing in place", () => {
    for (let call = 0; call < 1000; call++) expect(predicted.quality[3 * call + 2]).toBe(Math.fround(0.123));
    expect(given.quality.every((quality) => quality === Math.fround(0.123))).toBe(true);
  });

  it("never predicts a call from its own prompt: another score of it changes nothing there", () => {
    const changed = { ...calls, scores: calls.scores.slice() };
    changed.scores[10] = 1 - changed.scores[10];
    const after = crossFittedPredictions(changed, given, 0);
    for (const call of [10, 11]) {
      for (let m = 0; m < 3; m++) expect(after.quality[3 * call + m]).toBe(predicted.quality[3 * call + m]);
    }
    expect(after.quality).not.toEqual(predicted.quality);
  });

  it("gives back what it was given where the log is too small", () => {
    const few = callsOf(30);
    const same = { quality: new Float32Array(90).fill(0.4), costUsd: new Float64Array(90).fill(1) };
    expect(crossFittedPredictions(few, same, 0)).toEqual(same);
  });
});
