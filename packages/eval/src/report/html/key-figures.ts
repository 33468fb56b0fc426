import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { formatDifference, formatInterval, formatPercent, formatQuality } from "../format.js";
import { subjectOf } from "../report-rows.js";
import { type Markup, markup } from "./markup.js";

interface Figure {
  label: string;
  value: string;
  note: string;
}

/** The few numbers that a reader came for. */
export function keyFigures(result: EvaluationResult): Markup {
  const { curve, predictions, name } = subjectOf(result);
  const figures: Figure[] = [];
  if (curve === null) figures.push({ label: "Curves", value: "none", note: result.withoutCurves ?? "" });
  else {
    figures.push({ label: `AIQ of ${name}`, value: formatQuality(curve.aiq.value), note: formatInterval(curve.aiq) });
    const rival = result.comparisons.find(({ against }) => against === result.bestBaseline?.id);
    if (rival) {
      figures.push({
        label: "AIQ ahead of the best baseline",
        value: formatDifference(rival.aiq.value),
        note: `${formatInterval(rival.aiq, formatDifference)} against ${rival.name}`,
      });
    }
    const neutral = curve.qualityNeutralCost.heldOut ?? curve.qualityNeutralCost.hindsight;
    figures.push({
      label: "Cost of the best model's quality",
      value: neutral.reached ? formatPercent(neutral.ratio) : "not reached",
      note: neutral.reached
        ? `of ${result.pool!.reference.model}; it yields ${formatQuality(neutral.quality, 3)}`
        : `${result.pool!.reference.model} itself is needed`,
    });
  }
  if (predictions !== null) {
    figures.push({
      label: "Calibration error",
      value: formatQuality(predictions.calibrationError, 3),
      note: `perfect predictor: ${formatQuality(predictions.calibrationErrorIfCalibrated, 3)}`,
    });
  }
  return markup`<dl class="cards">${figures.map(
    ({ label, value, note }) => markup`<div class="card"><dt>${label}</dt><dd>${value}</dd><dd>${note}</dd></div>\n`,
  )}</dl>`;
}
