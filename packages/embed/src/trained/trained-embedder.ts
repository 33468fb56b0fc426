import { assertAtLeast, type Backend, jsBackend, OneheadError } from "@onehead/core";
import { assertStoredId, type EmbedderTensors } from "../artifact/parse-fields.js";
import { assertNotAborted } from "../assert-not-aborted.js";
import type { SyncEmbedder } from "../embedder.js";
import { embedGrams } from "../grams/character-grams.js";
import { measurePlainFeatures } from "../plain/plain-features.js";
import { countText } from "../plain/text-counts.js";
import { RowPool } from "../pooling/row-pool.js";
import { TfIdf } from "../sparse/tf-idf.js";
import type { StaticTable } from "../static/static-table.js";
import { StaticWords } from "../static/static-words.js";
import { TokenBuffer } from "../text/token-buffer.js";
import { yieldToEvents } from "../yield-to-events.js";
import {
  dimensionsOf,
  type EmbedderConfig,
  type EmbedderTables,
  embedderIdOf,
  parseConfig,
  parseTensors,
  type StaticBlock,
  tablesToTensors,
} from "./embedder-tables.js";
import { standardize } from "./plain-block.js";

const textsPerSlice = 256;

/**
 * The embedder that is fitted on the training prompts and travels in the router's artifact.
 *
 * e = [ y / |y| , weight_s · s / |s| , g , weight · standardised plain features ],  y = tfidf(text) · T,
 * with T (F, C) the right singular vectors of the training texts' TF-IDF matrix, column k scaled by s_k^(−whitening);
 * s (S) the centred mean of the text's word vectors in a {@link StaticTable}, where the embedder was fitted with one; and
 * g (G) the character n-grams of words that neither knows, see {@link embedGrams}.
 * A text without a known word has y = 0, which stays 0. Every string has a finite vector.
 *
 * One instance works on one text at a time (it owns the buffers); it is not re-entrant across threads, and need not be.
 */
export class TrainedEmbedder implements SyncEmbedder {
  readonly id: string;
  readonly dimensions: number;
  private readonly tables: EmbedderTables;
  private readonly tfIdf: TfIdf;
  private readonly projection: RowPool;
  private readonly staticWords: StaticWords | null;
  private readonly tokens = new TokenBuffer();
  private readonly knows: (hash: number) => boolean;

  /**
   * Used by `fitTrainedEmbedder`; stored embedders come from {@link TrainedEmbedder.fromTensors}.
   *
   * @param staticTables among which is the one that `tables.static` names
   * @param backend      sums rows of the tables, which must stay as they are; another one gives the same vectors but for rounding
   * @throws OneheadError "embedder-mismatch" when it is not
   */
  constructor(tables: EmbedderTables, staticTables: readonly StaticTable[] = [], backend: Backend = jsBackend) {
    this.tables = tables;
    const staticTable = tables.static === null ? null : findTable(tables.static, staticTables);
    this.staticWords = staticTable === null ? null : new StaticWords(staticTable, backend);
    this.dimensions = dimensionsOf(tables);
    this.id = embedderIdOf(tables, backend);
    const rows = (backend.name === "js" ? undefined : tables.projection.halves) ?? tables.projection.data;
    this.projection = new RowPool(rows, tables.hashes.length, tables.components, backend);
    const tfIdf = new TfIdf(tables.hashes, tables.inverseDocumentFrequency, this.projection);
    this.tfIdf = tfIdf;
    this.knows = (hash) => tfIdf.knows(hash) || (staticTable !== null && staticTable.find(hash) >= 0);
  }

  embedInto(out: Float32Array, text: string, offset = 0): void {
    assertAtLeast("embedInto: out", out.length, offset + this.dimensions);
    const { components, plain, plainWeight, gramDimensions, gramWeight } = this.tables;
    this.tokens.read(text);
    const found = this.tfIdf.weigh(this.tokens);
    this.projection.sumInto(out, offset, found);
    scaleToUnitLength(out, offset, components);
    let at = offset + components;
    if (this.staticWords !== null && this.tables.static !== null) {
      const { mean, weight, dimensions } = this.tables.static;
      this.staticWords.embedInto(out, at, this.tokens, mean, weight);
      at += dimensions;
    }
    if (gramDimensions > 0) embedGrams(out, at, gramDimensions, gramWeight, text, this.knows);
    at += gramDimensions;
    measurePlainFeatures(out, at, countText(text, this.tokens));
    standardize(out, at, plain, plainWeight);
  }

  embedSync(texts: readonly string[]): Float32Array {
    const out = new Float32Array(texts.length * this.dimensions);
    for (const [row, text] of texts.entries()) this.embedInto(out, text, row * this.dimensions);
    return out;
  }

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    const out = new Float32Array(texts.length * this.dimensions);
    for (let row = 0; row < texts.length; row++) {
      if (row > 0 && row % textsPerSlice === 0) await yieldToEvents();
      assertNotAborted("embed", options.signal);
      this.embedInto(out, texts[row], row * this.dimensions);
    }
    return out;
  }

  /** What an artifact stores; float16 storage gives back every bit, or int8 where the tables were rounded to that. */
  toTensors(): { config: EmbedderConfig; tensors: EmbedderTensors } {
    return tablesToTensors(this.tables, this.id);
  }

  /**
   * The embedder that {@link TrainedEmbedder.toTensors} described.
   *
   * @throws OneheadError `artifact`, naming the field, when anything is missing, misshapen, not finite or not the content
   *   that the id was computed from; `embedder-mismatch` when the table that it needs is not among `staticTables`
   */
  static fromTensors(
    config: unknown,
    tensors: EmbedderTensors,
    staticTables: readonly StaticTable[] = [],
    backend: Backend = jsBackend,
  ): TrainedEmbedder {
    const parsed = parseConfig(config);
    const embedder = new TrainedEmbedder(parseTensors(parsed, tensors), staticTables, backend);
    assertStoredId("TrainedEmbedder.fromTensors", parsed.id, embedder.id);
    return embedder;
  }
}

function findTable({ table, dimensions }: StaticBlock, tables: readonly StaticTable[]): StaticTable {
  const found = tables.find(({ id }) => id === table);
  if (found !== undefined && found.dimensions === dimensions) return found;
  throw new OneheadError(
    "embedder-mismatch",
    `TrainedEmbedder: needs the static table ${table.slice(0, 80)}, given ${tables.map(({ id }) => id).join(", ") || "none"}` +
      " (staticEnglish() of @onehead/embed/static-english is one)",
  );
}

function scaleToUnitLength(vector: Float32Array, offset: number, length: number): void {
  let squares = 0;
  for (let j = 0; j < length; j++) squares += vector[offset + j] * vector[offset + j];
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let j = 0; j < length; j++) vector[offset + j] *= scale;
}
