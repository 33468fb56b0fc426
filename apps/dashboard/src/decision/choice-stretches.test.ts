import { expect, it } from "vitest";
import { choiceStretches } from "./choice-stretches.js";
import { toLambda } from "./lambda-scale.js";
import { rankCandidates } from "./rank-candidates.js";

const dial = { lowUsd: 1e-4, highUsd: 1 };
const candidates = [
  { model: "free", predictedQuality: 0.4, predictedCostUsd: 0 },
  { model: "middle", predictedQuality: 0.7, predictedCostUsd: 0.0004 },
  { model: "dear", predictedQuality: 0.9, predictedCostUsd: 0.02 },
];
const at = (place: number) => ({ willingnessToPayUsd: toLambda(place) });

it("covers the slider without a gap, cheaper models first", () => {
  const stretches = choiceStretches(candidates, at, dial);
  expect(stretches.map(({ model }) => model)).toEqual(["free", "middle", "dear"]);
  expect(stretches[0].from).toBe(0);
  expect(stretches.at(-1)?.to).toBe(1);
  for (let i = 1; i < stretches.length; i++) expect(stretches[i].from).toBe(stretches[i - 1].to);
});

it("says at every place what the ranking says there", () => {
  for (const { model, from, to } of choiceStretches(candidates, at, dial)) {
    const middle = (from + to) / 2;
    expect(rankCandidates(candidates, at(middle), dial)[0].model).toBe(model);
  }
});

it("is empty without candidates", () => {
  expect(choiceStretches([], at, dial)).toEqual([]);
});
