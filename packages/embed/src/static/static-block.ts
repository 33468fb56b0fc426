import type { TokenBuffer } from "../text/token-buffer.js";
import type { StaticTable } from "./static-table.js";

/**
 * Mean of the known words' rows, words that come twice counted twice; zeros where no word is known.
 *
 * @returns the number of known words
 */
export function meanOfRows(out: Float32Array, offset: number, table: StaticTable, tokens: TokenBuffer): number {
  const S = table.dimensions;
  out.fill(0, offset, offset + S);
  let known = 0;
  for (let i = 0; i < tokens.count; i++) {
    const row = table.find(tokens.hashes[i]);
    if (row < 0) continue;
    table.addRow(out, offset, row);
    known++;
  }
  for (let j = 0; j < S && known > 0; j++) out[offset + j] /= known;
  return known;
}

/**
 * Writes weight · √(known words / words) · (s − s̄) / |s − s̄|, s the {@link meanOfRows} and s̄ its mean over training texts;
 * 0 without a known word. One known word among many says little: hence the share.
 */
export function embedStatic(
  out: Float32Array,
  offset: number,
  table: StaticTable,
  tokens: TokenBuffer,
  mean: Float32Array,
  weight: number,
): void {
  const S = table.dimensions;
  const known = meanOfRows(out, offset, table, tokens);
  if (known === 0) return;
  let squares = 0;
  for (let j = 0; j < S; j++) {
    out[offset + j] -= mean[j];
    squares += out[offset + j] * out[offset + j];
  }
  const scale = squares > 0 ? weight * Math.sqrt(known / tokens.count / squares) : 0;
  for (let j = 0; j < S; j++) out[offset + j] *= scale;
}
