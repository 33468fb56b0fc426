import { OneheadError, writeSafetensors } from "@onehead/core";
import { hashToken } from "../text/tokenize.js";
import { roundToFloat16 } from "../trained/round-to-float16.js";
import { staticTableVersion } from "./static-table.js";

export interface StaticTableSource {
  /** First part of the table's id, such as `use-lite-en`. */
  name: string;
  /** (W) words of one token each, the most frequent first. */
  words: readonly string[];
  /** (W, D) a sentence embedder's vectors of the words alone. */
  vectors: Float32Array;
  /** S: a multiple of 4, at most D. */
  dimensions: number;
  /** Kept in the file's metadata: source, licence and notice. */
  notice: Readonly<Record<string, string>>;
}

// a of a / (a + p)
const smoothing = 1e-3;

/**
 * Distils a sentence embedder into a table of word vectors that {@link StaticTable.fromBytes} reads:
 *
 *   row_w = PCA_S(v_w − v̄) · a / (a + p_w),  p_w = 1 / (rank_w ln W),  a = 10⁻³,
 *
 * one int8 scale a row. The mean of a text's rows is then its smooth inverse frequency embedding. The same input gives
 * the same bytes.
 *
 * @throws OneheadError "invalid-argument" for shapes that do not fit, or for two words with one hash
 * Source: Arora, Liang and Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings"
 */
export async function writeStaticTable(source: StaticTableSource): Promise<Uint8Array<ArrayBuffer>> {
  const { words, vectors, dimensions: S } = source;
  const W = words.length;
  const D = vectors.length / W;
  if (!(W >= 2 && Number.isInteger(D))) throw invalid("vectors", `${vectors.length} values for ${W} words`);
  if (!(Number.isInteger(S) && S >= 4 && S % 4 === 0 && S <= D)) throw invalid("dimensions", S);
  const bad = vectors.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalid(`vectors[${bad}]`, vectors[bad]);

  const projected = await principalComponents(vectors, W, D, S);
  const hashes = Uint32Array.from(words, hashToken);
  const order = Array.from(words, (_, w) => w).sort((a, b) => hashes[a] - hashes[b]);
  const rows = new Int8Array(W * S);
  const scales = new Float32Array(W);
  order.forEach((w, r) => {
    if (r > 0 && hashes[w] === hashes[order[r - 1]]) throw invalid("words", `"${words[w]}" and another with its hash`);
    const frequency = 1 / ((w + 1) * Math.log(W));
    const weight = smoothing / (smoothing + frequency);
    let largest = 0;
    for (let j = 0; j < S; j++) largest = Math.max(largest, Math.abs(projected[w * S + j]));
    if (largest === 0) return;
    scales[r] = (weight * largest) / 127;
    for (let j = 0; j < S; j++) rows[r * S + j] = Math.round((projected[w * S + j] / largest) * 127);
  });
  return writeSafetensors(
    { "onehead.static-table": String(staticTableVersion), name: source.name, ...source.notice },
    new Map([
      ["hashes", { shape: [W], data: Uint32Array.from(order, (w) => hashes[w]) }],
      ["rows", { shape: [W, S / 4], data: new Uint32Array(rows.buffer) }],
      ["scales", { shape: [W], data: roundToFloat16(scales) }],
    ]),
    () => "F16",
  );
}

/** (W, S) centred rows on their S leading principal axes. */
async function principalComponents(vectors: Float32Array, W: number, D: number, S: number): Promise<Float32Array> {
  const { gram, symmetricEigen } = await import("../svd/index.js");
  const mean = new Float64Array(D);
  for (let i = 0; i < vectors.length; i++) mean[i % D] += vectors[i] / W;
  const centred = vectors.map((value, i) => value - mean[i % D]);
  const { vectors: axes } = symmetricEigen(gram(centred, W, D), D);
  const projected = new Float32Array(W * S);
  for (let w = 0; w < W; w++) {
    for (let j = 0; j < S; j++) {
      let sum = 0;
      for (let d = 0; d < D; d++) sum += axes[j * D + d] * centred[w * D + d];
      projected[w * S + j] = sum;
    }
  }
  return projected;
}

function invalid(name: string, observed: unknown): OneheadError {
  return new OneheadError("invalid-argument", `writeStaticTable: bad ${name}: ${String(observed)}`);
}
