import { list, type RoutedPath, record } from "@onehead/provider-http";
import { parseChatBody, parseResponsesBody } from "@onehead/wire-formats/bodies";
import { ChatEventReader } from "../chat/chat-event-reader.js";
import { chatUsage } from "../chat/chat-usage.js";
import { responseUsage } from "../responses/from-response.js";
import { ResponseEventReader } from "../responses/response-event-reader.js";

export const chatPath: RoutedPath = {
  path: "/chat/completions",
  toRequest: parseChatBody,
  withModel(body, model) {
    if (body["stream"] !== true) return { ...body, model };
    // the usage is always asked for: without it nobody knows what a stream has cost
    return { ...body, model, stream_options: { ...record(body["stream_options"]), include_usage: true } };
  },
  isAnswer: ({ choices }) => list(choices).length > 0,
  usageOf: (answer) => chatUsage(record(answer)["usage"]),
  reader: () => new ChatEventReader([]),
  lastOf({ n }) {
    // of several answers at once each has an end of its own
    let open = Number(n ?? 1);
    return (event) => {
      open -= list(event["choices"]).filter((choice) => record(choice)["finish_reason"] != null).length;
      return open <= 0;
    };
  },
  carrierOf: (event) => event,
  isHidden: (event, body) =>
    list(event["choices"]).length === 0 &&
    event["usage"] != null &&
    record(body["stream_options"])["include_usage"] !== true,
};

export const responsesPath: RoutedPath = {
  path: "/responses",
  toRequest: parseResponsesBody,
  withModel: (body, model) => ({ ...body, model }),
  isAnswer: ({ output, status }) => Array.isArray(output) && status !== "failed",
  usageOf: (answer) => responseUsage(record(answer)["usage"]),
  reader: () => new ResponseEventReader([]),
  lastOf: () => (event) => /^response\.(completed|incomplete|failed)$/.test(String(event["type"])),
  // the client's own helpers keep the response of these events
  carrierOf: (event) => (event["response"] === undefined ? null : record(event["response"])),
  isHidden: () => false,
};

/** The paths at which a routed client routes. */
export const routedPaths: readonly RoutedPath[] = [chatPath, responsesPath];
