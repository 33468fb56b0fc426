import { ProviderResponseError } from "@onehead/provider";

/** Chunks of a body; leaving the loop early gives the connection back. Not every runtime's stream is iterable. */
export async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let whole = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        whole = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!whole) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** @throws ProviderResponseError when it is longer than any answer */
export async function readText(body: ReadableStream<Uint8Array> | null, mostBytes = 64 * 1024 * 1024): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(body)) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new ProviderResponseError(`the answer has more than ${mostBytes} bytes`);
    pieces.push(decoder.decode(chunk, { stream: true }));
  }
  return pieces.join("") + decoder.decode();
}
