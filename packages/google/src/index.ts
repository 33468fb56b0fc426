export {
  type Capabilities,
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
export { createGoogle, type GoogleProvider } from "./create-google.js";
export type { GoogleClient, GoogleClientSettings, GoogleFetchSettings, GoogleSettings } from "./settings.js";
