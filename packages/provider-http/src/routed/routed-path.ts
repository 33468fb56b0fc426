import type { ChatRequest, Usage } from "@onehead/provider";
import type { EventReader } from "../stream/chat-stream.js";
import type { Wire } from "../wire/fields.js";

/** What the drop-in wrappers have to know of one path of a provider's interface. */
export interface RoutedPath {
  /** How the address ends, such as "/chat/completions". */
  path: string;
  /** What will be asked, for the router; leaves out what it does not know. */
  toRequest(body: Wire): ChatRequest;
  /** The provider's own error for a body that cannot be routed; undefined where it can. */
  refusalOf?(body: Wire): Wire | undefined;
  /** The body for one candidate. */
  withModel(body: Wire, model: string): Wire;
  /** Whether an answer that was not streamed is one: some servers tell of an error with status 200. */
  isAnswer(answer: Wire): boolean;
  usageOf(answer: unknown): Usage | undefined;
  reader(): EventReader<unknown>;
  /**
   * Tells, of the events of one stream in their order, from which on nothing more of the answer itself follows: the outcome with its
   * cost is put there.
   */
  lastOf(body: Wire): (event: Wire) => boolean;
  /** The object of an event that carries the outcome; null where none does. */
  carrierOf(event: Wire): Wire | null;
  /** Whether the caller has not asked for this event: usage that was only asked for here. */
  isHidden(event: Wire, body: Wire): boolean;
}
