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
export type { RoutableClient, RoutedOptions } from "@onehead/provider-http";
export { createOpenAI, type OpenAIProvider } from "./create-openai.js";
export { routed } from "./routed/routed.js";
export type { Dialect, OpenAIClient, OpenAIClientSettings, OpenAIFetchSettings, OpenAISettings } from "./settings.js";
