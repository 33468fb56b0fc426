/** A logarithmic axis from `start` to `end` pixels; what is 0 or below lies at its left end. */
export interface LogScale {
  ticks: number[];
  at: (value: number) => number;
  /** Whether something lies at the left end because its logarithm does not exist. */
  clamps: boolean;
}

/** Spans the positive values with a little to spare; ticks at powers of ten, and at 2 and 5 where those are few. */
export function logScale(values: readonly number[], start: number, end: number): LogScale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const clamps = positive.length < values.length;
  let low = positive.length > 0 ? Math.log10(Math.min(...positive)) : -4;
  let high = positive.length > 0 ? Math.log10(Math.max(...positive)) : -2;
  const spare = Math.max(0.12, (high - low) * 0.06);
  // room for what costs nothing, left of the cheapest that costs something
  low -= clamps ? 3 * spare : spare;
  high += spare;
  const at = (value: number): number =>
    value > 0 ? start + ((Math.log10(value) - low) / (high - low)) * (end - start) : start + 8;
  const steps = high - low > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      const log = Math.log10(tick);
      if (log >= low && log <= high) ticks.push(tick);
    }
  }
  return { ticks, at, clamps };
}
