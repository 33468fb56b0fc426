import { type BaseMessage, SystemMessage } from "@langchain/core/messages";
import { invalidArgument, type RouteDecision } from "@onehead/provider";
import { createMiddleware } from "langchain";
import { decide as decideRoute, type Routing } from "../call-routed.js";
import type { RoutedCallOptions } from "../routed-call-options.js";
import { RoutedChatModel } from "../routed-chat-model.js";

export interface RoutedModelMiddlewareOptions extends Omit<Routing, "decision"> {
  /**
   * "run": one model for all steps that answer one message of the user, so that its prompt cache is kept; "step": decided anew
   * for each. Default "run".
   */
  decide?: "run" | "step" | undefined;
}

/** Runs whose decision is remembered; the one that was not used for longest goes first. */
const mostRuns = 1000;

/**
 * A middleware that puts the routed model in the place of the agent's own. It decides at the first step of a run and keeps to
 * that model, which falls back to the next best only where it fails. `thread_id` is the conversation, unless one is named; other
 * middleware may ask of the router in `modelSettings.onehead`.
 *
 * @throws ProviderError "invalid-argument" naming the option
 */
export function routedModelMiddleware({ decide = "run", ...routing }: RoutedModelMiddlewareOptions) {
  if (decide !== "run" && decide !== "step") {
    throw invalidArgument("routedModelMiddleware: decide", decide, '"run" or "step"');
  }
  // the checks of a routed model, before the first step
  new RoutedChatModel(routing);
  const decisions = new Map<string, RouteDecision>();
  return createMiddleware({
    name: "OneheadRoutedModel",
    wrapModelCall: async (request, handler) => {
      const { messages, systemPrompt, tools, toolChoice, modelSettings, state, runtime } = request;
      const thread = threadOf(runtime.configurable);
      const run = decide === "run" ? runOf(state.messages, thread) : undefined;
      let decision = run === undefined || run.begins ? undefined : decisions.get(run.id);
      if (decision === undefined) {
        const asked = { ...modelSettings, tools, tool_choice: toolChoice, signal: runtime.signal } as RoutedCallOptions;
        const conversationId = routing.conversationId ?? thread;
        const system = systemPrompt ? [new SystemMessage(systemPrompt)] : [];
        decision = await decideRoute({ ...routing, conversationId }, [...system, ...messages], asked);
      }
      if (run !== undefined) remember(decisions, run.id, decision);
      return handler({ ...request, model: new RoutedChatModel({ ...routing, decision }) });
    },
  });
}

/** The steps that answer one message of the user, by its id; at the first of them that message is the last. */
function runOf(messages: readonly BaseMessage[], thread = ""): { id: string; begins: boolean } | undefined {
  const asked = messages.map(({ type }) => type).lastIndexOf("human");
  const { id } = messages[Math.max(0, asked)] ?? {};
  // agents give an id to every message
  return id === undefined ? undefined : { id: `${thread}\n${id}`, begins: asked === messages.length - 1 };
}

/** A Map keeps the order in which its entries were set. */
function remember(decisions: Map<string, RouteDecision>, run: string, decision: RouteDecision): void {
  decisions.delete(run);
  decisions.set(run, decision);
  const [oldest] = decisions.size > mostRuns ? decisions.keys() : [];
  if (oldest !== undefined) decisions.delete(oldest);
}

function threadOf(configurable: unknown): string | undefined {
  const { thread_id: thread } = (configurable ?? {}) as { thread_id?: unknown };
  return typeof thread === "string" ? thread : undefined;
}
