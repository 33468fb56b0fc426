import { jsBackend, OneheadError, parseArtifact, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import type { MainMessage, OpenMessage, ScoreMessage, SentError, WorkerMessage } from "./messages.js";
import { slotOn } from "./slot.js";

/** The other end, of a web worker or of one of Node. */
interface Port {
  post(message: WorkerMessage, transfer?: ArrayBuffer[]): void;
  listen(take: (message: MainMessage) => void): void;
}

const port = await openPort();
let router: Router;
// one after the other: a router serves one call at a time
let work: Promise<void> = Promise.resolve();
port.listen((message) => {
  work = work.then(() => (message.kind === "open" ? open(message) : score(message))).catch(uncaught);
});
port.post({ kind: "listening" });

async function open({ artifact, backend, models, prices }: OpenMessage): Promise<void> {
  try {
    const kernels = backend === "wasm" ? wasmBackend() : backend === "js" ? jsBackend : null;
    if (kernels === null) {
      throw new OneheadError("invalid-argument", `openBatchWorkers: backend: ${backend}, expected one that runs here`);
    }
    router = new Router(parseArtifact(artifact, { backend: kernels }), { models, prices, backend: kernels });
    const { candidates, dimensions } = router;
    port.post({ kind: "opened", candidates, backend: router.backend, dimensions });
  } catch (error) {
    port.post({ kind: "refused", error: sent(error) });
  }
}

async function score({ task, slot, slotRows, rows, preference }: ScoreMessage): Promise<void> {
  const { embeddings, inputTokens, index, predictedQuality, predictedCostUsd, reward } = slotOn(slot, slotRows);
  const block = {
    embeddings: embeddings.subarray(0, rows * router.dimensions),
    inputTokens: inputTokens.subarray(0, rows),
  };
  const options = { willingnessToPayUsd: preference.lambdaUsd, reward: preference.reward };
  let error: SentError | null = null;
  try {
    for await (const scored of router.scoreBatch([block], options)) {
      index.set(scored.index, scored.start);
      predictedQuality.set(scored.predictedQuality, scored.start);
      predictedCostUsd.set(scored.predictedCostUsd, scored.start);
      reward.set(scored.reward, scored.start);
    }
  } catch (caught) {
    error = sent(caught);
  }
  port.post({ kind: "scored", task, slot, error }, slot instanceof ArrayBuffer ? [slot] : []);
}

/** A rejection would go unnoticed in a web worker. */
function uncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** What is no error of ours ends the worker, which the other side is told of. */
function sent(error: unknown): SentError {
  if (!OneheadError.isInstance(error)) throw error;
  return { code: error.code, message: error.message };
}

async function openPort(): Promise<Port> {
  const web = globalThis as {
    postMessage?: (message: WorkerMessage, transfer: ArrayBuffer[]) => void;
    onmessage?: (event: { data: MainMessage }) => void;
  };
  const { postMessage } = web;
  if (postMessage !== undefined) {
    return {
      post: (message, transfer = []) => postMessage(message, transfer),
      listen: (take) => {
        web.onmessage = ({ data }) => take(data);
      },
    };
  }
  const name = ["node", "worker_threads"].join(":");
  const { parentPort } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ name
  )) as typeof import("node:worker_threads");
  if (parentPort === null) throw new Error("worker.js: not started as a worker");
  return {
    post: (message, transfer = []) => parentPort.postMessage(message, transfer),
    listen: (take) => {
      parentPort.on("message", take);
    },
  };
}
