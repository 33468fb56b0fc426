import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { formatQuality } from "../format.js";
import { type Markup, markup } from "../html/markup.js";
import { pictureStyleSheet } from "../html/style.js";
import { subjectOf } from "../report-rows.js";
import { costQualityChart } from "./cost-quality-chart.js";
import { gainChart } from "./gain-chart.js";
import { selectionBands, selectionChart } from "./selection-chart.js";
import { seriesOf } from "./series.js";

/** What a picture shows: hulls over cost, their height above the zero router's, or shares of the models. */
export type PictureKind = "cost-quality" | "cost-quality-log" | "gain" | "selection";

export interface PictureOptions {
  /** Pixels of the view box; 800 unless given, from 480. */
  width?: number;
  /** Start of the ids inside; the kind unless given. */
  id?: string;
}

/** Room between the entries of a legend, and height of its lines. */
const gap = 22;
const lineHeight = 20;
const markWidth = 32;
/** Mean width of a letter at the legend's 12 pixels; a little too wide, so that nothing overlaps. */
const letterWidth = 7;

/**
 * A picture of an evaluation as an SVG file of its own, with its legend: no script, nothing fetched, light or dark by the
 * reader's setting. The same result and options give the same bytes.
 *
 * @param result with complete rows; "cost-quality-log" needs a cheapest model that is not free
 */
export function toSvgPicture(result: EvaluationResult, kind: PictureKind, options: PictureOptions = {}): string {
  const { width = 800, id = kind } = options;
  const chart = draw(result, kind, width, id);
  const entries = layOut(legendOf(result, kind), width);
  const height = heightOf(chart);
  const total = height + (entries.at(-1)?.y ?? 0) + lineHeight;
  const legend = entries.map(
    ({ x, y, name, className }) =>
      markup`<g transform="translate(${x} ${y})">${
        kind === "selection"
          ? markup`<rect class="${className}" x="12" y="-10" width="12" height="12" rx="3"/>`
          : markup`<path class="line ${className}" d="M0 -4H24"/>`
      }<text class="legend-text" x="${markWidth}">${name}</text></g>`,
  );
  return `${markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-labelledby="${id}-title ${id}-desc">
<style>${pictureStyleSheet}.legend-text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink)}.back{fill:var(--card)}</style>
<rect class="back" width="${width}" height="${total}" rx="10"/>
<svg width="${width}" height="${height}">${chart}</svg>
<g transform="translate(0 ${height})">${legend}</g>
</svg>`}\n`;
}

function draw(result: EvaluationResult, kind: PictureKind, width: number, id: string): Markup {
  switch (kind) {
    case "cost-quality":
      return costQualityChart(result, "linear", width, id);
    case "cost-quality-log":
      return costQualityChart(result, "log", width, id);
    case "gain":
      return gainChart(result, width, id);
    case "selection":
      return selectionChart(result, subjectOf(result), width, id);
  }
}

interface LegendEntry {
  name: string;
  className: string;
}

function legendOf(result: EvaluationResult, kind: PictureKind): LegendEntry[] {
  if (kind === "selection") return selectionBands(result, subjectOf(result)).reverse();
  return seriesOf(result)
    .reverse()
    .filter(({ id }) => kind !== "gain" || id !== "oracle")
    .map(({ name, className, aiq }) => ({ name: `${name} ${formatQuality(aiq, 3)}`, className }));
}

/** Entries in lines as wide as the picture. */
function layOut(entries: readonly LegendEntry[], width: number): Array<LegendEntry & { x: number; y: number }> {
  const left = 16;
  let x = left;
  let y = 14;
  return entries.map((entry) => {
    const own = markWidth + letterWidth * [...entry.name].length;
    if (x > left && x + own > width - left) {
      x = left;
      y += lineHeight;
    }
    const placed = { ...entry, x, y };
    x += own + gap;
    return placed;
  });
}

function heightOf(chart: Markup): number {
  return Number(/viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(chart.toString())![1]);
}
