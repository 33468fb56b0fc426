import { type ChatModel, type EmbeddingModel, invalidArgument } from "@onehead/provider";
import { defineChatModel, defineEmbeddingModel, limitsOf } from "@onehead/provider-http";
import { converseProtocol } from "./chat/converse-protocol.js";
import type { StructuredOutput } from "./chat/structured-output.js";
import { embeddingProtocol } from "./embeddings/embedding-protocol.js";
import type { BedrockSettings } from "./settings.js";
import { createTransport } from "./transport/transport.js";

export type { StructuredOutput };

export interface BedrockProvider {
  readonly id: "bedrock";
  /**
   * Converse and ConverseStream.
   *
   * @param model   id or ARN of a model, an inference profile or a prompt router
   * @param options `structuredOutput`: "format" (default) for models that keep a schema by themselves, "tool" for all others
   *   that can call tools, such as Nova and Claude before 4.5
   */
  chatModel(model: string, options?: { structuredOutput?: StructuredOutput | undefined }): ChatModel;
  /** Titan and Cohere. */
  embeddingModel(model: string): EmbeddingModel;
}

/**
 * Models of Amazon Bedrock.
 *
 * @throws ProviderError "invalid-argument" naming the setting
 */
export function createBedrock(settings: BedrockSettings): BedrockProvider {
  const { timeoutMs, idleTimeoutMs } = settings;
  const transport = createTransport(settings);
  const limits = limitsOf("createBedrock", { timeoutMs, idleTimeoutMs });
  return {
    id: "bedrock",
    chatModel(model, { structuredOutput = "format" } = {}) {
      if (structuredOutput !== "format" && structuredOutput !== "tool") {
        throw invalidArgument("chatModel: structuredOutput", structuredOutput, '"format" or "tool"');
      }
      const target = { provider: "bedrock", model, host: transport.host };
      return defineChatModel(target, limits, converseProtocol(model, transport, structuredOutput));
    },
    embeddingModel: (model) =>
      defineEmbeddingModel(
        { provider: "bedrock", model, host: transport.host },
        limits,
        embeddingProtocol(model, transport),
      ),
  };
}
