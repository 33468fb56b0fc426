import { record, text, type Wire } from "@onehead/provider-http";

/**
 * Signatures that this project hands out carry the name of whoever made them. One that comes without was made by the provider
 * whose interface it is, when the answer went through as it was.
 */
export function taggedSignature(kind: string, signature: string): string {
  return isTagged(signature) ? signature : `${kind}:${signature}`;
}

export function isTagged(signature: string): boolean {
  return tagOf(signature) !== undefined;
}

/** The provider's own signature; undefined for one that somebody else has made. */
export function ownSignature(kind: string, signature: string): string | undefined {
  const tag = tagOf(signature);
  if (tag === undefined) return signature;
  return tag === kind ? signature.slice(tag.length + 1) : undefined;
}

function tagOf(signature: string): string | undefined {
  return /^([a-z][a-z-]*):/.exec(signature)?.[1];
}

/** The proof of the thought behind a tool call, where Google's own OpenAI-compatible interface has it. */
export function extraContent(signature: string | undefined): Wire {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}

/** @param call as it came back */
export function callSignature(call: Wire): string | undefined {
  const signature = text(record(record(call["extra_content"])["google"])["thought_signature"]);
  return signature === undefined || signature === "" ? undefined : taggedSignature("google", signature);
}
