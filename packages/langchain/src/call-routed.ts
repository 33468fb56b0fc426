import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseMessage } from "@langchain/core/messages";
import { raceWithSignal } from "@langchain/core/runnables";
import {
  ProviderError,
  type RouteDecision,
  type RoutedCall,
  type RoutePreference,
  type Router,
  readPreference,
  runRoute,
} from "@onehead/provider";
import { canAnswer } from "./bound-candidate.js";
import type { CandidateErrors } from "./candidate-errors.js";
import type { RoutedCallOptions } from "./routed-call-options.js";
import { toChatRequest } from "./to-chat-request.js";

export interface Routing {
  router: Router;
  /** The model of each candidate; candidates that are not named are not taken. */
  models: Readonly<Record<string, BaseChatModel>>;
  /** What calls that state nothing in the call option `onehead` prefer. */
  preference?: RoutePreference | undefined;
  /** Of the conversation that calls continue; found from its first messages when left out. */
  conversationId?: string | undefined;
  /** A decision that was made already: only made good here, with its fallbacks. */
  decision?: RouteDecision | undefined;
}

/** Chooses among the candidates that can do what is asked. @throws ProviderError "unsupported" where none can */
export async function decide(
  { router, models, preference, conversationId }: Omit<Routing, "decision">,
  messages: readonly BaseMessage[],
  options: RoutedCallOptions,
): Promise<RouteDecision> {
  const asked = readPreference("onehead", options.onehead);
  const able = Object.keys(models).filter((id) => canAnswer(models[id], options));
  if (able.length === 0) throw new ProviderError("unsupported", "RoutedChatModel: no candidate can call tools");
  return router.route({
    ...preference,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...asked,
    request: toChatRequest(messages, options),
    models: able,
  });
}

/** Runs a call by the router. @throws the candidate's own error, or the reason of an abort */
export async function callRouted<T>(
  routing: Routing,
  messages: readonly BaseMessage[],
  options: RoutedCallOptions,
  errors: CandidateErrors,
  attempt: (id: string, signal: AbortSignal) => Promise<T>,
  discard?: (value: T) => void,
): Promise<RoutedCall<T>> {
  const { signal: outer } = options;
  const decision = routing.decision ?? (await decide(routing, messages, options));
  try {
    return await runRoute(
      routing.router,
      decision,
      async ({ model: id, signal }) => {
        try {
          // not later than an abort: a candidate that does not heed it would hold everybody up
          return await raceWithSignal(attempt(id, signal), signal);
        } catch (error) {
          throw errors.toProviderError(error, id, signal);
        }
      },
      { ...(outer === undefined ? {} : { signal: outer }), ...(discard === undefined ? {} : { discard }) },
    );
  } catch (error) {
    throw outer?.aborted ? outer.reason : errors.toOwnError(error);
  }
}
