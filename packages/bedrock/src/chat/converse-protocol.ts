import { type ChatProtocol, record } from "@onehead/provider-http";
import type { Transport } from "../transport/transport.js";
import { ConverseEventReader } from "./converse-event-reader.js";
import { converseUsage } from "./converse-usage.js";
import { fromConverse } from "./from-converse.js";
import type { StructuredOutput } from "./structured-output.js";
import { toConverseBody } from "./to-converse-body.js";

/** `POST /model/{id}/converse` and `/converse-stream`. */
export function converseProtocol(
  model: string,
  transport: Transport,
  structuredOutput: StructuredOutput,
): ChatProtocol<object, unknown> {
  return {
    signatures: "bedrock",
    toBody: (request) => toConverseBody(model, request, structuredOutput),
    send: (call, body, { headers }) => transport.converse(call, model, body, headers),
    toResult: (answer, warnings) => fromConverse(answer, warnings, structuredOutput),
    usageOf: (answer) => converseUsage(record(answer)["usage"]),
    open: (call, body, { headers }) => transport.converseStream(call, model, body, headers),
    reader: (warnings) => new ConverseEventReader(warnings, structuredOutput),
  };
}
