import { fromBase64, toBase64 } from "@onehead/provider-http";

/** Bytes within a body: base64 in JSON, an array of bytes for the client. */
export class Base64Bytes {
  readonly base64: string;

  constructor(base64: string) {
    this.base64 = base64;
  }

  toJSON(): string {
    return this.base64;
  }
}

/** The body as the client takes it. */
export function toClientInput(body: unknown): unknown {
  if (body instanceof Base64Bytes) return fromBase64(body.base64);
  if (Array.isArray(body)) return body.map(toClientInput);
  if (typeof body !== "object" || body === null || body instanceof Uint8Array) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, toClientInput(value)]));
}

/** Base64 of bytes in an answer, which are base64 already where it came as JSON. */
export function base64Of(bytes: unknown): string | undefined {
  if (bytes instanceof Uint8Array) return toBase64(bytes);
  return typeof bytes === "string" ? bytes : undefined;
}
