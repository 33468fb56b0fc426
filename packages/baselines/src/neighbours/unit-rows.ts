/** Copy of (R, D) rows scaled to length 1, so that a dot product is their cosine; a row of zeros stays zero. */
export function unitRows(embeddings: Float32Array, dimensions: number): Float32Array {
  const unit = new Float32Array(embeddings.length);
  for (let start = 0; start < embeddings.length; start += dimensions) {
    let squares = 0;
    for (let d = start; d < start + dimensions; d++) squares += embeddings[d] * embeddings[d];
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let d = start; d < start + dimensions; d++) unit[d] = embeddings[d] * scale;
  }
  return unit;
}
