import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { costQualityChart } from "../charts/cost-quality-chart.js";
import { gainChart } from "../charts/gain-chart.js";
import { reliabilityChart } from "../charts/reliability-chart.js";
import { selectionBands, selectionChart } from "../charts/selection-chart.js";
import { seriesOf } from "../charts/series.js";
import { formatCount, formatQuality } from "../format.js";
import { subjectOf } from "../report-rows.js";
import { savingsReasons, savingsSetting } from "../savings-rows.js";
import { keyFigures } from "./key-figures.js";
import { type Markup, markup } from "./markup.js";
import { methodNotes } from "./method-notes.js";
import { styleSheet } from "./style.js";
import { modelTable, routerTable, savingsTable } from "./tables.js";

export interface HtmlReportOptions {
  /** "Routing evaluation" unless given. */
  title?: string;
  /** One line below the title: data set, split, artifact. */
  subtitle?: string;
}

/**
 * The evaluation as one HTML file: no script, nothing fetched, pictures as inline SVG, readable from a phone to a wall, in
 * light and dark.
 *
 * The same result and options give the same bytes.
 */
export function toHtmlReport(result: EvaluationResult, options: HtmlReportOptions = {}): string {
  const { title = "Routing evaluation", subtitle } = options;
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${styleSheet}</style></head>
<body><main>
<h1>${title}</h1>
<p class="lead">${subtitle === undefined ? null : markup`${subtitle}<br>`}${summaryLine(result)}</p>
${keyFigures(result)}
${savings(result)}
${result.pool === null ? null : pictures(result)}
${calibration(result)}
<h2>All routers</h2>
${routerTable(result)}
${result.pool === null ? null : markup`<h2>Single models</h2>\n${modelTable(result)}`}
<h2>How to read this</h2>
${methodNotes(result)}
</main></body></html>
`;
  return page.toString();
}

function summaryLine({ heldOut, models, routers }: EvaluationResult): string {
  const left = heldOut.incompleteRows > 0 ? ` (${formatCount(heldOut.incompleteRows)} incomplete)` : "";
  return `${formatCount(heldOut.rows)} held-out prompts${left}, ${models.length} models, ${routers.length} routers`;
}

function savings(result: EvaluationResult): Markup {
  const reasons = savingsReasons(result).map((reason) => markup`<p class="note">Not enough evidence: ${reason}.</p>\n`);
  if (result.savings === null) return markup`<h2>What it would have saved</h2>\n${reasons}`;
  return markup`<h2>What it would have saved</h2>
<p class="note">${subjectOf(result).name}, ${savingsSetting(result)}. Unless it is given, λ is the least that keeps the best model's quality on validation rows, and where none does, that of the best quality there.</p>
${savingsTable(result)}
${reasons}`;
}

function pictures(result: EvaluationResult): Markup {
  const subject = subjectOf(result);
  const hasLogAxis = result.pool!.minCostUsd > 0 && result.pool!.minCostUsd < result.pool!.maxCostUsd;
  const oracleQuality = formatQuality(result.pool!.oracle.bestQuality.hindsight.quality, 3);
  return markup`<h2>Cost and quality</h2>
<p class="note">Up and to the left is better. Dots are single models; open dots are the settings of ${subject.name}. The oracle (faint) leaves the picture and ends at ${oracleQuality}.</p>
<figure>${hasLogAxis ? responsive((width, id) => costQualityChart(result, "log", width, id), "cost-quality-log") : null}${seriesLegend(result)}
<figcaption>Log cost axis: every halving of cost takes the same room. Numbers stand for models as in the table of single models.</figcaption></figure>
<figure>${responsive((width, id) => costQualityChart(result, "linear", width, id), "cost-quality-linear")}
<figcaption>Linear cost axis: AIQ is the mean height of these lines.</figcaption></figure>
<h2>What routing adds</h2>
<p class="note">Height of each hull above the hull of the single models (dotted), at the same cost. Above the dotted line, looking at the prompt pays.</p>
<figure>${responsive((width, id) => gainChart(result, width, id), "gain")}</figure>
<h2>Which models are chosen</h2>
<p class="note">Shares of prompts that ${subject.name} sends to each model, from the cheapest model (bottom) to the dearest (top), as a right answer is worth more.</p>
<figure>${responsive((width, id) => selectionChart(result, subject, width, id), "selection")}${bandLegend(result)}</figure>`;
}

function calibration(result: EvaluationResult): Markup | null {
  const subject = subjectOf(result);
  if (subject.predictions === null) return null;
  const { calibrationError, calibrationErrorIfCalibrated, entries } = subject.predictions;
  return markup`<h2>Does a predicted quality mean what it says?</h2>
<div class="pair"><figure>${reliabilityChart(subject, 460, "reliability")}</figure>
<div><p class="note" style="margin-top:16px">${formatCount(entries)} predictions of ${subject.name} in 15 bins of equal mass. On the dashed line, a predicted 0.7 is right seven times in ten. Bars show two standard errors.</p>
<p class="note">Expected calibration error ${formatQuality(calibrationError)}; a perfectly calibrated predictor would show ${formatQuality(calibrationErrorIfCalibrated)} on as many rows.</p></div></div>`;
}

/** A picture twice: with room, and for a phone, where the same picture shrunk could not be read. */
function responsive(draw: (width: number, id: string) => Markup, id: string): Markup {
  return markup`<div class="wide">${draw(960, id)}</div><div class="narrow">${draw(360, `${id}-narrow`)}</div>`;
}

function seriesLegend(result: EvaluationResult): Markup {
  const items = seriesOf(result).reverse();
  return markup`<ul class="legend">${items.map(({ name, className, aiq }, index) => {
    const line = markup`<svg width="26" height="4" aria-hidden="true"><path class="line ${className}" d="M0 2H26"/></svg>`;
    return markup`<li>${line}${index === 0 ? markup`<b>${name}</b>` : name} <span>${formatQuality(aiq, 3)}</span></li>`;
  })}</ul>`;
}

function bandLegend(result: EvaluationResult): Markup {
  const bands = selectionBands(result, subjectOf(result)).reverse();
  return markup`<ul class="legend">${bands.map(
    ({ name, className }) => markup`<li><i class="swatch ${className}"></i>${name}</li>`,
  )}</ul>`;
}
