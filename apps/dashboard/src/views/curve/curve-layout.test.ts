import { expect, it } from "vitest";
import { chance, curve } from "../../mock-data.fixture.js";
import { curveLayout } from "./curve-layout.js";
import { type CurvePoint, curvePoints } from "./curve-points.js";

it.each([280, 620])("lies within a chart of %i pixels, and names the calls and whoever is not outdone", (width) => {
  const cloud = Array.from({ length: 40 }, (_, i) => ({
    model: `maker/model-${i}`,
    meanCostUsd: 10 ** (-5 + 3 * chance(i)),
    meanQuality: 0.3 + 0.6 * chance(i + 100),
  }));
  const best = { model: "maker/best", meanCostUsd: 1e-6, meanQuality: 0.95 };
  const report = { ...curve(false), models: [...cloud, best] };
  const { height, router, models, chosen } = curveLayout(curvePoints(report), width);
  for (const { x, y } of [...router, ...models]) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(width);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(height);
  }
  expect(chosen?.label).not.toBeNull();
  expect(models.find(({ name }) => name === best.model)?.label).not.toBeNull();
});

it("survives costs that are all 0, as with the echo provider, and a single point", () => {
  const free: CurvePoint = { key: "model a", kind: "model", name: "a", costUsd: 0, quality: 0.5 };
  for (const points of [[free], [free, { ...free, key: "router 0", kind: "router" as const }]]) {
    const { models } = curveLayout(points, 600);
    expect(models.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  }
});
