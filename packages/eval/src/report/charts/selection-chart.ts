import type { EvaluationResult, RouterResult } from "../../evaluation/evaluation-result.js";
import { formatPercent, formatUsd } from "../format.js";
import { type Markup, markup } from "../html/markup.js";
import { numberedModels } from "../report-rows.js";
import { linePath, plot, plotArea } from "./plot.js";
import { linearScale, type Scale } from "./scale.js";

/** Bands that the eye can still tell apart. */
const mostBands = 9;

/** One model's (or all the rest's) share of the prompts at each λ. */
export interface Band {
  name: string;
  /** Style sheet class of its colour. */
  className: string;
  share: number[];
}

/**
 * Bands from the cheapest model at the bottom to the dearest at the top; models that are hardly ever chosen are one band,
 * "other models", above them all.
 */
export function selectionBands(result: EvaluationResult, router: RouterResult): Band[] {
  const { share } = router.selection!;
  const byCost = numberedModels(result).map(({ model }) => {
    const index = result.models.indexOf(model);
    const own = share.map((row) => row[index]);
    return { name: model, share: own, total: own.reduce((sum, value) => sum + value, 0) };
  });
  const chosen = byCost.filter(({ total }) => total > 0);
  const largest = [...chosen].sort((a, b) => b.total - a.total).slice(0, mostBands);
  const shown = chosen.filter((model) => largest.includes(model));
  const bands = shown.map(({ name, share: own }, index) => ({
    name,
    share: own,
    // few bands are spread over the whole ramp of colours
    className: `band-${shown.length === 1 ? 1 : 1 + Math.round((index * (mostBands - 1)) / (shown.length - 1))}`,
  }));
  const rest = chosen.filter((model) => !largest.includes(model));
  if (rest.length === 0) return bands;
  const other = share.map((_, l) => rest.reduce((sum, model) => sum + model.share[l], 0));
  return [...bands, { name: `${rest.length} other models`, className: "band-other", share: other }];
}

/** Which models a router takes as quality is worth more: shares of prompts, stacked, by λ. */
export function selectionChart(result: EvaluationResult, router: RouterResult, width: number, id: string): Markup {
  const bands = selectionBands(result, router);
  const settings = result.lambdasUsd.length;
  const area = plotArea(width, Math.round(width < 480 ? width * 0.95 : width * 0.45));
  const { x, formatX } = settingScale(result.lambdasUsd, [area.left, area.right]);
  const y = linearScale([0, 1], [area.bottom, area.top], 4);
  const lower = new Array<number>(settings).fill(0);
  const areas = bands.map(({ name, className, share }) => {
    const under = lower.map((value, l): [number, number] => [x(l), y(value)]);
    for (let l = 0; l < settings; l++) lower[l] += share[l];
    const over = lower.map((value, l): [number, number] => [x(l), y(value)]);
    const outline = `${linePath(over)}L${linePath(under.reverse()).slice(1)}Z`;
    return markup`<path class="band ${className}" d="${outline}"><title>${name}</title></path>`;
  });
  return plot({
    id,
    title: `Models that ${router.name} chooses, by what quality is worth`,
    description: describe(bands, router),
    area,
    x,
    y,
    formatX,
    formatY: (share) => formatPercent(share),
    xLabel: "λ, worth of a right answer in USD (log)",
    yLabel: "share of prompts",
    marks: areas,
  });
}

/** Settings at equal distances, as λ is geometric; ticks at whole powers of ten of λ, which may fall between two settings. */
function settingScale(lambdasUsd: readonly (number | null)[], range: [number, number]) {
  const scale = linearScale([0, lambdasUsd.length - 1], range);
  const every = range[1] - range[0] < 420 ? 2 : 1;
  const ticks: number[] = [];
  const powerAt = new Map<number, number>();
  for (let setting = 1; setting < lambdasUsd.length; setting++) {
    const [left, right] = [lambdasUsd[setting - 1], lambdasUsd[setting]];
    // the exact ends of the sweep, 0 and Infinity, have no logarithm
    if (!left || !right) continue;
    const [from, to] = [Math.log10(left), Math.log10(right)];
    for (let power = Math.floor(from) + 1; power <= to; power++) {
      const tick = setting - 1 + (power - from) / (to - from);
      powerAt.set(tick, power);
      if (power % every === 0) ticks.push(tick);
    }
  }
  const x: Scale = Object.assign((value: number) => scale(value), { ...scale, ticks });
  return { x, formatX: (tick: number): string => powerOfTenUsd(powerAt.get(tick)!) };
}

/** "$0.01", "$100", "$1M" for a power of ten. */
function powerOfTenUsd(power: number): string {
  if (power >= 6) return `$1${"0".repeat(power - 6)}M`;
  return power >= 0 ? formatUsd(10 ** power).replace(/\.0+$/, "") : `$0.${"0".repeat(-power - 1)}1`;
}

function describe(bands: readonly Band[], router: RouterResult): string {
  const parts = bands.map(({ name, share }) => `${name} up to ${formatPercent(Math.max(...share))}`);
  return `As a right answer is worth more, ${router.name} moves from cheap to dear models: ${parts.join(", ")}.`;
}
