export type { BreakerOptions, CircuitState } from "./calls/circuit-breakers.js";
export type { ProviderLimit } from "./calls/provider-limits.js";
export type { RetryOptions } from "./calls/retry-policy.js";
export type { RuntimeRunOptions } from "./calls/run-options.js";
export { Stop, type StopSignal } from "./calls/stop.js";
export { conversationIdOf } from "./conversation/conversations.js";
export type { Sticky } from "./conversation/stay-put.js";
export { createRuntime, questionIn, type Runtime, type RuntimeDecision } from "./create-runtime.js";
export { decisionId } from "./decision/decision-id.js";
export { type RetryingChatModelOptions, retryingChatModel } from "./models/retrying-chat-model.js";
export {
  type RoutedChatModel,
  type RoutedChatModelOptions,
  type RoutedChatResult,
  routedChatModel,
} from "./models/routed-chat-model.js";
export type { ExtractOptions, HarnessPattern } from "./prompt/extract-options.js";
export { extractPrompt } from "./prompt/extract-prompt.js";
export type { Chore, ExtractedPrompt } from "./prompt/extracted-prompt.js";
export type { QuestionEmbedder, RuntimeOptions } from "./runtime-options.js";
export { type CountTokens, countRequestTokens } from "./tokens/count-request-tokens.js";
