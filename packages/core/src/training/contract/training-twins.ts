import type { AdamStep } from "../adam-step.js";
import type { RowDropout } from "../dropout-stream.js";

// The specification of the training kernels: each equation as it is written, in float64 and in whole matrices.

export interface HeadsTwin {
  shared: ArrayLike<number>;
  models: ArrayLike<number>;
  weights: ArrayLike<number>;
}

/** The numbers of splitmix32 from a key on, by its published steps on unsigned 32-bit integers. */
function dropoutNumbers(key: number, count: number): number[] {
  const word = 0xffffffffn;
  let state = BigInt.asUintN(32, BigInt(key));
  return Array.from({ length: count }, () => {
    state = (state + 0x9e3779b9n) & word;
    let z = state;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & word;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & word;
    return Number(z ^ (z >> 15n));
  });
}

/** (rows, units): 0 where a unit is dropped, 1 / (1 − rate) elsewhere. */
export function dropoutMask(drop: RowDropout | null, rows: number, units: number): number[][] {
  return Array.from({ length: rows }, (_, r) => {
    if (drop === null) return new Array<number>(units).fill(1);
    // moved by half of their range, so that the order is that of the numbers with a sign
    const draws = dropoutNumbers(drop.keys[r], units).map((draw) => (draw + 2 ** 31) % 2 ** 32);
    return draws.map((draw) => (draw < Math.round(drop.rate * 2 ** 32) ? 0 : 1 / (1 - drop.rate)));
  });
}

/** quality (rows, M), then cost (rows, M); dropped units are zeros, whatever they were. */
export function reluHeadsTwin(
  { shared, models, weights }: HeadsTwin,
  biases: [quality: ArrayLike<number>, cost: ArrayLike<number>],
  rows: number,
  M: number,
  H: number,
  mask: number[][],
): [Float64Array, Float64Array] {
  const head = (first: number, bias: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: rows * M }, (_, i) => {
      const [r, m] = [Math.floor(i / M), i % M];
      let sum = bias[m];
      for (let h = first; h < first + H; h++) {
        if (mask[r][m * 2 * H + h] === 0) continue;
        sum += weights[h] * mask[r][m * 2 * H + h] * Math.max(0, shared[r * 2 * H + h] + models[m * 2 * H + h]);
      }
      return sum;
    });
  return [head(0, biases[0]), head(H, biases[1])];
}

/** −Σ s ln σ(z) + (1 − s) ln(1 − σ(z)) over the known scores. */
export function logLossTwin(logits: ArrayLike<number>, targets: ArrayLike<number>, count: number): number {
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const s = targets[i];
    if (!Number.isNaN(s)) loss += s * Math.log1p(Math.exp(-logits[i])) + (1 - s) * Math.log1p(Math.exp(logits[i]));
  }
  return loss;
}

/** Parameter and both moments after a step. */
export function adamTwin(
  p: ArrayLike<number>,
  gradient: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { clip, beta1, beta2, rate, correction1, correction2, epsilon, weightDecay }: AdamStep,
): Float64Array[] {
  const m = Float64Array.from(first, (value, i) => beta1 * value + (1 - beta1) * clip * gradient[i]);
  const v = Float64Array.from(second, (value, i) => beta2 * value + (1 - beta2) * (clip * gradient[i]) ** 2);
  const moved = Float64Array.from(p, (value, i) => {
    return value - rate * ((m[i] * correction1) / (Math.sqrt(v[i] * correction2) + epsilon) + weightDecay * value);
  });
  return [moved, m, v];
}
