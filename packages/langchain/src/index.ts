export type { CallPreference } from "@onehead/provider";
export { outcomeOf } from "@onehead/provider";
export type { RoutedCallOptions } from "./routed-call-options.js";
export { RoutedChatModel, type RoutedChatModelFields } from "./routed-chat-model.js";
