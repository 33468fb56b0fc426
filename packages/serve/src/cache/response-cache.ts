import type { Wire } from "@onehead/provider-http";
import { LRUCache } from "lru-cache";
import type { RouterOptions } from "../request/router-options.js";

/** An answer that is kept, and who gave it. */
export interface KeptAnswer {
  body: Wire;
  model: string;
}

/**
 * Exact answers to exactly the same requests, as far as memory is given. Streamed requests are neither kept nor answered from it, nor are
 * those that ask not to be (`cache: false`). Nothing is kept of a request whose answer is drawn at random by its own wish: only
 * temperature 0, or a seed.
 */
export class ResponseCache {
  readonly #answers: LRUCache<string, KeptAnswer & { bytes: number }>;

  constructor({ ttlMs, maxBytes }: { ttlMs: number; maxBytes: number }) {
    this.#answers = new LRUCache({ ttl: ttlMs, maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
  }

  /** What the same request has in common with another; null where it may not be kept. */
  async keyOf(format: string, body: Wire, options: RouterOptions): Promise<string | null> {
    if (options.cache === false || body["stream"] === true || options.explain) return null;
    const drawn = body["temperature"] !== 0 && body["seed"] == null && options.cache !== true;
    if (drawn || body["previous_response_id"] != null) return null;
    const { conversationId: _, ...asked } = options;
    const text = JSON.stringify([format, sorted(body), sorted(asked)]);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  get(key: string): KeptAnswer | undefined {
    return this.#answers.get(key);
  }

  set(key: string, body: Wire, model: string): void {
    this.#answers.set(key, { body, model, bytes: JSON.stringify(body).length + key.length });
  }

  clear(): void {
    this.#answers.clear();
  }
}

/** With the fields of its objects in one order, whoever wrote them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, sorted(child)]),
  );
}
