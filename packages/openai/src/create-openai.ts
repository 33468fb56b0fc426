import { type ChatModel, type EmbeddingModel, invalidArgument } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { chatProtocol } from "./chat/chat-protocol.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import { responsesProtocol } from "./responses/responses-protocol.js";
import type { OpenAISettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface OpenAIProvider {
  readonly id: string;
  /** `POST /chat/completions`, which every compatible server has; or OpenAI's newer `POST /responses`. Default "chat". */
  chatModel(model: string, options?: { api?: "chat" | "responses" | undefined }): ChatModel;
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Models of OpenAI, or of a server that speaks its interface: vLLM, llama.cpp, LM Studio, Groq, Together, DeepSeek, OpenRouter,
 * Azure.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createOpenAI(settings: OpenAISettings): OpenAIProvider {
  const { provider: id = "openai", timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createOpenAI", { timeoutMs, idleTimeoutMs });
  const own = /(^|\.)(openai\.com|azure\.com)(:\d+)?$/.test(transport.host ?? "");
  const dialect = settings.dialect ?? (own ? "openai" : "compatible");
  if (dialect !== "openai" && dialect !== "compatible") {
    throw invalidArgument("createOpenAI: dialect", dialect, '"openai" or "compatible"');
  }
  return {
    id,
    chatModel(model, { api = "chat" } = {}) {
      const target = { provider: id, model, host: transport.host };
      if (api === "chat") return defineChatModel(target, limits, chatProtocol(id, model, transport, dialect));
      if (api === "responses") return defineChatModel(target, limits, responsesProtocol(id, model, transport));
      throw invalidArgument("chatModel: api", api, '"chat" or "responses"');
    },
    embeddingModel: (model) =>
      defineEmbeddingModel({ provider: id, model, host: transport.host }, limits, embeddingProtocol(model, transport)),
  };
}
