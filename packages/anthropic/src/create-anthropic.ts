import type { ChatModel } from "@onehead/provider";
import { defineChatModel, limitsOf } from "@onehead/provider-http";
import { messagesProtocol } from "./messages/messages-protocol.js";
import type { AnthropicSettings } from "./settings.js";
import { createTransport } from "./transport.js";

export interface AnthropicProvider {
  readonly id: string;
  /** `POST /v1/messages`. */
  chatModel(model: string): ChatModel;
}

/**
 * Claude at Anthropic, or models of another server that speaks the Messages API.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createAnthropic(settings: AnthropicSettings): AnthropicProvider {
  const { provider: id = "anthropic", timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createAnthropic", { timeoutMs, idleTimeoutMs });
  return {
    id,
    chatModel: (model) =>
      defineChatModel({ provider: id, model, host: transport.host }, limits, messagesProtocol(id, model, transport)),
  };
}
