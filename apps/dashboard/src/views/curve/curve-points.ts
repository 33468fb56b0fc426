import type { CurveReport } from "@onehead/serve";
import { formatUsd } from "../../format/format-usd.js";

/** One row of the table and one mark of the chart. */
export interface CurvePoint {
  key: string;
  kind: "router" | "model" | "chosen";
  /** The model's id, or what the point is. */
  name: string;
  costUsd: number;
  quality: number;
}

/** Everything that the curve shows: the router at growing λ, then the calls, then the models by falling quality. */
export function curvePoints(report: CurveReport): CurvePoint[] {
  const router = report.router.map((point, index) => ({
    key: `router ${index}`,
    kind: "router" as const,
    name: `λ ${formatUsd(point.willingnessToPayUsd)}`,
    costUsd: point.meanCostUsd,
    quality: point.meanQuality,
  }));
  const models = [...report.models]
    .sort((a, b) => b.meanQuality - a.meanQuality || a.meanCostUsd - b.meanCostUsd)
    .map((point) => ({
      key: `model ${point.model}`,
      kind: "model" as const,
      name: point.model,
      costUsd: point.meanCostUsd,
      quality: point.meanQuality,
    }));
  const chosen =
    report.chosen === null
      ? []
      : [
          {
            key: "chosen",
            kind: "chosen" as const,
            name: "Your calls",
            costUsd: report.chosen.meanCostUsd,
            quality: report.chosen.meanQuality,
          },
        ];
  return [...chosen, ...router, ...models];
}
