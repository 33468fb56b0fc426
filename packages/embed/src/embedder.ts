/** Who makes an embedder's vectors: kept in the artifacts that need it. */
export interface EmbedderOrigin {
  readonly provider: string;
  readonly model: string;
}

/** Turns texts into vectors; the router's query embeddings come from one. */
export interface Embedder {
  /** Names the function from text to vector: two embedders with one id give equal vectors. */
  readonly id: string;
  /** D, the length of every vector. */
  readonly dimensions: number;
  /** Where the vectors come from, when that is not this package. */
  readonly origin?: EmbedderOrigin;
  /**
   * Embeds R texts.
   *
   * @returns (R, D) row-major, finite
   * @throws OneheadError `aborted` once `signal` is aborted
   */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array>;
}

/** An embedder that needs no I/O: the only kind that the synchronous request path takes. */
export interface SyncEmbedder extends Embedder {
  /** As {@link Embedder.embed}, at once. */
  embedSync(texts: readonly string[]): Float32Array;
  /**
   * Writes the vector of one text to `out[offset .. offset + D)`; the other cells stay as they are.
   *
   * @throws ShapeError when `out` is too short
   */
  embedInto(out: Float32Array, text: string, offset?: number): void;
}
