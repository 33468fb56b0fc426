import type { TrainingBackend } from "@onehead/core/training";

/** A trainable network: flat parameters beside gradients of the same shapes, and one batch's activations. */
export interface Network {
  /** Whose memory has all arrays of the network, and room for what its trainer allocates (`trainerFloats`). */
  readonly backend: TrainingBackend;
  /** Named parameters in a fixed order; the optimiser updates them in place. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** As `finish` leaves them. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** Sums over the rows of the last `backward`. Those of the shards of a batch are added up before `finish`. */
  readonly rowSums: Float32Array;
  /** (B, M) outputs of the last `forward`: quality logits, and cost in the units of its targets. */
  readonly qualityLogits: Float32Array;
  readonly costOutputs: Float32Array;
  /** Largest B that one call takes. */
  readonly maxRows: number;
  /** Numbers of 32 bits that the dropout of one row takes. */
  readonly drawsPerRow: number;
  /** Computes what depends on the parameters alone: to be called when they have changed, before `forward`. */
  prepare(): void;
  /**
   * @param embeddings (B, D)
   * @param draws      (B, drawsPerRow) from the epoch's stream, what the dropout is made of; null when predicting
   */
  forward(embeddings: Float32Array, rows: number, draws: Uint32Array | null): void;
  /** From the gradients of the loss by both outputs, (B, M) each, of the rows last passed forward. */
  backward(dQualityLogits: Float32Array, dCostOutputs: Float32Array, rows: number): void;
  /** Makes the gradients of all parameters from `rowSums`. */
  finish(): void;
  /**
   * Makes the cost outputs f into f̄ + share · (f_m − f̄) + shift_m; absent where a form cannot hold that.
   *
   * @param shift (M)
   */
  shrinkCosts?(share: number, shift: Float32Array): void;
  /** The tensors that the artifact keeps of this network, by their names within a member. */
  toTensors(): Map<string, { shape: number[]; data: Float32Array }>;
}
