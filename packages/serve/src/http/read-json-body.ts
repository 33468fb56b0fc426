import type { Wire } from "@onehead/provider-http";
import { isRecord, joinBytes } from "@onehead/provider-http";
import { GatewayError } from "./gateway-error.js";
import { assertSmallTree } from "./json-tree.js";

export interface BodyLimits {
  /** Default 20 MiB: room for images in base64. */
  bodyBytes: number;
  /** Objects and lists within each other. */
  jsonDepth: number;
  /** Until the whole body is there. */
  bodyTimeoutMs: number;
}

export interface ReadBody {
  json: Wire;
  bytes: number;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a request's body as a JSON object, within limits.
 *
 * @param hold told of its bytes before they are kept; throws where there is no room
 * @throws GatewayError 413, 408, 415, 400 or 503
 */
export async function readJsonBody(
  request: Request,
  limits: BodyLimits,
  hold: (bytes: number) => void = () => {},
): Promise<ReadBody> {
  const type = request.headers.get("content-type");
  // a form, plain text, or bytes of no type are what a page of another site can send without asking
  if (type === null || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new GatewayError(415, "content-type", "content-type: expected application/json");
  }
  const encoding = request.headers.get("content-encoding")?.toLowerCase() ?? "identity";
  // a few bytes can unfold into more than the memory holds
  if (encoding !== "identity") {
    throw new GatewayError(415, "content-encoding", "content-encoding: compressed, expected none");
  }
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  const bytes = await readAll(request, limits, hold);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new GatewayError(400, "invalid-json", "body: not UTF-8");
  }
  assertSmallTree(text, limits.jsonDepth);
  return { json: parseObject(text), bytes: bytes.length };
}

function parseObject(text: string): Wire {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GatewayError(400, "invalid-json", "body: no JSON");
  }
  if (!isRecord(json)) throw new GatewayError(400, "invalid-json", "body: expected a JSON object");
  // a key of that name would become the prototype of whatever the object is copied into by hand
  if (text.includes("__proto__") || text.includes("\\u")) assertNoPrototype(json);
  return json;
}

function assertNoPrototype(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__"))
    throw new GatewayError(400, "invalid-json", "body: __proto__: not taken as a field");
  for (const child of Object.values(value)) assertNoPrototype(child);
}

async function readAll(
  request: Request,
  { bodyBytes, bodyTimeoutMs }: BodyLimits,
  hold: (bytes: number) => void,
): Promise<Uint8Array> {
  if (request.method === "GET" || request.method === "HEAD") return new Uint8Array();
  const stated = request.headers.get("content-length");
  if (stated !== null) hold(Number(stated));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new GatewayError(408, "timeout", `body: not whole after ${bodyTimeoutMs} ms`)),
      bodyTimeoutMs,
    );
  });
  try {
    // of a stated length, which the server holds it to: read at once, without a stream
    if (stated !== null) return new Uint8Array(await Promise.race([request.arrayBuffer(), late]));
    return await readChunks(request.body, bodyBytes, hold, late);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(400, "aborted", "body: broke off");
  } finally {
    clearTimeout(timer);
    late.catch(() => {});
  }
}

async function readChunks(
  body: ReadableStream<Uint8Array> | null,
  bodyBytes: number,
  hold: (bytes: number) => void,
  late: Promise<never>,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return joinBytes(chunks, total);
      total += value.length;
      if (total > bodyBytes) throw tooLarge(bodyBytes);
      hold(value.length);
      chunks.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => {});
    throw error;
  }
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError(413, "too-large", `body: longer than ${limit} bytes`);
}
