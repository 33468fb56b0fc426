export { outcomeOf } from "@onehead/provider";
export type { CallPreference } from "./read-call-preference.js";
export type { RoutedCallOptions } from "./routed-call-options.js";
export { RoutedChatModel, type RoutedChatModelFields } from "./routed-chat-model.js";
