import {
  type ChatModel,
  type ChatRequest,
  type ChatResult,
  type ChatStream,
  type FinishPart,
  invalidArgument,
  isContent,
  ProviderResponseError,
  type RoutedCall,
  type RouteOutcome,
  type RoutePreference,
  type Router,
  runRoute,
  type StreamPart,
} from "@onehead/provider";

export interface RoutedChatModelOptions {
  router: Router;
  /** The model of each candidate; candidates that are not named here are not taken. */
  models: Readonly<Record<string, ChatModel>>;
  preference?: RoutePreference | undefined;
  /** Of the conversation that requests continue. */
  conversationId?: string | undefined;
}

/** An answer with the decision behind it and what all tries have cost. */
export interface RoutedChatResult extends ChatResult {
  onehead: RouteOutcome;
}

/** As `ChatModel`; the `finish` part of a stream carries the outcome as `onehead`, and `outcomeOf` reads it. */
export interface RoutedChatModel extends ChatModel {
  generate(request: ChatRequest): Promise<RoutedChatResult>;
}

/**
 * A chat model that is another one for each request: the router's choice, or the next best where that fails before it has begun
 * to answer.
 *
 * @throws ProviderError "invalid-argument" without models
 */
export function routedChatModel(options: RoutedChatModelOptions): RoutedChatModel {
  const { router, models, preference, conversationId } = options;
  const candidates = Object.keys(models);
  if (candidates.length === 0) throw invalidArgument("routedChatModel: models", "none", "at least one candidate");
  const decide = (request: ChatRequest) =>
    router.route({
      ...preference,
      request,
      models: candidates,
      ...(conversationId === undefined ? {} : { conversationId }),
    });
  return {
    specification: "onehead-chat-1",
    provider: "onehead",
    model: "auto",
    async generate(request) {
      const decision = await decide(request);
      const { signal: outer } = request;
      const call = await runRoute(
        router,
        decision,
        ({ model, signal }) => models[model].generate({ ...request, signal }),
        outer === undefined ? {} : { signal: outer },
      );
      call.settle(call.value.usage);
      return { ...call.value, onehead: call.outcome };
    },
    async stream(request) {
      const decision = await decide(request);
      const { signal: outer } = request;
      const call = await runRoute(
        router,
        decision,
        async ({ model, signal }) => openHeld(await models[model].stream({ ...request, signal })),
        {
          ...(outer === undefined ? {} : { signal: outer }),
          discard: ({ stream }) => void stream.return(),
        },
      );
      return settlingStream(call);
    },
  };
}

interface HeldStream {
  /** Parts up to the first that shows something. */
  held: StreamPart[];
  stream: ChatStream;
}

/** Reads a stream up to its first content: until then another model can take over. */
async function openHeld(stream: ChatStream): Promise<HeldStream> {
  const held: StreamPart[] = [];
  try {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) throw new ProviderResponseError("stream: ended without an answer");
      held.push(value);
      if (isContent(value) || value.type === "finish") return { held, stream };
    }
  } catch (error) {
    await stream.return();
    throw error;
  }
}

/** The parts of the winner; the call is settled when they end, break or are left. */
function settlingStream(call: RoutedCall<HeldStream>): ChatStream {
  const { held, stream } = call.value;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await nextPart(held, stream, call);
      if (result.done) call.settle(undefined);
      if (result.done || result.value.type !== "finish") return result;
      call.settle(result.value.usage);
      const value: FinishPart & { onehead: RouteOutcome } = { ...result.value, onehead: call.outcome };
      return { done: false, value };
    },
    async return() {
      held.length = 0;
      await stream.return();
      call.settle(undefined);
      return { done: true, value: undefined };
    },
  };
}

async function nextPart(
  held: StreamPart[],
  stream: ChatStream,
  call: RoutedCall<HeldStream>,
): Promise<IteratorResult<StreamPart>> {
  const first = held.shift();
  if (first !== undefined) return { done: false, value: first };
  try {
    return await stream.next();
  } catch (error) {
    const { usage } = error as ProviderResponseError;
    call.settle(usage, error);
    throw error;
  }
}
