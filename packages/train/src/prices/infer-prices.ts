import type { RowTable } from "@onehead/data";

/** List prices in USD per million tokens. */
export interface TokenPrices {
  inputUsdPerMillionTokens: number;
  outputUsdPerMillionTokens: number;
}

// relative error up to which recorded costs count as explained by list prices; recorded USD are often rounded
const tolerance = 0.01;
const fewestRows = 8;

/**
 * The list prices that explain a model's recorded costs, c = t_in · p_in + t_out · p_out, by least squares over the
 * rows that record all three; null when there are fewer than eight such rows or the fit is off by more than 1 %.
 *
 * Rows are weighted by 1/c², so that the fit is relative and long calls do not drown the short ones. Where all answers
 * have the same length p_in and p_out cannot be told apart; a price below zero is then set to 0 and the other refitted.
 */
export function inferPrices(table: RowTable, model: number): TokenPrices | null {
  const N = table.models.length;
  let rows = 0;
  let aa = 0;
  let ab = 0;
  let bb = 0;
  let ac = 0;
  let bc = 0;
  const usable = (r: number): boolean =>
    table.costs[r * N + model] > 0 && table.inputTokens[r] >= 0 && table.outputTokens[r * N + model] >= 0;
  for (let r = 0; r < table.ids.length; r++) {
    if (!usable(r)) continue;
    const cost = table.costs[r * N + model];
    const a = table.inputTokens[r] / cost;
    const b = table.outputTokens[r * N + model] / cost;
    rows++;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ac += a;
    bc += b;
  }
  if (rows < fewestRows) return null;

  // normal equations of the two prices; a singular system falls through to one price
  const determinant = aa * bb - ab * ab;
  let input = Number.NaN;
  let output = Number.NaN;
  if (determinant > 1e-9 * aa * bb) {
    input = (ac * bb - bc * ab) / determinant;
    output = (bc * aa - ac * ab) / determinant;
  }
  if (!(input >= 0 && output >= 0)) {
    const outputOnly = !(output >= 0) ? false : !(input >= 0);
    input = outputOnly ? 0 : ac / aa;
    output = outputOnly ? bc / bb : 0;
  }
  if (!Number.isFinite(input) || !Number.isFinite(output)) return null;

  let worst = 0;
  for (let r = 0; r < table.ids.length; r++) {
    if (!usable(r)) continue;
    const fitted = table.inputTokens[r] * input + table.outputTokens[r * N + model] * output;
    worst = Math.max(worst, Math.abs(fitted / table.costs[r * N + model] - 1));
  }
  if (worst > tolerance) return null;
  // where one side is free, the solution leaves rounding noise of the other's size
  const noise = 1e-9 * Math.max(input, output);
  return {
    inputUsdPerMillionTokens: input > noise ? roundPrice(input * 1e6) : 0,
    outputUsdPerMillionTokens: output > noise ? roundPrice(output * 1e6) : 0,
  };
}

/** Six significant digits: list prices are short numbers, the rest is rounding noise of the recorded costs. */
function roundPrice(price: number): number {
  return Number(price.toPrecision(6));
}
