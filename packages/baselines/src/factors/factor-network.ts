import { matmul, matmulTransposedA, matmulTransposedB } from "@onehead/core";
import { createRandom } from "@onehead/core/training";

/**
 * Logits from a query vector and model vectors:
 *
 *   f = φ(W e + c),  logit_m = f·u_m + b_m − g·e,  φ = identity or σ
 *
 * with its gradients. EmbedLLM and RouteLLM's matrix factorisation have neither b nor g, item response theory has both: u
 * is then the ability, f the discrimination and g·e the difficulty.
 */
export class FactorNetwork {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly sizes: FactorSizes;

  constructor(sizes: FactorSizes, bias: ArrayLike<number>, seed: number) {
    const { dimensions: D, factors: F, models: M } = sizes;
    this.sizes = sizes;
    const random = createRandom(seed, 81);
    const normal = (length: number, scale: number): Float32Array =>
      Float32Array.from({ length }, () => scale * random.normal());
    this.parameters = new Map([
      ["projection", normal(F * D, 1 / Math.sqrt(D))],
      // f starts near 1, so that f·u starts at the model's own logit
      ["offset", new Float32Array(F).fill(sizes.positive ? 0 : 1)],
      [
        "vectors",
        normal(M * F, 0.1 / Math.sqrt(F)).map((value, i) => value + (sizes.biased ? 0 : bias[Math.floor(i / F)] / F)),
      ],
      ["bias", Float32Array.from({ length: M }, (_, m) => (sizes.biased ? bias[m] : 0))],
      ["difficulty", new Float32Array(D)],
    ]);
    this.gradients = new Map([...this.parameters].map(([name, values]) => [name, new Float32Array(values.length)]));
  }

  /** (R, M) logits and (R, F) query vectors of (R, D) features. */
  forward(features: Float32Array, R: number): { logits: Float32Array; queries: Float32Array } {
    const { dimensions: D, factors: F, models: M, positive, biased } = this.sizes;
    const offset = this.#parameter("offset");
    const queries = new Float32Array(R * F);
    matmulTransposedB(queries, features, this.#parameter("projection"), R, D, F);
    for (let i = 0; i < R * F; i++) {
      const value = queries[i] + offset[i % F];
      queries[i] = positive ? 1 / (1 + Math.exp(-value)) : value;
    }
    const logits = new Float32Array(R * M);
    matmulTransposedB(logits, queries, this.#parameter("vectors"), R, F, M);
    if (biased) {
      const hard = new Float32Array(R);
      matmulTransposedB(hard, features, this.#parameter("difficulty"), R, D, 1);
      const bias = this.#parameter("bias");
      for (let i = 0; i < R * M; i++) logits[i] += bias[i % M] - hard[Math.floor(i / M)];
    }
    return { logits, queries };
  }

  /** Sets the gradients from dLogits (R, M) of a `forward` of the same features. */
  backward(dLogits: Float32Array, features: Float32Array, queries: Float32Array, R: number): void {
    const { dimensions: D, factors: F, models: M, positive, biased } = this.sizes;
    matmulTransposedA(this.#gradient("vectors"), dLogits, queries, M, R, F);
    const dQueries = new Float32Array(R * F);
    matmul(dQueries, dLogits, this.#parameter("vectors"), R, M, F);
    if (positive) for (let i = 0; i < R * F; i++) dQueries[i] *= queries[i] * (1 - queries[i]);
    matmulTransposedA(this.#gradient("projection"), dQueries, features, F, R, D);
    const dOffset = this.#gradient("offset").fill(0);
    for (let i = 0; i < R * F; i++) dOffset[i % F] += dQueries[i];
    if (!biased) return;
    const dBias = this.#gradient("bias").fill(0);
    const dHard = new Float32Array(R);
    for (let i = 0; i < R * M; i++) {
      dBias[i % M] += dLogits[i];
      dHard[Math.floor(i / M)] -= dLogits[i];
    }
    matmulTransposedA(this.#gradient("difficulty"), dHard, features, 1, R, D);
  }

  #parameter(name: string): Float32Array {
    return this.parameters.get(name) as Float32Array;
  }

  #gradient(name: string): Float32Array {
    return this.gradients.get(name) as Float32Array;
  }
}

export interface FactorSizes {
  /** D, F and M. */
  dimensions: number;
  factors: number;
  models: number;
  /** φ = σ instead of the identity. */
  positive: boolean;
  /** With b and g. */
  biased: boolean;
}

/** Names and shapes of a network's parameters. */
export function factorShapes({ dimensions: D, factors: F, models: M }: FactorSizes): Array<[string, number[]]> {
  return [
    ["projection", [F, D]],
    ["offset", [F]],
    ["vectors", [M, F]],
    ["bias", [M]],
    ["difficulty", [D]],
  ];
}
