import { describe, expect, it } from "vitest";
import { createReplay } from "../replay/create-replay.js";
import { lambdaGrid } from "../replay/lambda-grid.js";
import { preferenceSensitivity } from "./preference-sensitivity.js";

/** Two models at 1 and 3 USD; each row's dear model is better by what is given. */
function stepsOf(gains: number[], lambdasUsd: Float64Array, costsUsd = [1, 3]) {
  const router = { id: "r", name: "r", role: "baseline", reward: "linear", estimatesQuality: true } as const;
  const recorder = createReplay(["cheap", "dear"], [router], lambdasUsd);
  const quality = Float32Array.from(gains.flatMap((gain) => [0.25, 0.25 + gain]));
  const costUsd = Float64Array.from(gains.flatMap(() => costsUsd));
  recorder.add({ scores: quality, costsUsd: costUsd }, [{ quality, costUsd }]);
  const replay = recorder.finish();
  return preferenceSensitivity(replay, replay.routers[0].choices);
}

describe("preferenceSensitivity", () => {
  it("agrees with an example worked out by hand", () => {
    // a row moves to the dear model where λ > 2 / gain: at 4 and at 40
    const steps = stepsOf([0.5, 0.05], Float64Array.of(0, 1, 10, 100, Number.POSITIVE_INFINITY));
    expect(steps.map(({ fromLambdaUsd }) => fromLambdaUsd)).toEqual([1, 10]);
    expect(steps.map(({ changedChoices }) => changedChoices)).toEqual([0.5, 0.5]);
    // mean cost 1, then 2, then 3
    expect(steps.map(({ costFactor }) => costFactor)).toEqual([2, 1.5]);
    expect(steps[0].qualityGain).toBeCloseTo(0.25, 6);
  });

  it("walks the decades of the sweep's own grid", () => {
    expect(stepsOf([0.5], lambdaGrid(1)).map(({ fromLambdaUsd }) => Math.log10(fromLambdaUsd).toFixed(3))).toEqual([
      "-4.000",
      "-3.000",
      "-2.000",
      "-1.000",
      "0.000",
      "1.000",
      "2.000",
      "3.000",
    ]);
    expect(stepsOf([0.5], Float64Array.of(0, 1, 3, Number.POSITIVE_INFINITY))).toEqual([]);
  });

  it("has no cost factor from free settings", () => {
    expect(stepsOf([0.5], Float64Array.of(0, 1, 10), [0, 3])[0].costFactor).toBeNull();
  });
});
