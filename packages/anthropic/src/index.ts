export {
  type Capabilities,
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  type ChatStream,
  collectStream,
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
export { type AnthropicProvider, createAnthropic } from "./create-anthropic.js";
export { routed } from "./routed/routed.js";
export type {
  AnthropicClient,
  AnthropicClientSettings,
  AnthropicFetchSettings,
  AnthropicSettings,
} from "./settings.js";
