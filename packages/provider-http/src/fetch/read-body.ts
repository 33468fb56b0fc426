import { ProviderResponseError } from "@onehead/provider";
import { joinBytes } from "./join-bytes.js";

/**
 * Chunks of a body; leaving the loop early gives the connection back. Not every runtime's stream is iterable.
 *
 * @param signal gives the connection back too, even from a silence that no loop could leave, and where the fetch does not heed it
 */
export function chunksOf(body: ReadableStream<Uint8Array> | null, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  // not waited for: a connection that hangs would hang this too
  const cancel = (): void => void reader?.cancel().catch(() => {});
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });
  return read(reader, () => {
    signal?.removeEventListener("abort", cancel);
    cancel();
  });
}

async function* read(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  close: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    close();
  }
}

// a whole text at a time: what is decoded in pieces takes a converter of its own
const decoder = new TextDecoder();

/** @throws ProviderResponseError when it is longer than any answer */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  mostBytes = 64 * 1024 * 1024,
  signal?: AbortSignal,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(body, signal)) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new ProviderResponseError(`the answer has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return decoder.decode(joinBytes(chunks, bytes));
}
