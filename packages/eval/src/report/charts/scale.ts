/** Maps data to pixels on one axis. */
export interface Scale {
  (value: number): number;
  /** The value at a pixel. */
  invert(pixel: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  /** Round values within the domain, for grid lines. */
  readonly ticks: readonly number[];
}

/** Even scale with ticks at multiples of 1, 2 or 5 times a power of ten. */
export function linearScale(domain: [number, number], range: [number, number], tickCount = 5): Scale {
  const span = domain[1] - domain[0] || 1;
  const map = (value: number): number => range[0] + ((value - domain[0]) / span) * (range[1] - range[0]);
  const rough = span / tickCount;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(domain[0] / step - 1e-9);
  const last = Math.floor(domain[1] / step + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  const invert = (pixel: number): number => domain[0] + ((pixel - range[0]) / (range[1] - range[0])) * span;
  return Object.assign(map, { domain, range, ticks, invert });
}

/** Logarithmic scale of a domain above 0, with ticks at 1, 2, 5 (or only 1) times powers of ten. */
export function logScale(domain: [number, number], range: [number, number], tickCount = 6): Scale {
  const [from, to] = [Math.log10(domain[0]), Math.log10(domain[1])];
  const span = to - from || 1;
  const map = (value: number): number => range[0] + ((Math.log10(value) - from) / span) * (range[1] - range[0]);
  const within = (factors: readonly number[]): number[] => {
    const values: number[] = [];
    for (let power = Math.floor(from); power <= to; power++) {
      for (const factor of factors) values.push(factor * 10 ** power);
    }
    return values.filter((value) => value >= domain[0] * 0.9999 && value <= domain[1] * 1.0001);
  };
  const fine = within([1, 2, 5]);
  const invert = (pixel: number): number => 10 ** (from + ((pixel - range[0]) / (range[1] - range[0])) * span);
  return Object.assign(map, { domain, range, ticks: fine.length <= tickCount ? fine : within([1]), invert });
}
