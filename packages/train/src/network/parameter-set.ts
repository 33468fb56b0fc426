import type { Random, TrainingBackend } from "@onehead/core/training";

/** Each array starts at a multiple of so many floats: where a vector does not cross a line of the cache. */
const alignment = 16;

/** What of a network is no sum over rows itself, and what its gradients are made of instead. */
export interface ModelSide {
  /** Parameters whose gradients `Network.finish` makes. */
  derived: readonly string[];
  /** What it makes them from: sizes by name. */
  sums: ReadonlyArray<[name: string, size: number]>;
}

/** Named parameters beside their gradients, in a fixed order. */
export class ParameterSet {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** The gradients that are sums over rows, and the sums that make up the others, one after the other with zeros between them. */
  readonly rowSums: Float32Array;
  readonly #sums: ReadonlyMap<string, Float32Array>;

  constructor(
    sizes: ReadonlyArray<[name: string, size: number]>,
    backend: TrainingBackend,
    { derived, sums }: ModelSide = { derived: [], sums: [] },
  ) {
    const summed = [...sizes.filter(([name]) => !derived.includes(name)), ...sums];
    const others = sizes.filter(([name]) => derived.includes(name));
    this.parameters = partsOf(backend.allocate(spanOf(sizes)), sizes);
    this.rowSums = backend.allocate(spanOf(summed));
    this.#sums = partsOf(this.rowSums, summed);
    const made = partsOf(backend.allocate(spanOf(others)), others);
    this.gradients = new Map(sizes.map(([name]) => [name, (made.get(name) ?? this.#sums.get(name)) as Float32Array]));
  }

  parameter(name: string): Float32Array {
    return this.parameters.get(name) as Float32Array;
  }

  gradient(name: string): Float32Array {
    return this.gradients.get(name) as Float32Array;
  }

  /** One of `ModelSide.sums`. */
  sum(name: string): Float32Array {
    return this.#sums.get(name) as Float32Array;
  }

  fillNormal(name: string, deviation: number, random: Random): void {
    const values = this.parameter(name);
    for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
  }
}

/** Floats of arrays of these sizes, one after the other. */
export function spanOf(sizes: ReadonlyArray<[name: string, size: number]>): number {
  return sizes.reduce((sum, [, size]) => sum + Math.ceil(size / alignment) * alignment, 0);
}

function partsOf(
  span: Float32Array,
  sizes: ReadonlyArray<[name: string, size: number]>,
): ReadonlyMap<string, Float32Array> {
  let start = 0;
  return new Map(
    sizes.map(([name, size]) => {
      const part = span.subarray(start, start + size);
      start += spanOf([[name, size]]);
      return [name, part];
    }),
  );
}
