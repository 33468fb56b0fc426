export type { ChatModel, ChatStream } from "./chat/chat-model.js";
export type { ChatRequest, Reasoning } from "./chat/chat-request.js";
export type {
  ChatResult,
  FinishPart,
  FinishReason,
  ReasoningDelta,
  ResponseInfo,
  StreamPart,
  TokenLogprob,
  Warning,
} from "./chat/chat-result.js";
export { appendPart, collectStream } from "./chat/collect-stream.js";
export { isContent } from "./chat/is-content.js";
export type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  ImagePart,
  Message,
  ReasoningPart,
  ResponseFormat,
  SystemMessage,
  TextPart,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolMessage,
  ToolResultPart,
  UserMessage,
  UserPart,
} from "./chat/message.js";
export type {
  NativeAnswer,
  NativeCalls,
  NativeEvent,
  NativeFormat,
  NativeOptions,
  NativeStream,
} from "./chat/native-calls.js";
export type { Usage } from "./chat/usage.js";
export { type UsageCounts, usageOfCounts } from "./chat/usage-of-counts.js";
export type { EmbeddingModel, EmbeddingRequest, EmbeddingResult } from "./embedding/embedding-model.js";
export {
  type Billing,
  invalidArgument,
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorOptions,
} from "./errors/provider-error.js";
export {
  type HttpErrorOptions,
  isRetryableStatus,
  ProviderAbortedError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
} from "./errors/provider-errors.js";
export { sentenceOf, withSentence } from "./errors/provider-sentence.js";
export { parseRetryAfter } from "./errors/retry-after.js";
export type { JsonObject, JsonValue } from "./json/json-value.js";
export { type CallCost, costOfCall } from "./prices/call-cost.js";
export { sumUsd } from "./prices/decimal.js";
export { pricesFromLiteLlm } from "./prices/lists/lite-llm.js";
export { pricesFromModelsDev } from "./prices/lists/models-dev.js";
export { pricesFromOpenRouter } from "./prices/lists/open-router.js";
export type { PriceList, PriceListOptions } from "./prices/lists/price-list.js";
export { type FoundPrices, PriceBook, type PriceBookOptions } from "./prices/price-book.js";
export type { Capabilities, ModelPrices, PricedModel, TokenPrices } from "./prices/prices.js";
export { parseAutoModel } from "./router/auto-model.js";
export { outcomeField, outcomeOf } from "./router/outcome-of.js";
export { outcomeToJson } from "./router/outcome-to-json.js";
export { type CallPreference, readPreference } from "./router/read-preference.js";
export type {
  RouteAttempt,
  RouteCandidate,
  RouteDecision,
  RoutedCall,
  RouteOutcome,
  RoutePreference,
  RouteRequest,
  Router,
  RouteTry,
  RunOptions,
} from "./router/router.js";
export { runRoute } from "./router/run-route.js";
