import { estimateTokens } from "@onehead/core";
import type { Embedder } from "@onehead/embed";
import type { GatewayEmbedding } from "@onehead/serve";

/** The router's own embedder as a model that anybody may ask: it needs no key, and costs nothing. */
export function ownEmbedding(embedder: Embedder): GatewayEmbedding {
  const name = "onehead/embedder";
  return {
    id: name,
    provider: "onehead",
    providerModel: name,
    prices: {
      inputUsdPerMillionTokens: 0,
      outputUsdPerMillionTokens: 0,
      source: "runs in this process",
      asOf: "2026-11-26",
    },
    model: {
      specification: "onehead-embedding-1",
      provider: "onehead",
      model: name,
      maxTexts: 256,
      async embed({ texts, signal }) {
        const flat = await embedder.embed([...texts], signal === undefined ? {} : { signal });
        const { dimensions } = embedder;
        const embeddings = texts.map((_, i) => flat.slice(i * dimensions, (i + 1) * dimensions));
        return { embeddings, inputTokens: Math.ceil(texts.reduce((sum, text) => sum + estimateTokens(text), 0)) };
      },
    },
  };
}
