import type { ChatModel, EmbeddingModel } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { chatProtocol } from "./chat/chat-protocol.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import type { CohereSettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface CohereProvider {
  readonly id: "cohere";
  /** `POST /v2/chat`. */
  chatModel(model: string): ChatModel;
  /** `POST /v2/embed`. */
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Models of Cohere.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createCohere(settings: CohereSettings): CohereProvider {
  const { timeoutMs, idleTimeoutMs } = settings;
  const limits = limitsOf("createCohere", { timeoutMs, idleTimeoutMs });
  const transport = createTransport(settings, limits);
  return {
    id: "cohere",
    chatModel: (model) =>
      defineChatModel({ provider: "cohere", model, host: transport.host }, limits, chatProtocol(model, transport)),
    embeddingModel: (model) =>
      defineEmbeddingModel(
        { provider: "cohere", model, host: transport.host },
        limits,
        embeddingProtocol(model, transport),
      ),
  };
}
