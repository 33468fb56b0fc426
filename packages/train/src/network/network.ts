/** A trainable network: flat parameters beside gradients of the same shapes, and one batch's activations. */
export interface Network {
  /** Named parameters in a fixed order; the optimiser updates them in place. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Gradients of the last `backward`, summed over its rows. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** (B, M) outputs of the last `forward`: quality logits, and cost in the units of its targets. */
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  /** Largest B that one call takes. */
  readonly maxRows: number;
  /**
   * @param embeddings (B, D)
   * @param drop       draws the dropout mask; null when predicting
   */
  forward(embeddings: Float32Array, rows: number, drop: Dropout | null): void;
  /** From the gradients of the loss by both outputs, (B, M) each, of the rows last passed forward. */
  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, embeddings: Float32Array, rows: number): void;
  /**
   * Makes the cost outputs f into f̄ + share · (f_m − f̄) + shift_m; absent where a form cannot hold that.
   *
   * @param shift (M)
   */
  shrinkCosts?(share: number, shift: Float32Array): void;
  /** The tensors that the artifact keeps of this network, by their names within a member. */
  toTensors(): Map<string, { shape: number[]; data: Float32Array }>;
}

export interface Dropout {
  rate: number;
  random: { uniform(): number };
}
