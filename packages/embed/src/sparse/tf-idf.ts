import type { TokenBuffer } from "../text/token-buffer.js";
import { hashBigram } from "../text/tokenize.js";
import { HashIndex } from "./hash-index.js";

/**
 * Weighs the known words and bigrams of a text:
 * w_f = (1 + ln tf_f) · idf_f, divided by the Euclidean length of all of them.
 *
 * Holds the result of one text at a time in buffers of its own, so that weighing allocates nothing.
 * Source: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"
 */
export class TfIdf {
  /** rows of the features found, in order of first occurrence; `weigh` says how many */
  readonly features: Uint32Array;
  /** weight of `features[k]` */
  readonly weights: Float32Array;
  private readonly index: HashIndex;
  private readonly inverseDocumentFrequency: Float32Array;
  /** how often the feature occurs in the current text; all zero between texts */
  private readonly occurrences: Uint32Array;
  private found = 0;

  /**
   * @param hashes (F) feature hashes, ascending
   * @param inverseDocumentFrequency (F)
   * @param found receives the features and weights of a text, (F) each
   */
  constructor(
    hashes: Uint32Array,
    inverseDocumentFrequency: Float32Array,
    found: { features: Uint32Array; weights: Float32Array } = {
      features: new Uint32Array(hashes.length),
      weights: new Float32Array(hashes.length),
    },
  ) {
    this.index = new HashIndex(hashes, true);
    this.inverseDocumentFrequency = inverseDocumentFrequency;
    this.occurrences = new Uint32Array(hashes.length);
    this.features = found.features;
    this.weights = found.weights;
  }

  /** Is the word or bigram with that hash in the vocabulary? */
  knows(hash: number): boolean {
    return this.index.find(hash) >= 0;
  }

  /** @returns how many features the text has: 0 when none of its words is known */
  weigh(tokens: TokenBuffer): number {
    const { features, weights, occurrences, inverseDocumentFrequency } = this;
    this.found = 0;
    forEachFeature(tokens, this);
    const found = this.found;

    let squares = 0;
    for (let k = 0; k < found; k++) {
      const feature = features[k];
      const times = occurrences[feature];
      occurrences[feature] = 0;
      const weight = (times === 1 ? 1 : 1 + Math.log(times)) * inverseDocumentFrequency[feature];
      weights[k] = weight;
      squares += weight * weight;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let k = 0; k < found; k++) weights[k] *= scale;
    return found;
  }

  /** Counts one occurrence; unknown hashes are skipped. */
  add(hash: number): void {
    const feature = this.index.find(hash);
    if (feature < 0) return;
    if (this.occurrences[feature]++ === 0) this.features[this.found++] = feature;
  }
}

/** Adds the hash of every word and of every two neighbouring words of a text to `sink`. */
export function forEachFeature(tokens: TokenBuffer, sink: { add(hash: number): void }): void {
  const { hashes, count } = tokens;
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i];
    sink.add(hash);
    if (i > 0) sink.add(hashBigram(previous, hash));
    previous = hash;
  }
}
