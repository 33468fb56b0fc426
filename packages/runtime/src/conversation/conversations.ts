import { hashString } from "@onehead/core";
import type { Message } from "@onehead/provider";

/** Where a conversation is. */
export interface ConversationState {
  /** The candidate that answered last. */
  model: string;
  /** Tokens of the conversation that its prompt cache may hold. */
  prefixTokens: number;
  /** When that was. */
  timeMs: number;
}

/** The conversations that are under way, the latest ones; a Map keeps the order in which they were used. */
export class Conversations {
  readonly #states = new Map<string, ConversationState>();
  /**
   * Gives the oldest one, again and again: what is set anew comes after all others, and so has still to come. A new iterator would
   * first step over the places of thousands that were deleted, which took 5 µs.
   */
  readonly #oldest = this.#states.keys();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get(id: string): ConversationState | undefined {
    return this.#states.get(id);
  }

  set(id: string, state: ConversationState): void {
    this.#states.delete(id);
    this.#states.set(id, state);
    if (this.#states.size <= this.#most) return;
    const oldest = this.#oldest.next().value;
    if (oldest !== undefined) this.#states.delete(oldest);
  }

  delete(id: string): void {
    this.#states.delete(id);
  }
}

/**
 * Name of the conversation that begins as these messages do: up to its first turn of the user, which stays while it grows. Two
 * conversations that begin with the same words have one name, so give ids of your own where many users send the same greeting.
 */
export function conversationIdOf(messages: readonly Message[]): string {
  const first = messages.findIndex(({ role }) => role === "user");
  const beginning = messages.slice(0, first < 0 ? 1 : first + 1);
  // texts alone, as most begin, need no look at each value
  const text = beginning.every(({ content }) => typeof content === "string")
    ? JSON.stringify(beginning)
    : JSON.stringify(beginning, (_, value: unknown) => (value instanceof Uint8Array ? value.byteLength : value));
  return `${digits(hashString(text, 1))}-${digits(hashString(text, 2))}`;
}

/** Of a number of 32 bits: the last bit stands by itself, since V8 takes long to write numbers of more than 31. */
function digits(hash: number): string {
  return (hash >>> 1).toString(36) + (hash & 1);
}
