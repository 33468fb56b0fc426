export {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  type ChatStream,
  collectStream,
  type EmbeddingModel,
  type Message,
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
  type StreamPart,
  type Usage,
  type Warning,
} from "@onehead/provider";
export { createMistral, type MistralProvider } from "./create-mistral.js";
export type { MistralClient, MistralClientSettings, MistralFetchSettings, MistralSettings } from "./settings.js";
