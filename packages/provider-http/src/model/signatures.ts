import type { AssistantPart, ChatRequest, ChatResult, Message, StreamPart, Warning } from "@onehead/provider";
import type { EventReader } from "../stream/chat-stream.js";

/**
 * Signatures carry the name of whoever made them: a routed conversation goes from one provider to the next, and each refuses, or
 * is misled by, proofs of another's thoughts.
 *
 *   signature = kind ":" the provider's own, such as "anthropic:EqQBCgIYAhIM…"
 */
function tagSignature(kind: string, signature: string): string {
  return `${kind}:${signature}`;
}

/** The provider's own signature; null for one that somebody else has made. One without a tag came from outside, and is left. */
function untag(kind: string, signature: string): string | null {
  const tag = /^([a-z][a-z-]*):/.exec(signature);
  if (tag === null) return signature;
  return tag[1] === kind ? signature.slice(tag[0].length) : null;
}

/**
 * The request without the signatures of others: their reasoning is left out with a warning, their tool calls stay.
 *
 * @param kind null for a provider that has no signatures
 */
export function withOwnSignatures(request: ChatRequest, kind: string | null, warnings: Warning[]): ChatRequest {
  const messages = request.messages.map((message, i): Message => {
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    const content = message.content.flatMap((part, j): AssistantPart[] => {
      if (part.type === "text" || part.signature === undefined) return [part];
      const own = kind === null ? null : untag(kind, part.signature);
      if (own === part.signature) return [part];
      if (own !== null) return [{ ...part, signature: own }];
      const { signature: _, ...unsigned } = part;
      if (part.type === "tool-call") return [unsigned as AssistantPart];
      const message = "reasoning that was signed elsewhere cannot be handed back; it is left out";
      warnings.push({ field: `messages[${i}].content[${j}]`, message });
      return [];
    });
    return { ...message, content };
  });
  return { ...request, messages };
}

/** The result with its signatures tagged. */
export function withTaggedContent(result: ChatResult, kind: string | null): ChatResult {
  if (kind === null) return result;
  return { ...result, content: result.content.map((part) => tagged(part, kind)) };
}

/** The reader with the signatures of its parts tagged. */
export function taggingReader<Event>(reader: EventReader<Event>, kind: string | null): EventReader<Event> {
  if (kind === null) return reader;
  return {
    *read(event) {
      for (const part of reader.read(event)) yield tagged(part, kind);
    },
    *end() {
      for (const part of reader.end()) yield tagged(part, kind);
    },
    get usage() {
      return reader.usage;
    },
  };
}

function tagged<Part extends AssistantPart | StreamPart>(part: Part, kind: string): Part {
  if (!("signature" in part) || part.signature === undefined) return part;
  return { ...part, signature: tagSignature(kind, part.signature) };
}
