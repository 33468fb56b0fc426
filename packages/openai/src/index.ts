export {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  type ChatStream,
  collectStream,
  type EmbeddingModel,
  type Message,
  outcomeOf,
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
  type RouteOutcome,
  type Router,
  type StreamPart,
  type Usage,
  type Warning,
} from "@onehead/provider";
export { createOpenAI, type OpenAIProvider } from "./create-openai.js";
export { type RoutableClient, type RoutedOptions, routed } from "./routed/routed.js";
export type { Dialect, OpenAIClient, OpenAIClientSettings, OpenAIFetchSettings, OpenAISettings } from "./settings.js";
