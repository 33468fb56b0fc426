import type { RouteDecision } from "@onehead/provider";
import type { AnyLanguageModel, Fields, RoutedLanguageModel } from "./language-model.js";
import { type RoutedModelOptions, routedModel } from "./routed-model.js";
import { toChatRequest } from "./to-chat-request.js";

export interface PrepareRoutedStepOptions<Model extends AnyLanguageModel>
  extends Omit<RoutedModelOptions<Model>, "modelId" | "decision"> {
  /**
   * "run": one model for all steps of a run, so that its prompt cache is kept; "step": decided anew for each. Default "run".
   */
  decide?: "run" | "step" | undefined;
}

/** What the SDK hands to `prepareStep`, as far as it is read here. */
export interface StepInfo {
  stepNumber: number;
  messages: readonly object[];
}

/**
 * A `prepareStep` for agents and tool loops: decides at the first step of a run and keeps to that model, which falls back to the
 * next best only where it fails. Make one for each run: it remembers the run's decision.
 */
export function prepareRoutedStep<Model extends AnyLanguageModel>(
  options: PrepareRoutedStepOptions<Model>,
): (step: StepInfo) => Promise<{ model: RoutedLanguageModel<Model> }> {
  const { decide = "run", ...routing } = options;
  // the checks of a routed model, before the first step
  routedModel(routing);
  let decision: RouteDecision | undefined;
  return async ({ stepNumber, messages }) => {
    if (decision === undefined || stepNumber === 0 || decide === "step") {
      const request = toChatRequest({ messages } as Fields);
      decision = await routing.router.route({ ...routing.preference, request, models: Object.keys(routing.models) });
    }
    return { model: routedModel({ ...routing, decision }) };
  };
}
