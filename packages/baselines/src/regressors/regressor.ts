import { matmul, matmulTransposedA, matmulTransposedB } from "@onehead/core";
import type { Random } from "@onehead/core/training";

/**
 * A perceptron with one output: y = w·h_L + b, h_l = max(0, W_l h_{l−1} + b_l), h_0 the features.
 *
 * Parameters are named "hidden.l" (H_l, H_{l−1}), "hiddenBias.l" (H_l), "output" (H_L) and "outputBias" (1).
 */
export class Regressor {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** (L + 1) D, then the width of every hidden layer. */
  readonly sizes: readonly number[];

  constructor(sizes: readonly number[], parameters: ReadonlyMap<string, Float32Array>) {
    this.sizes = sizes;
    this.parameters = parameters;
    this.gradients = new Map([...parameters].map(([name, values]) => [name, new Float32Array(values.length)]));
  }

  /** Glorot's uniform start, as scikit-learn's. */
  static start(sizes: readonly number[], random: Random): Regressor {
    const parameters = new Map<string, Float32Array>();
    const fill = (name: string, length: number, fans: number): void => {
      const bound = Math.sqrt(6 / fans);
      parameters.set(
        name,
        Float32Array.from({ length }, () => (2 * random.uniform() - 1) * bound),
      );
    };
    for (let l = 1; l < sizes.length; l++) {
      fill(`hidden.${l}`, sizes[l] * sizes[l - 1], sizes[l] + sizes[l - 1]);
      fill(`hiddenBias.${l}`, sizes[l], sizes[l] + sizes[l - 1]);
    }
    const last = sizes[sizes.length - 1];
    fill("output", last, last + 1);
    fill("outputBias", 1, last + 1);
    return new Regressor(sizes, parameters);
  }

  /** Outputs (R) of (R, D) features, and every layer's (R, H_l), the features first. */
  forward(features: Float32Array, R: number): { outputs: Float32Array; layers: Float32Array[] } {
    const layers = [features];
    for (let l = 1; l < this.sizes.length; l++) {
      const H = this.sizes[l];
      const hidden = new Float32Array(R * H);
      matmulTransposedB(hidden, layers[l - 1], this.#parameter(`hidden.${l}`), R, this.sizes[l - 1], H);
      const bias = this.#parameter(`hiddenBias.${l}`);
      for (let i = 0; i < hidden.length; i++) hidden[i] = Math.max(0, hidden[i] + bias[i % H]);
      layers.push(hidden);
    }
    const outputs = new Float32Array(R);
    const last = this.sizes[this.sizes.length - 1];
    matmulTransposedB(outputs, layers[layers.length - 1], this.#parameter("output"), R, last, 1);
    const bias = this.#parameter("outputBias")[0];
    for (let r = 0; r < R; r++) outputs[r] += bias;
    return { outputs, layers };
  }

  /** Sets the gradients from (R) `dOutputs` of a `forward`'s layers, and adds `decay` times the weights to theirs. */
  backward(dOutputs: Float32Array, layers: readonly Float32Array[], R: number, decay: number): void {
    const top = this.sizes.length - 1;
    matmulTransposedA(this.#gradient("output"), dOutputs, layers[top], 1, R, this.sizes[top]);
    this.#gradient("outputBias")[0] = dOutputs.reduce((sum, value) => sum + value, 0);
    let dLayer = new Float32Array(R * this.sizes[top]);
    matmul(dLayer, dOutputs, this.#parameter("output"), R, 1, this.sizes[top]);
    for (let l = top; l >= 1; l--) {
      const H = this.sizes[l];
      const dBias = this.#gradient(`hiddenBias.${l}`).fill(0);
      for (let i = 0; i < R * H; i++) {
        if (layers[l][i] <= 0) dLayer[i] = 0;
        dBias[i % H] += dLayer[i];
      }
      matmulTransposedA(this.#gradient(`hidden.${l}`), dLayer, layers[l - 1], H, R, this.sizes[l - 1]);
      if (l === 1) break;
      const dBelow = new Float32Array(R * this.sizes[l - 1]);
      matmul(dBelow, dLayer, this.#parameter(`hidden.${l}`), R, H, this.sizes[l - 1]);
      dLayer = dBelow;
    }
    for (const [name, values] of this.parameters) {
      if (name.includes("Bias")) continue;
      const own = this.#gradient(name);
      for (let i = 0; i < own.length; i++) own[i] += decay * values[i];
    }
  }

  #parameter(name: string): Float32Array {
    return this.parameters.get(name) as Float32Array;
  }

  #gradient(name: string): Float32Array {
    return this.gradients.get(name) as Float32Array;
  }
}
