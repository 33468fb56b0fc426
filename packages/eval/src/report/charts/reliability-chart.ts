import type { RouterResult } from "../../evaluation/evaluation-result.js";
import { formatQuality } from "../format.js";
import { type Markup, markup } from "../html/markup.js";
import { linePath, pixel, plot, plotArea } from "./plot.js";
import { linearScale } from "./scale.js";

/** Predicted against observed quality in bins of equal mass; on the diagonal, a prediction means what it says. */
export function reliabilityChart(router: RouterResult, width: number, id: string): Markup {
  const { bins, calibrationError, calibrationErrorIfCalibrated } = router.predictions!;
  const area = plotArea(width, Math.round(width * (width < 480 ? 0.95 : 0.85)));
  const x = linearScale([0, 1], [area.left, area.right], 5);
  const y = linearScale([0, 1], [area.bottom, area.top], 5);
  return plot({
    id,
    title: `Calibration of ${router.name}`,
    description:
      `Predicted and observed mean quality in ${bins.length} bins of equal mass. Expected calibration error ` +
      `${formatQuality(calibrationError)}; a perfectly calibrated predictor would show ${formatQuality(calibrationErrorIfCalibrated)}.`,
    area,
    x,
    y,
    formatX: (value) => formatQuality(value, 1),
    formatY: (value) => formatQuality(value, 1),
    xLabel: "predicted quality",
    yLabel: "observed quality",
    marks: [
      markup`<path class="diagonal" d="M${pixel(x(0))} ${pixel(y(0))}L${pixel(x(1))} ${pixel(y(1))}"/>`,
      bins.map(({ predicted, observed, count }) => {
        // two standard errors of a mean of 0/1 scores
        const spread = 2 * Math.sqrt(Math.max(predicted * (1 - predicted), 0) / Math.max(count, 1));
        const [low, high] = [Math.max(0, observed - spread), Math.min(1, observed + spread)];
        return markup`<path class="error-bar" d="M${pixel(x(predicted))} ${pixel(y(low))}V${pixel(y(high))}"/>`;
      }),
      markup`<path class="line series-subject thin" d="${linePath(bins.map(({ predicted, observed }) => [x(predicted), y(observed)]))}"/>`,
      bins.map(
        ({ predicted, observed }) =>
          markup`<circle class="bin" cx="${pixel(x(predicted))}" cy="${pixel(y(observed))}" r="3.5"><title>predicted ${formatQuality(predicted, 3)}, observed ${formatQuality(observed, 3)}</title></circle>`,
      ),
    ],
  });
}
