type NumberArray = Float64Array | Float32Array | Uint32Array | Uint16Array;

/** A typed array to push to; doubles its room, so that streams of unknown length cost no more than twice their data. */
export class GrowingArray<Values extends NumberArray> {
  readonly #make: (length: number) => Values;
  #values: Values;
  #length = 0;

  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.#values = make(64);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = this.#make(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** The values so far, without the spare room. */
  toArray(): Values {
    return this.#values.slice(0, this.#length) as Values;
  }
}
