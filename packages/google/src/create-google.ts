import type { ChatModel, EmbeddingModel } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { generateProtocol } from "./chat/generate-protocol.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import { assertModelName } from "./model-name.js";
import type { GoogleSettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface GoogleProvider {
  readonly id: string;
  /** `POST models/MODEL:generateContent`. */
  chatModel(model: string): ChatModel;
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Google's Gemini models.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createGoogle(settings: GoogleSettings): GoogleProvider {
  const { provider: id = "google", timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createGoogle", { timeoutMs, idleTimeoutMs });
  return {
    id,
    chatModel(model) {
      assertModelName(`${id}: chatModel: model`, model);
      const target = { provider: id, model, host: transport.host };
      return defineChatModel(target, limits, generateProtocol(id, model, transport));
    },
    embeddingModel(model) {
      assertModelName(`${id}: embeddingModel: model`, model);
      return defineEmbeddingModel(
        { provider: id, model, host: transport.host },
        limits,
        embeddingProtocol(model, transport),
      );
    },
  };
}
