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
export { type CohereProvider, createCohere } from "./create-cohere.js";
export type {
  CohereClient,
  CohereClientSettings,
  CohereFetchSettings,
  CohereSettings,
  CohereV2Client,
} from "./settings.js";
