import { TokenBuffer } from "../text/token-buffer.js";
import type { DocumentFrequency } from "./document-frequency.js";
import type { SparseMatrix } from "./sparse-matrix.js";
import { forEachFeature, TfIdf } from "./tf-idf.js";

export interface Vocabulary {
  /** (F) ascending, distinct */
  readonly hashes: Uint32Array;
  /** (F) idf_f = 1 + ln((1 + n) / (1 + df_f)) over n documents */
  readonly inverseDocumentFrequency: Float32Array;
}

/**
 * The `maxFeatures` words and bigrams that occur in the most documents, at least in `minDocumentFrequency`.
 * Of equally frequent ones the lower hash wins, so that the choice does not hang on the order of the texts.
 */
export function selectVocabulary(
  frequency: DocumentFrequency,
  documents: number,
  maxFeatures: number,
  minDocumentFrequency: number,
): Vocabulary {
  const candidates: { hash: number; count: number }[] = [];
  frequency.forEach((hash, count) => {
    if (count >= minDocumentFrequency) candidates.push({ hash, count });
  });
  candidates.sort((a, b) => b.count - a.count || a.hash - b.hash);
  const kept = candidates.slice(0, maxFeatures).sort((a, b) => a.hash - b.hash);
  return {
    hashes: Uint32Array.from(kept, ({ hash }) => hash),
    inverseDocumentFrequency: Float32Array.from(kept, ({ count }) => 1 + Math.log((1 + documents) / (1 + count))),
  };
}

/** Adds one document to the counts. */
export function countDocument(frequency: DocumentFrequency, tokens: TokenBuffer): void {
  frequency.startDocument();
  forEachFeature(tokens, frequency);
}

/** The TF-IDF rows of all texts, (R, F). */
export function weighTexts(texts: readonly string[], vocabulary: Vocabulary): SparseMatrix {
  const tfIdf = new TfIdf(vocabulary.hashes, vocabulary.inverseDocumentFrequency);
  const tokens = new TokenBuffer();
  const starts = new Uint32Array(texts.length + 1);
  let columns = new Uint32Array(1 << 16);
  let weights = new Float32Array(1 << 16);
  let entries = 0;
  for (const [row, text] of texts.entries()) {
    tokens.read(text);
    const found = tfIdf.weigh(tokens);
    if (entries + found > columns.length) {
      columns = grown(columns, new Uint32Array(2 * (entries + found)));
      weights = grown(weights, new Float32Array(2 * (entries + found)));
    }
    columns.set(tfIdf.features.subarray(0, found), entries);
    weights.set(tfIdf.weights.subarray(0, found), entries);
    entries += found;
    starts[row + 1] = entries;
  }
  return {
    rows: texts.length,
    columnCount: vocabulary.hashes.length,
    starts,
    columns: columns.slice(0, entries),
    weights: weights.slice(0, entries),
  };
}

function grown<T extends Uint32Array | Float32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
