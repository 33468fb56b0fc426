/** Room for the rows of one block and the choices for them, in one buffer: what two threads hand to each other. */
export interface Slot {
  /** (R, D), R the most rows of a block. */
  embeddings: Float32Array;
  /** (R), as are the others. */
  inputTokens: Float64Array;
  index: Int32Array;
  predictedQuality: Float32Array;
  predictedCostUsd: Float64Array;
  reward: Float64Array;
}

/** Bytes of a slot: per row three float64, one float32, one int32 and the embedding. */
export function slotBytes(rows: number, dimensions: number): number {
  return rows * (32 + 4 * dimensions);
}

/** The arrays of a slot; float64 first, which keeps all of them aligned. */
export function slotOn(buffer: SharedArrayBuffer | ArrayBuffer, rows: number): Slot {
  const dimensions = buffer.byteLength / rows / 4 - 8;
  return {
    inputTokens: new Float64Array(buffer, 0, rows),
    predictedCostUsd: new Float64Array(buffer, 8 * rows, rows),
    reward: new Float64Array(buffer, 16 * rows, rows),
    predictedQuality: new Float32Array(buffer, 24 * rows, rows),
    index: new Int32Array(buffer, 28 * rows, rows),
    embeddings: new Float32Array(buffer, 32 * rows, dimensions * rows),
  };
}
