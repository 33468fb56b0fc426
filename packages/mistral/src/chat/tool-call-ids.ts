import type { Message } from "@onehead/provider";

const own = /^[a-zA-Z0-9]{9}$/;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Ids of tool calls as Mistral takes them: nine letters and digits. Those of other providers get one by their hash, the same
 * in each request, so that a conversation keeps its prefix for the prompt cache.
 */
export class ToolCallIds {
  readonly #taken = new Set<string>();
  readonly #given = new Map<string, string>();

  constructor(messages: readonly Message[]) {
    for (const { content } of messages) {
      if (typeof content === "string") continue;
      for (const part of content) if ("id" in part && own.test(part.id)) this.#taken.add(part.id);
    }
  }

  of(id: string): string {
    if (own.test(id)) return id;
    let given = this.#given.get(id);
    for (let attempt = 0; given === undefined; attempt++) {
      const candidate = hashed(attempt === 0 ? id : `${id} ${attempt}`);
      if (!this.#taken.has(candidate)) given = candidate;
    }
    this.#taken.add(given);
    this.#given.set(id, given);
    return given;
  }
}

/** Nine digits of base 62, from 53 bits of two FNV-1a hashes. */
function hashed(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - i), 0x01000193);
  }
  let rest = (high >>> 11) * 2 ** 32 + (low >>> 0);
  let id = "";
  for (let i = 0; i < 9; i++) {
    id = digits[rest % 62] + id;
    rest = Math.floor(rest / 62);
  }
  return id;
}
