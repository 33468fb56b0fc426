import { OneheadError } from "@onehead/core";
import type { EmbeddingApi } from "./embedding-api.js";
import type { HostedEmbedderOptions } from "./hosted-options.js";
import { cohereApi } from "./providers/cohere.js";
import { ollamaApi } from "./providers/ollama.js";
import { openAiApi } from "./providers/openai.js";
import { voyageApi } from "./providers/voyage.js";
import { workersAiApi } from "./providers/workers-ai.js";

/** The interface of the provider that the options name. @throws OneheadError "invalid-argument" */
export function createApi(options: HostedEmbedderOptions): EmbeddingApi {
  if (typeof options.model !== "string" || options.model === "") {
    throw new OneheadError("invalid-argument", "hostedEmbedder: model: missing, expected its name");
  }
  switch (options.provider) {
    case "openai":
      return openAiApi(options);
    case "cohere":
      return cohereApi(options);
    case "voyage":
      return voyageApi(options);
    case "ollama":
      return ollamaApi(options);
    case "workers-ai":
      return workersAiApi(options);
    default: {
      const { provider } = options as { provider: unknown };
      throw new OneheadError(
        "invalid-argument",
        `hostedEmbedder: provider: ${String(provider)}, expected openai, cohere, voyage, ollama or workers-ai`,
      );
    }
  }
}
