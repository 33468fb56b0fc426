export { parseChatBody, parseMessagesBody, parseResponsesBody } from "./bodies.js";
export { chatCompletions } from "./chat-completions/chat-completions.js";
export { completions } from "./completions/completions.js";
export { messages } from "./messages/messages.js";
export { responses } from "./responses/responses.js";
export type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent, ServerFormat } from "./server-format.js";
