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
export { createOllama, type OllamaProvider } from "./create-ollama.js";
export type { OllamaClient, OllamaClientSettings, OllamaFetchSettings, OllamaSettings } from "./settings.js";
