import {
  ArtifactError,
  type Backend,
  findNonFinite,
  hashBytes,
  jsBackend,
  parseSafetensors,
  type Tensor,
} from "@onehead/core";
import { findDescent, HashIndex } from "../sparse/hash-index.js";

/** Raised whenever a word hashes differently or a row means something else. */
export const staticTableVersion = 1;

/**
 * A frozen table of word vectors: row of a word = scale · int8 row, already weighted by how telling the word is.
 *
 * The words themselves are not kept, only the hashes that the tokeniser gives them. An artifact refers to a table by its
 * `id`, so that one copy serves any number of artifacts.
 */
export class StaticTable {
  /** `<name>/<dimensions>/<8 hex digits over the content>`. */
  readonly id: string;
  /** S. */
  readonly dimensions: number;
  /** Number of words. */
  readonly size: number;
  private readonly index: HashIndex;
  /** (W, S) */
  readonly rows: Int8Array;
  /** (W) */
  readonly scales: Float32Array;

  private constructor(id: string, dimensions: number, hashes: Uint32Array, rows: Int8Array, scales: Float32Array) {
    this.id = id;
    this.dimensions = dimensions;
    this.size = hashes.length;
    this.index = new HashIndex(hashes, true);
    this.rows = rows;
    this.scales = scales;
  }

  /**
   * Reads what {@link writeStaticTable} wrote: a safetensors file with `hashes` (W), `rows` (W, S / 4) of four int8 cells
   * each, and `scales` (W).
   *
   * @param backend kernels that read it
   * @throws ArtifactError naming the part that is damaged, truncated or of another version
   */
  static fromBytes(bytes: Uint8Array, backend: Backend = jsBackend): StaticTable {
    const { metadata, tensors, data } = parseSafetensors(bytes, backend);
    const version = metadata["onehead.static-table"];
    if (version !== String(staticTableVersion)) {
      throw new ArtifactError("onehead.static-table", `version ${version}, expected ${staticTableVersion}`);
    }
    const hashes = integers(tensors, "hashes");
    const words = integers(tensors, "rows");
    const scales = tensors.get("scales");
    if (scales === undefined || !(scales.data instanceof Float32Array)) throw new ArtifactError("scales", "no floats");
    const W = hashes.data.length;
    const dimensions = (words.shape[1] ?? 0) * 4;
    if (W === 0 || words.shape.length !== 2 || words.shape[0] !== W || dimensions === 0) {
      throw new ArtifactError("rows.shape", `(${words.shape.join(", ")}), expected (${W}, columns)`);
    }
    if (scales.data.length !== W) throw new ArtifactError("scales", `${scales.data.length} values, expected ${W}`);
    const descent = findDescent(hashes.data);
    if (descent >= 0) throw new ArtifactError(`hashes[${descent}]`, "not in ascending order");
    const bad = findNonFinite(scales);
    if (bad >= 0) throw new ArtifactError(`scales[${bad}]`, "not finite");
    const rows = new Int8Array(words.data.buffer, words.data.byteOffset, words.data.byteLength);
    const digest = hashBytes(data, 0, backend).toString(16).padStart(8, "0");
    return new StaticTable(`${metadata["name"]}/${dimensions}/${digest}`, dimensions, hashes.data, rows, scales.data);
  }

  /** Row of the word with that token hash, or −1. */
  find(hash: number): number {
    return this.index.find(hash);
  }
}

function integers(tensors: ReadonlyMap<string, Tensor>, name: string): { shape: readonly number[]; data: Uint32Array } {
  const tensor = tensors.get(name);
  if (tensor === undefined || !(tensor.data instanceof Uint32Array)) throw new ArtifactError(name, "no integers");
  return { shape: tensor.shape, data: tensor.data };
}
