/** Why a try is stopped that is no longer wanted; one for all, since making one anew for each call costs 10 µs. */
const noLongerWanted = new DOMException("no longer wanted", "AbortError");

/** An abort controller that follows a signal until it is let go. */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onAbort = (): void => this.#controller.abort(this.#outer.reason);

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#onAbort();
    else outer.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    this.release();
    this.#controller.abort(noLongerWanted);
  }

  release(): void {
    this.#outer.removeEventListener("abort", this.#onAbort);
  }
}
