import type { ChatModel, EmbeddingModel } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { chatProtocol } from "./chat/chat-protocol.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import type { MistralSettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface MistralProvider {
  readonly id: string;
  /** `POST /v1/chat/completions`. */
  chatModel(model: string): ChatModel;
  /** `POST /v1/embeddings`. */
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Models of Mistral.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createMistral(settings: MistralSettings): MistralProvider {
  const { provider: id = "mistral", timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createMistral", { timeoutMs, idleTimeoutMs });
  return {
    id,
    chatModel: (model) =>
      defineChatModel({ provider: id, model, host: transport.host }, limits, chatProtocol(id, model, transport)),
    embeddingModel: (model) =>
      defineEmbeddingModel({ provider: id, model, host: transport.host }, limits, embeddingProtocol(model, transport)),
  };
}
