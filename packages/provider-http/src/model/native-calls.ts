import {
  type JsonObject,
  type NativeCalls,
  type NativeEvent,
  type NativeFormat,
  type NativeOptions,
  ProviderResponseError,
} from "@onehead/provider";
import { Call, type CallLimits, type CallTarget, nameOf } from "../call/call.js";
import { chatStream, type EventReader, withUsage } from "../stream/chat-stream.js";
import { readErrorBody } from "../wire/error-body.js";
import { isRecord, type Wire } from "../wire/fields.js";
import type { ChatProtocol } from "./define-chat-model.js";

/** What a protocol says of calls in its own words. */
export interface NativeProtocol {
  format: NativeFormat;
  withModel(body: Wire, model: string): Wire;
  /** Whether an answer that was not streamed is one: some servers tell of an error with status 200. */
  isAnswer(answer: Wire): boolean;
}

/** Calls with the provider's own bodies, by the protocol of its chat model. */
export function defineNativeCalls<Body, Event>(
  target: CallTarget,
  limits: CallLimits,
  protocol: ChatProtocol<Body, Event>,
  { format, withModel, isAnswer }: NativeProtocol,
): NativeCalls {
  // what a protocol sends is an object of its format, whoever has made it
  const bodyOf = (body: JsonObject) => withModel(body, target.model) as Body;
  const requestOf = (options: NativeOptions) => ({ messages: [], headers: options.headers });
  return {
    format,
    async send(body, options = {}) {
      const call = new Call(target, options, limits);
      let answer: unknown;
      try {
        answer = await protocol.send(call, bodyOf(body), requestOf(options));
        if (isRecord(answer) && isAnswer(answer))
          return { body: answer as JsonObject, usage: protocol.usageOf(answer) };
        throw noAnswer(target, answer);
      } catch (error) {
        throw withUsage(call.errorOf(error), answer === undefined ? undefined : protocol.usageOf(answer));
      } finally {
        call.end();
      }
    },
    async open(body, options = {}) {
      const call = new Call(target, options, limits);
      try {
        const events = await protocol.open(call, bodyOf({ ...body, stream: true }), requestOf(options));
        return chatStream(call, events, pairing(protocol.reader([])));
      } catch (error) {
        const failure = call.errorOf(error);
        call.end();
        throw failure;
      }
    },
  };
}

/** A reader that gives each event with the parts that it holds. */
function pairing<Event>(reader: EventReader<Event>): EventReader<Event, NativeEvent> {
  return {
    *read(event) {
      yield { event: event as JsonObject, parts: [...reader.read(event)] };
    },
    *end() {
      yield { event: undefined, parts: [...reader.end()] };
    },
    get usage() {
      return reader.usage;
    },
  };
}

function noAnswer(target: CallTarget, answer: unknown): ProviderResponseError {
  const { reason } = readErrorBody(answer);
  const why = reason === undefined ? "" : `: ${reason}`;
  return new ProviderResponseError(`${nameOf(target)}: no answer${why}`, { ...target, reason });
}
