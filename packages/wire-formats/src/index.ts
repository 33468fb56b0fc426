export type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent, ServerFormat } from "./server-format.js";
