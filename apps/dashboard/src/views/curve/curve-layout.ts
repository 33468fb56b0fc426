import { linearTicks } from "../../charts/linear-ticks.js";
import { type LogScale, logScale } from "../../charts/log-scale.js";
import { type PlacedLabel, placeLabels } from "../../charts/place-labels.js";
import { shortNames } from "../../charts/short-names.js";
import type { CurvePoint } from "./curve-points.js";

const lineHeight = 15;
// a little more than the mean width of a character at the labels' size; longer is safe, shorter overlaps
const characterWidth = 6.6;

export const curveMargin = { left: 44, right: 12, top: 12, bottom: 44 };

/** A mark of the chart at its place, and its text where there is room for one. */
export interface PlacedPoint extends CurvePoint {
  x: number;
  y: number;
  text: string;
  textWidth: number;
  label: PlacedLabel | null;
}

export interface CurveLayout {
  height: number;
  x: LogScale;
  y: (quality: number) => number;
  qualityTicks: number[];
  router: PlacedPoint[];
  models: PlacedPoint[];
  chosen: PlacedPoint | null;
}

/** Where everything lies on a chart of this width. */
export function curveLayout(points: readonly CurvePoint[], width: number): CurveLayout {
  const height = Math.round(Math.min(500, Math.max(360, width * 0.72)));
  const bottom = height - curveMargin.bottom;
  const right = Math.max(curveMargin.left + 1, width - curveMargin.right);
  const x = logScale(
    points.map(({ costUsd }) => costUsd),
    curveMargin.left,
    right,
  );
  const qualities = points.map(({ quality }) => quality);
  const spread = Math.max(...qualities) - Math.min(...qualities) || 0.1;
  const low = Math.max(0, Math.min(...qualities) - 0.08 * spread);
  const high = Math.min(1, Math.max(...qualities) + 0.08 * spread);
  const y = (quality: number): number => bottom - ((quality - low) / (high - low || 1)) * (bottom - curveMargin.top);

  const names = shortNames(points.filter(({ kind }) => kind === "model").map(({ name }) => name));
  const placed = points.map((point): PlacedPoint => {
    const text = names.get(point.name) ?? point.name;
    return {
      ...point,
      x: x.at(point.costUsd),
      y: y(point.quality),
      text,
      textWidth: text.length * characterWidth,
      label: null,
    };
  });
  const router = placed.filter(({ kind }) => kind === "router");
  const named = placed.filter(({ kind }) => kind !== "router");
  const labels = placeLabels(
    named.map((point) => ({
      x: point.x,
      y: point.y,
      radius: point.kind === "chosen" ? 8 : 5.5,
      width: point.textWidth,
      // those that one would choose are named before those that others outdo
      first: point.kind === "chosen" || !named.some((other) => outdoes(other, point)),
    })),
    { left: curveMargin.left, right: width - 2, top: 2, bottom },
    lineHeight,
    alongLine(router),
  );
  named.forEach((point, index) => {
    point.label = labels[index];
  });
  return {
    height,
    x,
    y,
    qualityTicks: linearTicks(low, high, 5),
    router,
    models: named.filter(({ kind }) => kind === "model"),
    chosen: named.find(({ kind }) => kind === "chosen") ?? null,
  };
}

/** Whether a model is better and no dearer, or cheaper and no worse. */
function outdoes(a: CurvePoint, b: CurvePoint): boolean {
  if (a.kind !== "model" || a.quality < b.quality || a.costUsd > b.costUsd) return false;
  return a.quality > b.quality || a.costUsd < b.costUsd;
}

/** Places every few pixels along a line. */
function alongLine(corners: ReadonlyArray<{ x: number; y: number }>): Array<{ x: number; y: number }> {
  return corners.slice(1).flatMap((to, index) => {
    const from = corners[index];
    const count = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / 4));
    return Array.from({ length: count }, (_, i) => ({
      x: from.x + ((to.x - from.x) * i) / count,
      y: from.y + ((to.y - from.y) * i) / count,
    }));
  });
}
