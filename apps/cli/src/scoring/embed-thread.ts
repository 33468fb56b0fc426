// A thread that embeds prompts: an entry point of its own, started by its file's name.
import { parentPort, workerData } from "node:worker_threads";
import { jsBackend, parseArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

export interface EmbedQuestion {
  question: number;
  texts: readonly string[];
}

export interface EmbedAnswer {
  question: number;
  /** (texts, D) */
  embeddings: Float32Array<ArrayBuffer>;
}

const port = parentPort;
if (port === null) throw new Error("embed-thread: not started as a thread");
const { artifact } = workerData as { artifact: Uint8Array };
// as the thread that embeds where there is no other
const backend = wasmBackend() ?? jsBackend;
const embedder = embedderOf(parseArtifact(artifact, { backend }), { tables: [staticEnglish(backend)], backend });
port.on("message", ({ question, texts }: EmbedQuestion) => {
  void embedder.embed(texts).then((found) => {
    const embeddings = new Float32Array(found);
    port.postMessage({ question, embeddings } satisfies EmbedAnswer, [embeddings.buffer]);
  });
});
