import { assertLength, type Backend, jsBackend, OneheadError } from "@onehead/core";
import { assertStoredId, type EmbedderTensors } from "../artifact/parse-fields.js";
import type { Embedder } from "../embedder.js";
import type { StaticTable } from "../static/static-table.js";
import { TrainedEmbedder } from "../trained/trained-embedder.js";
import { type ExternalBlock, writeExternalBlock } from "./external-block.js";
import {
  blockToTensors,
  type JoinedConfig,
  joinedConfig,
  joinedDimensions,
  joinedId,
  parseBlock,
  parseJoinedConfig,
} from "./joined-tables.js";

/**
 * The trained embedder's vector beside that of an embedder that lives outside of the artifact: a hosted one, or one whose
 * weights are a package of their own.
 *
 * e = [ trained(text) ; weight · y / |y| ],  y = (x − x̄) V,  x = external(text)
 *
 * with x̄ the mean over the training texts, and V their leading principal components, or the identity. Without a trained
 * part e is the second block alone.
 */
export class JoinedEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly #trained: TrainedEmbedder | null;
  readonly #block: ExternalBlock;
  readonly #external: Embedder;

  /**
   * Used by `fitJoinedEmbedder`; stored embedders come from {@link JoinedEmbedder.fromTensors}.
   *
   * @throws OneheadError "embedder-mismatch" when `external` is not the embedder that the block was fitted for
   */
  constructor(trained: TrainedEmbedder | null, block: ExternalBlock, external: Embedder) {
    assertExternal(block, external);
    this.#trained = trained;
    this.#block = block;
    this.#external = external;
    this.dimensions = joinedDimensions(trained, block);
    this.id = joinedId(trained, block);
  }

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    return this.join(texts, await this.#external.embed(texts, options), options);
  }

  /**
   * As {@link embed} for texts whose external vectors are at hand.
   *
   * @param vectors (R, X)
   * @throws ShapeError for another length; OneheadError "response" for a vector that is not finite
   */
  async join(
    texts: readonly string[],
    vectors: Float32Array,
    options: { signal?: AbortSignal } = {},
  ): Promise<Float32Array> {
    const D = this.dimensions;
    assertLength("JoinedEmbedder: external vectors", vectors.length, texts.length * this.#block.dimensions);
    const out = new Float32Array(texts.length * D);
    const at = this.#trained?.dimensions ?? 0;
    writeExternalBlock(out, D, at, vectors, texts.length, this.#block);
    if (this.#trained === null) return out;
    const trained = await this.#trained.embed(texts, options);
    for (let r = 0; r < texts.length; r++) out.set(trained.subarray(r * at, (r + 1) * at), r * D);
    return out;
  }

  /** What an artifact stores; float16 storage gives back every bit, or int8 where the tables were rounded to that. */
  toTensors(): { config: JoinedConfig; tensors: EmbedderTensors } {
    const trained = this.#trained?.toTensors() ?? null;
    const { external, tensors } = blockToTensors(this.#block);
    return {
      config: joinedConfig(this.id, trained?.config ?? null, external),
      tensors: { ...trained?.tensors, ...tensors },
    };
  }

  /**
   * The embedder that {@link JoinedEmbedder.toTensors} described.
   *
   * @throws OneheadError `artifact`, naming the field, when anything is missing, misshapen, not finite or not the content
   *   that the id was computed from; `embedder-mismatch` when `external` or a static table is another one
   */
  static fromTensors(
    config: unknown,
    tensors: EmbedderTensors,
    external: Embedder | undefined,
    staticTables: readonly StaticTable[] = [],
    backend: Backend = jsBackend,
  ): JoinedEmbedder {
    const parsed = parseJoinedConfig(config);
    const block = parseBlock(parsed.external, tensors);
    assertExternal(block, external);
    const trained =
      parsed.trained === null ? null : TrainedEmbedder.fromTensors(parsed.trained, tensors, staticTables, backend);
    const embedder = new JoinedEmbedder(trained, block, external);
    assertStoredId("JoinedEmbedder.fromTensors", parsed.id, embedder.id);
    return embedder;
  }
}

function assertExternal(block: ExternalBlock, external: Embedder | undefined): asserts external is Embedder {
  if (external?.id === block.id && external.dimensions === block.dimensions) return;
  const needed = `${block.id.slice(0, 120)} of ${block.dimensions} dimensions`;
  const given = external === undefined ? "none" : `${external.id.slice(0, 120)} of ${external.dimensions} dimensions`;
  throw new OneheadError("embedder-mismatch", `JoinedEmbedder: needs the external embedder ${needed}, given ${given}`);
}
