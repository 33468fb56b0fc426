import { gelu } from "@onehead/core";
import { dropout, geluBackward, linear, linearBackward, type Random } from "@onehead/core/training";

/** Sizes of a {@link JointMlp}. */
export interface JointMlpSizes {
  /** D. */
  dimensions: number;
  /** H. */
  width: number;
  /** N. */
  models: number;
  /** Largest B that one call takes. */
  maxRows: number;
}

/**
 * Multilayer perceptron with one trunk for all models:
 *
 *   h = gelu(W x + a),  logit = U dropout(h) + b        x (D), h (H), logit (N)
 *
 * Starts at logit = `bias` up to small noise, so that an untrained network predicts every model's mean.
 */
export class JointMlp {
  /** W (H, D), a (H), U (N, H) and b (N) by name; the optimiser updates them in place. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Of the last `backward`, the same shapes. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** (B, N) logits of the last `forward`. */
  readonly logits: Float32Array;
  readonly sizes: JointMlpSizes;
  readonly #preHidden: Float32Array;
  readonly #hidden: Float32Array;
  readonly #dHidden: Float32Array;
  /** (B, H) dropout's factors of the last `forward`: 0 or 1 / (1 − rate). */
  readonly #kept: Float32Array;

  /**
   * @param bias   (N) starting logits
   * @param random of the starting weights; null leaves them 0, to be set
   */
  constructor(sizes: JointMlpSizes, bias: ArrayLike<number>, random: Random | null) {
    const { dimensions: D, width: H, models: N, maxRows: B } = sizes;
    this.sizes = sizes;
    const shapes = mlpShapes(sizes).map(([name, shape]): [string, number] => [name, shape.reduce((a, b) => a * b, 1)]);
    this.parameters = new Map(shapes.map(([name, size]) => [name, new Float32Array(size)]));
    this.gradients = new Map(shapes.map(([name, size]) => [name, new Float32Array(size)]));
    if (random !== null) {
      fillNormal(this.#parameter("trunk.weight"), Math.sqrt(1 / D), random);
      fillNormal(this.#parameter("output.weight"), 0.1 * Math.sqrt(1 / H), random);
    }
    this.#parameter("output.bias").set(bias);
    this.logits = new Float32Array(B * N);
    this.#preHidden = new Float32Array(B * H);
    this.#hidden = new Float32Array(B * H);
    this.#dHidden = new Float32Array(B * H);
    this.#kept = new Float32Array(B * H);
  }

  /**
   * @param features    (B, D)
   * @param dropoutRate share of hidden units left out, drawn from `random`; none when predicting, with `random` null
   */
  forward(features: Float32Array, rows: number, dropoutRate: number, random: Random | null): void {
    const { dimensions: D, width: H, models: N } = this.sizes;
    linear(this.#preHidden, features, this.#parameter("trunk.weight"), this.#parameter("trunk.bias"), rows, D, H);
    gelu(this.#hidden, this.#preHidden, rows * H);
    dropout(this.#hidden, this.#kept, rows * H, dropoutRate, random);
    linear(this.logits, this.#hidden, this.#parameter("output.weight"), this.#parameter("output.bias"), rows, H, N);
  }

  /** Gradients from (B, N) `dLogits` of the rows last passed forward. */
  backward(dLogits: Float32Array, features: Float32Array, rows: number): void {
    const { dimensions: D, width: H, models: N } = this.sizes;
    for (const gradient of this.gradients.values()) gradient.fill(0);
    // logits = linear(hidden)
    const dOutput = this.#gradient("output.weight");
    const dOutputBias = this.#gradient("output.bias");
    const output = this.#parameter("output.weight");
    linearBackward(this.#dHidden, dOutput, dOutputBias, dLogits, this.#hidden, output, rows, H, N);
    // hidden = dropout(gelu(preHidden))
    for (let i = 0; i < rows * H; i++) this.#dHidden[i] *= this.#kept[i];
    geluBackward(this.#dHidden, this.#dHidden, this.#preHidden, rows * H);
    // preHidden = linear(features)
    const dTrunk = this.#gradient("trunk.weight");
    const dTrunkBias = this.#gradient("trunk.bias");
    linearBackward(null, dTrunk, dTrunkBias, this.#dHidden, features, this.#parameter("trunk.weight"), rows, D, H);
  }

  #parameter(name: string): Float32Array {
    return this.parameters.get(name) as Float32Array;
  }

  #gradient(name: string): Float32Array {
    return this.gradients.get(name) as Float32Array;
  }
}

/** Names and shapes of a network's parameters. */
export function mlpShapes({ dimensions: D, width: H, models: N }: JointMlpSizes): Array<[string, number[]]> {
  return [
    ["trunk.weight", [H, D]],
    ["trunk.bias", [H]],
    ["output.weight", [N, H]],
    ["output.bias", [N]],
  ];
}

function fillNormal(out: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < out.length; i++) out[i] = deviation * random.normal();
}
