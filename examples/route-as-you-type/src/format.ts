/** Decimals that leave so many digits of a number which tell something. */
export function decimalsOf(value: number, digits: number): number {
  return value === 0 ? 0 : Math.max(0, Math.min(12, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
}

/** Dollars, with two digits that tell something unless their decimals are given: $12, $0.010, $0.000087. */
export function formatUsd(usd: number, decimals = decimalsOf(usd, 2)): string {
  return `${usd < 0 ? "−" : ""}$${Math.abs(usd).toFixed(decimals)}`;
}

export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Microseconds of a thousandth of a second or less; milliseconds beyond. */
export function formatMicroseconds(us: number): string {
  if (us >= 1000) return `${(us / 1000).toPrecision(2)} ms`;
  return `${us < 10 ? us.toFixed(1) : us.toFixed(0)} µs`;
}
