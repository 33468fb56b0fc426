import { qualityAtCost } from "../../curve/polyline.js";
import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { formatDifference, formatUsd, formatUsdPerThousand } from "../format.js";
import { type Markup, markup } from "../html/markup.js";
import { costsAlong } from "./hull-pixels.js";
import { linePath, plot, plotArea } from "./plot.js";
import { linearScale, logScale } from "./scale.js";
import { seriesOf } from "./series.js";

/**
 * What routing adds: the height of each hull above that of the zero router, by cost, from the cheapest to the dearest model.
 *
 * Routers differ by hundredths where models differ by tenths; against the zero router the hundredths show.
 */
export function gainChart(result: EvaluationResult, width: number, id: string): Markup {
  const { minCostUsd, maxCostUsd, zeroRouter } = result.pool!;
  const area = plotArea(width, Math.round(width < 480 ? width * 0.85 : width * 0.42));
  const range: [number, number] = [area.left, area.right];
  const x =
    minCostUsd > 0 && minCostUsd < maxCostUsd
      ? logScale([minCostUsd, maxCostUsd], range)
      : linearScale([minCostUsd, maxCostUsd || 1], range);
  const series = seriesOf(result).filter(({ id: shown }) => shown !== "oracle" && shown !== "zero");
  const gains = series.map((shown) => ({
    ...shown,
    gain: costsAlong([...shown.hull, ...zeroRouter.hull], x, minCostUsd).map((costUsd) => ({
      costUsd,
      points: 100 * (qualityAtCost(shown.hull, costUsd) - qualityAtCost(zeroRouter.hull, costUsd)),
    })),
  }));
  const values = gains.flatMap(({ gain }) => gain.map(({ points }) => points));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const margin = (high - low || 1) * 0.08;
  const y = linearScale([low - margin, high + margin], [area.bottom, area.top], 5);
  const subject = gains[gains.length - 1];
  const best = subject.gain.reduce((most, at) => (at.points > most.points ? at : most));
  return plot({
    id,
    title: "Quality gained over the zero router at the same cost",
    description: `${subject.name} gains at most ${formatDifference(best.points, 1)} points, at ${formatUsdPerThousand(best.costUsd)} per 1,000 prompts.`,
    area,
    x,
    y,
    formatX: (cost) =>
      formatUsd(cost * 1000)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, ""),
    formatY: (points) => (Math.abs(points) < 1e-9 ? "0" : formatDifference(points, Math.max(...y.ticks) < 2 ? 1 : 0)),
    xLabel: "USD per 1,000 prompts (log)",
    yLabel: "gain in quality, points",
    marks: [
      markup`<path class="line series-zero" d="M${area.left} ${y(0)}H${area.right}"/>`,
      gains.map(
        ({ className, name, gain }) =>
          markup`<path class="line ${className}" d="${linePath(gain.map(({ costUsd, points }) => [x(costUsd), y(points)]))}"><title>${name}</title></path>`,
      ),
    ],
  });
}
