import { type Markup, type MarkupValue, markup } from "../html/markup.js";
import type { Scale } from "./scale.js";

/** Where the plotting area lies in a picture, in pixels of its view box. */
export interface PlotArea {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A picture's size and margins; narrow ones save room for the data. */
export function plotArea(width: number, height: number): PlotArea {
  const narrow = width < 480;
  return { width, height, left: narrow ? 40 : 52, right: width - (narrow ? 10 : 18), top: 30, bottom: height - 46 };
}

/** What every picture has: a name and a description for those who do not see it, axes, and its marks. */
export interface PlotOptions {
  /** Unique on the page; also the start of the ids inside. */
  id: string;
  title: string;
  description: string;
  area: PlotArea;
  x: Scale;
  y: Scale;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  xLabel: string;
  yLabel: string;
  /** Drawn inside the plotting area; lines that leave it are cut off. */
  marks: MarkupValue;
  /** Drawn above everything and never cut off. */
  labels?: MarkupValue;
}

/** One inline SVG: no script, no font, colours from the page's style sheet by class. */
export function plot(options: PlotOptions): Markup {
  const { id, area, x, y } = options;
  const { width, height, left, right, top, bottom } = area;
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc" class="plot">
<title id="${id}-title">${options.title}</title><desc id="${id}-desc">${options.description}</desc>
<clipPath id="${id}-clip"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>
<g class="grid">${y.ticks.map((tick) => markup`<path d="M${left} ${pixel(y(tick))}H${right}"/>`)}${x.ticks.map(
    (tick) => markup`<path d="M${pixel(x(tick))} ${bottom}v5"/>`,
  )}<path class="axis" d="M${left} ${bottom}H${right}"/></g>
<g class="ticks">${y.ticks.map(
    (tick) => markup`<text x="${left - 8}" y="${pixel(y(tick) + 4)}" text-anchor="end">${options.formatY(tick)}</text>`,
  )}${x.ticks.map(
    (tick) =>
      markup`<text x="${pixel(x(tick))}" y="${bottom + 19}" text-anchor="middle">${options.formatX(tick)}</text>`,
  )}<text class="axis-label" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${options.xLabel}</text>
<text class="axis-label" x="4" y="13">${options.yLabel}</text></g>
<g clip-path="url(#${id}-clip)">${options.marks}</g>${options.labels ?? null}
</svg>`;
}

/** A polyline's path data. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${pixel(x)} ${pixel(y)}`).join("");
}

/** Tenths of a pixel: what an eye can tell, and half the bytes. */
export function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}
