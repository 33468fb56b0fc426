export { Call, type CallLimits, type CallOptions, type CallTarget, nameOf } from "./call/call.js";
export { limitsOf } from "./call/limits.js";
export { httpError, toProviderError } from "./call/to-provider-error.js";
export { Endpoint, type FetchSettings } from "./fetch/endpoint.js";
export { joinBytes } from "./fetch/join-bytes.js";
export { readLines } from "./fetch/json-lines.js";
export { chunksOf, readText } from "./fetch/read-body.js";
export { readServerSentEvents, type ServerSentEvent } from "./fetch/server-sent-events.js";
export { type ChatProtocol, defineChatModel } from "./model/define-chat-model.js";
export { defineEmbeddingModel, type EmbeddingProtocol, indexedVectors } from "./model/define-embedding-model.js";
export { type RoutableClient, type RoutedOptions, routeClient } from "./routed/route-client.js";
export type { RoutedPath } from "./routed/routed-path.js";
export { chatStream, type EventReader } from "./stream/chat-stream.js";
export { toStreamParts } from "./stream/to-stream-parts.js";
export { newCallId, ToolCalls, wholeCall, wholeOrCut } from "./stream/tool-calls.js";
export { fromBase64, toBase64 } from "./wire/base64.js";
export { effortBudgets, effortOf } from "./wire/effort.js";
export { type ErrorBody, readErrorBody } from "./wire/error-body.js";
export {
  count,
  defined,
  isRecord,
  list,
  record,
  requireList,
  requireRecord,
  requireText,
  text,
  type Wire,
} from "./wire/fields.js";
export { parseArguments, requireArguments } from "./wire/json-arguments.js";
export { type Media, mediaAddress, mediaOf } from "./wire/media.js";
export { parseEvent } from "./wire/parse-event.js";
export { plainText, resultText } from "./wire/plain-text.js";
export { consistentUsage } from "./wire/usage.js";
