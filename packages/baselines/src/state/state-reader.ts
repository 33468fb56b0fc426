import { ArtifactError, type Tensor } from "@onehead/core";
import { FieldReader } from "@onehead/core/external";
import { cellsOf } from "./known-cells.js";

/**
 * Reads one predictor's config and tensors out of an artifact; what is missing, of another shape or left over is an
 * {@link ArtifactError} that names it.
 */
export class StateReader {
  readonly config: FieldReader;
  /** D. */
  readonly dimensions: number;
  /** N. */
  readonly models: number;
  readonly #prefix: string;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #read = new Set<string>();

  /**
   * @param path    of the config in the manifest, for messages
   * @param tensors by name without `prefix`, which messages show
   */
  constructor(
    config: unknown,
    path: string,
    tensors: ReadonlyMap<string, Tensor>,
    prefix: string,
    sizes: { dimensions: number; models: number },
  ) {
    this.config = new FieldReader(config, path);
    this.#tensors = tensors;
    this.#prefix = prefix;
    this.dimensions = sizes.dimensions;
    this.models = sizes.models;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Float data of a tensor; null in `shape` stands for any size from 1. */
  floats(name: string, ...shape: Array<number | null>): Float32Array {
    const { data } = this.#tensor(name, shape);
    if (data instanceof Float32Array) return data;
    throw new ArtifactError(`${this.#prefix}${name}.dtype`, "U32, expected a float type");
  }

  /** As {@link floats}, widened. */
  doubles(name: string, ...shape: Array<number | null>): Float64Array {
    return Float64Array.from(this.floats(name, ...shape));
  }

  /** As {@link doubles}, every value within [0, high]: scores, with 1 as `high`, or what scales costs. */
  upTo(high: number, name: string, ...shape: Array<number | null>): Float64Array {
    const data = this.doubles(name, ...shape);
    const wrong = data.findIndex((value) => !(value >= 0 && value <= high));
    if (wrong < 0) return data;
    throw new ArtifactError(`${this.#prefix}${name}[${wrong}]`, `${data[wrong]}, expected 0 to ${high}`);
  }

  /** Unsigned data of a tensor. */
  words(name: string, ...shape: Array<number | null>): Uint32Array {
    const { data } = this.#tensor(name, shape);
    if (data instanceof Uint32Array) return data;
    throw new ArtifactError(`${this.#prefix}${name}.dtype`, "a float type, expected U32");
  }

  /** A matrix written by `cellTensors`, NaN where unknown. */
  cells(name: string, rows: number, columns: number): Float32Array {
    const data = this.floats(name, rows, columns);
    const known = `${name}.known`;
    return cellsOf(data, this.has(known) ? this.words(known, Math.ceil(data.length / 32)) : undefined);
  }

  /** @throws ArtifactError naming a tensor that nothing has read */
  assertAllRead(): void {
    for (const name of this.#tensors.keys()) {
      if (!this.#read.has(name))
        throw new ArtifactError(`${this.#prefix}${name}`, "not a tensor of this kind of baseline");
    }
  }

  #tensor(name: string, shape: ReadonlyArray<number | null>): Tensor {
    const tensor = this.#tensors.get(name);
    const path = `${this.#prefix}${name}`;
    if (tensor === undefined) throw new ArtifactError(path, "missing");
    this.#read.add(name);
    const fits =
      tensor.shape.length === shape.length && shape.every((side, i) => (side ?? tensor.shape[i]) === tensor.shape[i]);
    if (!fits || tensor.shape.includes(0)) {
      const expected = shape.map((side) => side ?? "1 or more").join(", ");
      throw new ArtifactError(`${path}.shape`, `(${tensor.shape.join(", ")}), expected (${expected})`);
    }
    return tensor;
  }
}
