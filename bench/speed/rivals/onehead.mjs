import { jsBackend, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";

/** Our router on one set of kernels; null where this runtime has no WebAssembly with vectors. */
export function openOnehead(artifact, lambdaUsd, name) {
  const backend = name === "wasm" ? wasmBackend() : jsBackend;
  if (backend === null) return null;
  const router = new Router(artifact, { backend });
  const preference = { reward: "linear", lambdaUsd };
  const choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
  return {
    name: `onehead ${name}`,
    choose(embedding, inputTokens) {
      const { index, predictedQuality } = router.choose(embedding, inputTokens, preference, choice);
      return { index, quality: predictedQuality };
    },
    call: (embedding, inputTokens) => router.choose(embedding, inputTokens, preference, choice),
  };
}
