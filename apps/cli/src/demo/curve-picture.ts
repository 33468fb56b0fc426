import type { HeldOutSet } from "@onehead/eval";
import { escapeHtml } from "./markup.js";

const width = 640;
const height = 360;
const margin = { left: 52, right: 16, top: 16, bottom: 44 };

/** Mean cost (logarithmic) against mean quality of one set's held-out prompts: hulls as lines, single models as points. */
export function curvePicture({ name, curves, singles }: HeldOutSet): string {
  const shown = curves.filter(({ router }) => router !== "oracle");
  const costs = [
    ...singles.map(({ meanCostUsd }) => meanCostUsd),
    ...shown.flatMap(({ points }) => points.map(([c]) => c)),
  ];
  const positive = costs.filter((cost) => cost > 0);
  const [low, high] = [Math.log10(Math.min(...positive)), Math.log10(Math.max(...positive))];
  const qualities = [
    ...singles.map(({ meanQuality }) => meanQuality),
    ...shown.flatMap(({ points }) => points.map(([, q]) => q)),
  ];
  const bottom = Math.floor(Math.min(...qualities) * 10) / 10;
  const top = Math.ceil(Math.max(...qualities) * 10) / 10;
  const x = (cost: number): number =>
    margin.left +
    ((Math.log10(Math.max(cost, 10 ** low)) - low) / (high - low || 1)) * (width - margin.left - margin.right);
  const y = (quality: number): number =>
    height - margin.bottom - ((quality - bottom) / (top - bottom || 1)) * (height - margin.top - margin.bottom);

  const grid = range(bottom, top, 0.1).map(
    (quality) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(quality).toFixed(1)}" y2="${y(quality).toFixed(1)}"/>` +
      `<text class="tick" x="${margin.left - 8}" y="${(y(quality) + 4).toFixed(1)}" text-anchor="end">${quality.toFixed(1)}</text>`,
  );
  const decades = range(Math.ceil(low), Math.floor(high), 1).map((exponent) => {
    const at = x(10 ** exponent).toFixed(1);
    return (
      `<line class="grid" x1="${at}" x2="${at}" y1="${margin.top}" y2="${height - margin.bottom}"/>` +
      `<text class="tick" x="${at}" y="${height - margin.bottom + 18}" text-anchor="middle">$${Number((10 ** exponent).toPrecision(1))}</text>`
    );
  });
  const lines = shown.map(({ router, points }) => {
    const path = points.map(([cost, quality]) => `${x(cost).toFixed(1)},${y(quality).toFixed(1)}`);
    // to the right of its last point a curve stays level
    path.push(`${width - margin.right},${y(points[points.length - 1][1]).toFixed(1)}`);
    return `<polyline class="${router === "onehead" ? "own" : "other"}" points="${path.join(" ")}"><title>${escapeHtml(router)}</title></polyline>`;
  });
  const dots = singles.map(
    ({ model, meanCostUsd, meanQuality }) =>
      `<circle class="model" cx="${x(meanCostUsd).toFixed(1)}" cy="${y(meanQuality).toFixed(1)}" r="3.5"><title>${escapeHtml(model)}: ${meanQuality.toFixed(3)} for $${meanCostUsd.toPrecision(3)}</title></circle>`,
  );
  const title = `${escapeHtml(name)}: mean quality against mean cost of a call, held-out prompts`;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><title>${title}</title>
${[...grid, ...decades, ...lines, ...dots].join("\n")}
<text class="tick" x="${(margin.left + width - margin.right) / 2}" y="${height - 6}" text-anchor="middle">mean USD a call (log)</text>
</svg>`;
}

function range(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  for (let i = 0; from + i * step <= to + 1e-9; i++) values.push(Number((from + i * step).toFixed(6)));
  return values;
}
