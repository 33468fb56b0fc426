// apart in the build, so that the adapters, which need no more, are spared the rest
export { parseChatBody } from "./chat-completions/parse-chat-body.js";
export { parseMessagesBody } from "./messages/parse-messages-body.js";
export { parseResponsesBody } from "./responses/parse-responses-body.js";
