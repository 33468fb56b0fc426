/** A map that forgets the entry that was used longest ago once it holds more than `capacity`. */
export class LruCache<V> {
  readonly #capacity: number;
  /** In order of use, a Map keeps the order in which keys were set. */
  readonly #entries = new Map<string, V>();

  /** @param capacity 0 keeps nothing */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    if (this.#capacity === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest);
  }
}
