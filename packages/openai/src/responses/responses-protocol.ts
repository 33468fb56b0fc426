import { type ChatProtocol, record } from "@onehead/provider-http";
import { responsesPath } from "../routed/routed-paths.js";
import type { Transport } from "../transport.js";
import { fromResponse, responseUsage } from "./from-response.js";
import { ResponseEventReader } from "./response-event-reader.js";
import { toResponsesBody } from "./to-responses-body.js";

/** `POST /responses`. */
export function responsesProtocol(
  provider: string,
  model: string,
  transport: Transport,
): ChatProtocol<object, unknown> {
  return {
    signatures: "openai",
    toBody: (request) => toResponsesBody(model, request, provider),
    send: (call, body, { headers }) => transport.json(call, "/responses", body, headers),
    toResult: fromResponse,
    usageOf: (answer) => responseUsage(record(answer)["usage"]),
    open: (call, body, { headers }) => transport.events(call, "/responses", body, headers),
    reader: (warnings) => new ResponseEventReader(warnings),
    native: { format: "responses", withModel: responsesPath.withModel, isAnswer: responsesPath.isAnswer },
  };
}
