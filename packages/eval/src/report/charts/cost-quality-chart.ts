import type { EvaluationResult, PoolResult } from "../../evaluation/evaluation-result.js";
import { formatQuality, formatUsd, formatUsdPerThousand } from "../format.js";
import { type Markup, markup } from "../html/markup.js";
import { numberedModels } from "../report-rows.js";
import { hullPixels } from "./hull-pixels.js";
import { type PlacedLabel, placeLabels } from "./place-labels.js";
import { linePath, pixel, plot, plotArea } from "./plot.js";
import { linearScale, logScale, type Scale } from "./scale.js";
import { type Series, seriesOf } from "./series.js";

/**
 * The cost-quality picture: every hull, the single models as labelled points, the oracle as a faint line that may leave the
 * picture at the top.
 *
 * @param axis "log" needs a cheapest model that is not free
 */
export function costQualityChart(result: EvaluationResult, axis: "linear" | "log", width: number, id: string): Markup {
  const pool = result.pool!;
  const series = seriesOf(result);
  const area = plotArea(width, Math.round(width < 480 ? width * 1.1 : width * 0.62));
  const x = costScale(pool, series, axis, [area.left, area.right]);
  const y = qualityScale(pool, series, [area.bottom, area.top]);
  const lines = series.map((shown) => ({ ...shown, line: hullPixels(shown.hull, x, y) }));
  const models = numberedModels(result).map((model) => ({ ...model, x: x(model.costUsd), y: y(model.quality) }));
  const fontSize = width < 480 ? 10 : 11;
  const labels = placeLabels(
    models.map(({ x: at, y: height, model, number }) => ({
      x: at,
      y: height,
      text: shortName(model),
      shortText: String(number),
    })),
    {
      bounds: { left: area.left + 2, right: area.right - 2, top: area.top, bottom: area.bottom - 2 },
      fontSize,
      markRadius: 4,
      lines: lines.filter(({ id: lineId }) => lineId !== "oracle").flatMap(({ line }) => line),
    },
  );
  const subject = series[series.length - 1];
  return plot({
    id,
    title: `Cost and quality, ${axis} cost axis`,
    description: describe(result, subject),
    area,
    x,
    y,
    formatX: (cost) =>
      formatUsd(cost * 1000)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, ""),
    formatY: (quality) => formatQuality(quality, 2),
    xLabel: `USD per 1,000 prompts${axis === "log" ? " (log)" : ""}`,
    yLabel: "mean quality",
    marks: [
      lines.map(
        ({ className, line, name }) =>
          markup`<path class="line ${className}" d="${linePath(line)}"><title>${name}</title></path>`,
      ),
      subject.points.map(
        (point) =>
          markup`<circle class="sweep" cx="${pixel(x(point.costUsd))}" cy="${pixel(y(point.quality))}" r="1.8"/>`,
      ),
    ],
    labels: [
      models.map(
        (model) =>
          markup`<circle class="model" cx="${pixel(model.x)}" cy="${pixel(model.y)}" r="3.5"><title>${model.model}: ${formatQuality(model.quality)} at ${formatUsdPerThousand(model.costUsd)} per 1,000 prompts</title></circle>`,
      ),
      labels.map((label) => (label === null ? null : labelMarkup(label, fontSize))),
    ],
  });
}

function labelMarkup({ text, x, y, leader }: PlacedLabel, fontSize: number): Markup {
  const line =
    leader === null
      ? null
      : markup`<path class="leader" d="M${pixel(leader.fromX)} ${pixel(leader.fromY)}L${pixel(leader.toX)} ${pixel(leader.toY)}"/>`;
  return markup`${line}<text class="model-label" font-size="${fontSize}" x="${pixel(x)}" y="${pixel(y)}">${text}</text>`;
}

/** Without the vendor's path, and at most 26 characters: the table has the whole name. */
function shortName(model: string): string {
  const name = [...model.slice(model.lastIndexOf("/") + 1)];
  return name.length <= 26 ? name.join("") : `${name.slice(0, 25).join("")}…`;
}

function costScale(
  pool: PoolResult,
  series: readonly Series[],
  axis: "linear" | "log",
  range: [number, number],
): Scale {
  if (axis === "linear") return linearScale([0, pool.maxCostUsd * 1.06 || 1], range, range[1] - range[0] < 400 ? 4 : 6);
  const reached = series.flatMap(({ hull }) => hull.map(({ costUsd }) => costUsd)).filter((cost) => cost > 0);
  return logScale([Math.min(pool.minCostUsd, ...reached) / 1.25, pool.maxCostUsd * 1.25], range);
}

/** Room for the hulls and the models; the oracle would squeeze all the others into a stripe. */
function qualityScale(pool: PoolResult, series: readonly Series[], range: [number, number]): Scale {
  const shown = [
    ...pool.singleModels.map(({ quality }) => quality),
    ...series.filter(({ id }) => id !== "oracle").flatMap(({ hull }) => hull.map(({ quality }) => quality)),
  ];
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const margin = (high - low || 0.1) * 0.08;
  return linearScale([Math.max(0, low - margin), Math.min(1, high + margin * 1.5)], range, 7);
}

function describe(result: EvaluationResult, subject: Series): string {
  const top = subject.hull[subject.hull.length - 1];
  const { model, quality, costUsd } = [...result.pool!.singleModels].sort((a, b) => b.quality - a.quality)[0];
  return (
    `Mean quality against mean cost for ${result.routers.length} routers and ${result.models.length} single models. ` +
    `${subject.name} reaches ${formatQuality(top.quality)} at ${formatUsdPerThousand(top.costUsd)} per 1,000 prompts; ` +
    `the best single model, ${model}, has ${formatQuality(quality)} at ${formatUsdPerThousand(costUsd)}. All values are in the tables.`
  );
}
