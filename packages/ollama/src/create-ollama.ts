import type { ChatModel, EmbeddingModel } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { chatProtocol } from "./chat/chat-protocol.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import type { OllamaSettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface OllamaProvider {
  readonly id: string;
  /** `POST /api/chat`. */
  chatModel(model: string): ChatModel;
  /** `POST /api/embed`. */
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Models of an Ollama server, or of ollama.com. They cost nothing only where the price book says so.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createOllama(settings: OllamaSettings = {}): OllamaProvider {
  const { provider: id = "ollama", keepAlive, timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createOllama", { timeoutMs, idleTimeoutMs });
  return {
    id,
    chatModel: (model) => {
      const target = { provider: id, model, host: transport.host };
      return defineChatModel(target, limits, chatProtocol(id, model, transport, keepAlive));
    },
    embeddingModel: (model) =>
      defineEmbeddingModel(
        { provider: id, model, host: transport.host },
        limits,
        embeddingProtocol(model, transport, keepAlive),
      ),
  };
}
