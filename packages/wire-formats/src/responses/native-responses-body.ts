import type { JsonObject } from "@onehead/provider";
import { isRecord, list, text, type Wire } from "@onehead/provider-http";
import { ownSignature } from "../turns/signatures.js";
import { isOwnItemId } from "./response-items.js";

/** The body with OpenAI's own thoughts as it made them, and without those of others, and the ids that it does not know. */
export function nativeResponsesBody(body: Wire): JsonObject {
  if (!Array.isArray(body["input"])) return body as JsonObject;
  return { ...body, input: list(body["input"]).flatMap(nativeItem) } as JsonObject;
}

function nativeItem(item: unknown): unknown[] {
  if (!isRecord(item)) return [item];
  if (item["type"] === "reasoning") return nativeReasoning(item);
  const { id, extra_content: _, ...rest } = item;
  return [id === undefined || isOwnItemId(id) ? rest : { id, ...rest }];
}

function nativeReasoning(item: Wire): unknown[] {
  const encrypted = text(item["encrypted_content"]) ?? "";
  if (encrypted === "") return isOwnItemId(item["id"]) ? [] : [item];
  const own = ownSignature("openai", encrypted);
  if (own === undefined) return [];
  if (own === encrypted) return [item];
  // the signature is the id that it belongs to, and the content
  const bar = own.indexOf("|");
  return bar < 1 ? [] : [{ ...item, id: own.slice(0, bar), encrypted_content: own.slice(bar + 1) }];
}
