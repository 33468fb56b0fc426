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

/** Runs whose decision is remembered; the oldest goes first. */
const mostRuns = 1000;

/**
 * A middleware that puts the routed model in the place of the agent's own. It decides at the first step of a run and keeps to
 * that model, which falls back to the next best only where it fails. `thread_id` is the conversation, unless one is named.
 */
export function routedModelMiddleware({ decide = "run", ...routing }: RoutedModelMiddlewareOptions) {
  // the checks of a routed model, before the first step
  new RoutedChatModel(routing);
  if (decide !== "run" && decide !== "step") {
    throw invalidArgument("routedModelMiddleware: decide", decide, '"run" or "step"');
  }
  const decisions = new Map<string, RouteDecision>();
  return createMiddleware({
    name: "OneheadRoutedModel",
    wrapModelCall: async (request, handler) => {
      const { messages, systemPrompt, tools, toolChoice, modelSettings, state, runtime } = request;
      const thread = threadOf(runtime.configurable);
      const run = runOf(state.messages, thread);
      let decision = decide === "run" && !run.begins ? decisions.get(run.id) : undefined;
      if (decision === undefined) {
        const options = {
          ...modelSettings,
          tools,
          tool_choice: toolChoice,
          signal: runtime.signal,
        } as RoutedCallOptions;
        const conversation = routing.conversationId ?? thread;
        const system = systemPrompt ? [new SystemMessage(systemPrompt)] : [];
        decision = await decideRoute({ ...routing, conversationId: conversation }, [...system, ...messages], options);
      }
      decisions.delete(run.id);
      decisions.set(run.id, decision);
      const [oldest] = decisions.size > mostRuns ? decisions.keys() : [];
      if (oldest !== undefined) decisions.delete(oldest);
      return handler({ ...request, model: new RoutedChatModel({ ...routing, decision }) });
    },
  });
}

/** The steps that answer one message of the user, by its id; the first of them has that message as the last. */
function runOf(messages: readonly BaseMessage[], thread: string | undefined): { id: string; begins: boolean } {
  const asked = messages.map(({ type }) => type).lastIndexOf("human");
  const { id } = messages[Math.max(0, asked)] ?? {};
  return { id: `${thread ?? ""} ${id ?? ""}`, begins: id === undefined || asked === messages.length - 1 };
}

function threadOf(configurable: unknown): string | undefined {
  const { thread_id: thread } = (configurable ?? {}) as { thread_id?: unknown };
  return typeof thread === "string" ? thread : undefined;
}
