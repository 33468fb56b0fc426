import {
  type ChatModel,
  type ChatRequest,
  invalidArgument,
  type JsonObject,
  type NativeCalls,
  ProviderError,
  type Usage,
} from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import type { AnswerInfo, ServerFormat } from "@onehead/wire-formats";
import type { GatewayModel } from "../engine/engine.js";
import { AnswerStream } from "./answer-stream.js";

/** An answer in the client's own format: whole, or begun. */
export type Answer =
  | { kind: "whole"; body: JsonObject; usage: Usage | undefined; responseId: string | null }
  | { kind: "stream"; stream: AnswerStream };

export interface Asked {
  format: ServerFormat;
  /** As the client sent it, without what only the gateway understands. */
  body: Wire;
  /** As the client sent them: those of its interface go with a body in its own words. */
  headers: Headers;
  request: ChatRequest;
  streamed: boolean;
  /** Id of the answer where it is made here. */
  answerId: string;
  nowMs: number;
}

/** One try of one model: in the client's own words where the model speaks them, else translated. */
export async function attempt(asked: Asked, model: GatewayModel, signal: AbortSignal): Promise<Answer> {
  const native = nativeOf(asked, model);
  if (native !== undefined) return nativeAnswer(asked, native, signal);
  const refusal = asked.format.translationRefusal(asked.body);
  if (refusal !== undefined) throw refusal;
  const [chat] = model.chat;
  // where nobody can be called nobody is chosen
  if (chat === undefined) throw invalidArgument("attempt: model", model.id, "one that can be reached");
  try {
    return await translatedAnswer(asked, model, chat, signal);
  } catch (error) {
    throw inClientsWords(error, asked.format);
  }
}

/** An error about a field of the request, by the name that the client knows the field by. */
function inClientsWords(error: unknown, { fieldNames }: ServerFormat): unknown {
  if (!ProviderError.isInstance(error) || (error.code !== "unsupported" && error.code !== "invalid-argument")) {
    return error;
  }
  const field = /^[A-Za-z]+/.exec(error.message)?.[0] ?? "";
  const theirs = Object.hasOwn(fieldNames, field) ? fieldNames[field as keyof typeof fieldNames] : undefined;
  if (theirs === undefined) return error;
  return new ProviderError(error.code, theirs + error.message.slice(field.length), { ...error, cause: error });
}

/** Whether the model can be asked what no translation can say. */
export function speaks(format: ServerFormat, model: GatewayModel): boolean {
  return model.chat.some(({ native }) => native?.format === format.name);
}

function nativeOf({ format }: Asked, model: GatewayModel): NativeCalls | undefined {
  return model.chat.find((chat) => chat.native?.format === format.name)?.native;
}

async function nativeAnswer(asked: Asked, native: NativeCalls, signal: AbortSignal): Promise<Answer> {
  const { format, streamed } = asked;
  const body = format.nativeBody(asked.body);
  const options = { signal, headers: nativeHeaders(asked) };
  if (!streamed) {
    const answer = await native.send(body, options);
    const { id } = answer.body;
    return { kind: "whole", body: answer.body, usage: answer.usage, responseId: typeof id === "string" ? id : null };
  }
  const stream = AnswerStream.native(await native.open(body, options), format, asked.body);
  await stream.untilContent();
  return { kind: "stream", stream };
}

function nativeHeaders({ format, headers }: Asked): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of format.nativeHeaders) {
    const value = headers.get(name);
    if (value !== null) found[name] = value;
  }
  return found;
}

async function translatedAnswer(
  asked: Asked,
  model: GatewayModel,
  chat: ChatModel,
  signal: AbortSignal,
): Promise<Answer> {
  const { format, body, request, streamed } = asked;
  const about: AnswerInfo = { id: asked.answerId, model: model.id, createdMs: asked.nowMs, body };
  if (!streamed) {
    const result = await chat.generate({ ...request, signal });
    const answer = format.answer(result, { ...about, model: result.response.model ?? model.id });
    return { kind: "whole", body: answer, usage: result.usage, responseId: String(answer["id"]) };
  }
  const writerFor = (answering = model.id) => format.eventWriter({ ...about, model: answering });
  const stream = AnswerStream.translated(await chat.stream({ ...request, signal }), writerFor);
  await stream.untilContent();
  return { kind: "stream", stream };
}
