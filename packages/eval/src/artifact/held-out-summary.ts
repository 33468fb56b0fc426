import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import type { EvaluationResult } from "../evaluation/evaluation-result.js";

/** Held-out figures and curves as an artifact's manifest keeps them: what a page can draw without the data. */
export interface HeldOutSummary {
  schemaVersion: 1;
  sets: HeldOutSet[];
}

export interface HeldOutSet {
  name: string;
  /** Complete held-out rows, and models of the pool. */
  rows: number;
  models: number;
  /** AIQ by router. */
  aiq: Record<string, number>;
  /** Hulls: pairs of mean cost in USD and mean quality. */
  curves: Array<{ router: string; points: Array<[meanCostUsd: number, meanQuality: number]> }>;
  singles: Array<{ model: string; meanCostUsd: number; meanQuality: number }>;
}

/** One set of a {@link HeldOutSummary}; null where no held-out row is complete, so that there are no curves. */
export function heldOutSet(name: string, { pool, routers, heldOut, models }: EvaluationResult): HeldOutSet | null {
  if (pool === null) return null;
  const drawn = [
    ...routers
      .filter(({ role, curve }) => (role === "subject" || role === "baseline") && curve !== null)
      .map(({ name: router, curve }) => ({ router, curve: curve! })),
    { router: "zero router", curve: pool.zeroRouter },
    { router: "oracle", curve: pool.oracle },
  ];
  return {
    name,
    rows: heldOut.completeRows,
    models: models.length,
    aiq: Object.fromEntries(drawn.map(({ router, curve }) => [router, rounded(curve.aiq.value)])),
    curves: drawn.map(({ router, curve }) => ({ router, points: curve.hull.map(pair) })),
    singles: pool.singleModels.map(({ model, costUsd, quality }) => ({
      model,
      meanCostUsd: rounded(costUsd),
      meanQuality: rounded(quality),
    })),
  };
}

function pair({ costUsd, quality }: CostQualityPoint): [number, number] {
  return [rounded(costUsd), rounded(quality)];
}

/** Six digits: figures for display. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
