import { type ChatProtocol, record } from "@onehead/provider-http";
import type { GenerateBody, Transport } from "../transport.js";
import { fromGenerateResponse } from "./from-generate-response.js";
import { GenerateEventReader } from "./generate-event-reader.js";
import { generateUsage } from "./generate-usage.js";
import { toGenerateBody } from "./to-generate-body.js";

/** `POST models/MODEL:generateContent` and `:streamGenerateContent`. */
export function generateProtocol(
  provider: string,
  model: string,
  transport: Transport,
): ChatProtocol<GenerateBody, unknown> {
  return {
    signatures: "google",
    toBody: (request) => toGenerateBody(model, request, provider),
    send: (call, body, { headers }) => transport.generate(call, model, body, headers),
    toResult: fromGenerateResponse,
    usageOf: (answer) => generateUsage(record(answer)["usageMetadata"]),
    open: (call, body, { headers }) => transport.events(call, model, body, headers),
    reader: (warnings) => new GenerateEventReader(warnings),
  };
}
