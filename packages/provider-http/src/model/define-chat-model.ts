import {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  invalidArgument,
  type Usage,
  type Warning,
} from "@onehead/provider";
import { Call, type CallLimits, type CallTarget } from "../call/call.js";
import { chatStream, type EventReader, withUsage } from "../stream/chat-stream.js";
import { isRecord, list } from "../wire/fields.js";
import { defineNativeCalls, type NativeProtocol } from "./native-calls.js";
import { taggingReader, withOwnSignatures, withTaggedContent } from "./signatures.js";

/** What differs between providers: the form of requests and answers, and how they travel. */
export interface ChatProtocol<Body, Event> {
  /** Whose signatures of thoughts it makes and takes: they are tagged with this name. Null for a provider without any. */
  signatures: string | null;
  /** @throws ProviderError "unsupported" or "invalid-argument" */
  toBody(request: ChatRequest, streaming: boolean): { body: Body; warnings: Warning[] };
  send(call: Call, body: Body, request: ChatRequest): Promise<unknown>;
  /** @throws ProviderResponseError when it is not what the interface promises */
  toResult(answer: unknown, warnings: Warning[]): ChatResult;
  /** What an answer was billed for, for one that could not be read. */
  usageOf(answer: unknown): Usage | undefined;
  /** Settles when headers have come. */
  open(call: Call, body: Body, request: ChatRequest): Promise<AsyncIterable<Event>>;
  reader(warnings: Warning[]): EventReader<Event>;
  /** Where programs speak to it in these very words, too. */
  native?: NativeProtocol;
}

/** A chat model from the protocol of its provider: deadlines, aborting and errors are the same for all. */
export function defineChatModel<Body, Event>(
  target: CallTarget,
  limits: CallLimits,
  protocol: ChatProtocol<Body, Event>,
): ChatModel {
  const { provider, model } = target;
  if (typeof model !== "string" || model === "") throw invalidArgument(`${provider}: model`, model, "its name");
  return {
    specification: "onehead-chat-1",
    provider,
    model,
    ...(protocol.native === undefined ? {} : { native: defineNativeCalls(target, limits, protocol, protocol.native) }),
    async generate(request) {
      assertRequest(provider, request);
      const { body, warnings } = toBody(protocol, request, false);
      const call = new Call(target, request, limits);
      let answer: unknown;
      try {
        answer = await protocol.send(call, body, request);
        return withTaggedContent(protocol.toResult(answer, warnings), protocol.signatures);
      } catch (error) {
        // what cannot be read was billed all the same
        throw withUsage(call.errorOf(error), answer === undefined ? undefined : protocol.usageOf(answer));
      } finally {
        call.end();
      }
    },
    async stream(request) {
      assertRequest(provider, request);
      const { body, warnings } = toBody(protocol, request, true);
      const call = new Call(target, request, limits);
      try {
        const events = await protocol.open(call, body, request);
        return chatStream(call, events, taggingReader(protocol.reader(warnings), protocol.signatures));
      } catch (error) {
        const failure = call.errorOf(error);
        call.end();
        throw failure;
      }
    },
  };
}

function toBody<Body, Event>(
  protocol: ChatProtocol<Body, Event>,
  request: ChatRequest,
  streaming: boolean,
): { body: Body; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const own = withOwnSignatures(request, protocol.signatures, warnings);
  const made = protocol.toBody(own, streaming);
  return { body: made.body, warnings: [...warnings, ...made.warnings] };
}

function assertRequest(provider: string, request: ChatRequest): void {
  if (!isRecord(request)) throw invalidArgument(`${provider}: request`, request, "an object");
  const { messages } = request;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidArgument(`${provider}: request.messages`, messages, "a list of at least one message");
  }
  for (const [i, message] of messages.entries()) {
    const role = isRecord(message) ? message["role"] : undefined;
    if (role !== "system" && role !== "user" && role !== "assistant" && role !== "tool") {
      throw invalidArgument(`${provider}: request.messages[${i}].role`, role, "system, user, assistant or tool");
    }
    const content = (message as { content: unknown }).content;
    if (!Array.isArray(content) && (typeof content !== "string" || role === "tool")) {
      throw invalidArgument(`${provider}: request.messages[${i}].content`, typeof content, "text or a list of parts");
    }
    for (const [j, part] of list(content).entries()) {
      if (isRecord(part)) continue;
      throw invalidArgument(`${provider}: request.messages[${i}].content[${j}]`, typeof part, "an object");
    }
  }
}
