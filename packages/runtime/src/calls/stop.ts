/** As much of an AbortSignal as somebody who waits needs: that of a caller is one, and so is {@link Stop}. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why, where that was said. */
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once: true }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** A signal and its controller in one, as plain state: real ones, with their listeners, took 20 µs of a call. */
export class Stop implements StopSignal {
  readonly #listeners = new Set<() => void>();
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Each listener is called once at most. */
  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
