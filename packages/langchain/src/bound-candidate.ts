import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseMessage, BaseMessageChunk } from "@langchain/core/messages";
import type { Runnable } from "@langchain/core/runnables";
import { ProviderError } from "@onehead/provider";
import type { CandidateErrors } from "./candidate-errors.js";
import type { RoutedCallOptions } from "./routed-call-options.js";

/** Options that are a candidate's own in each try; the others are the call's. */
export type OwnOptions = Pick<RoutedCallOptions, "signal" | "callbacks" | "maxRetries">;

/** Whether a candidate can do what is asked at all: call tools, or read its answer with a schema. */
export function canAnswer(model: BaseChatModel, { tools, structured }: RoutedCallOptions): boolean {
  const bindsTools = typeof model.bindTools === "function";
  if ((tools?.length ?? 0) > 0) return bindsTools;
  // the base class's own way goes by tools
  const ownWay = model.withStructuredOutput !== BaseChatModel.prototype.withStructuredOutput;
  return structured === undefined || bindsTools || ownWay;
}

/** The candidate, if it can answer. @throws ProviderError "unsupported", which leaves the call to the next one */
export function ableCandidate(
  id: string,
  models: Readonly<Record<string, BaseChatModel>>,
  options: RoutedCallOptions,
): BaseChatModel {
  // own names only, and a router may name candidates that nobody has a model for
  const model = Object.hasOwn(models, id) ? models[id] : undefined;
  if (model !== undefined && canAnswer(model, options)) return model;
  throw new ProviderError("unsupported", `${id}: it cannot do what is asked`, { model: id });
}

/**
 * A candidate with what the call binds on it: tools by its own `bindTools`, which also reads the options beside them.
 *
 * @throws ProviderError "unsupported" where the candidate refuses them
 */
export function bindCandidate(
  id: string,
  model: BaseChatModel,
  { tools = [], ...options }: RoutedCallOptions,
  errors: CandidateErrors,
): Runnable<BaseMessage[], BaseMessageChunk> {
  try {
    return tools.length > 0 && model.bindTools ? model.bindTools(tools, options) : model.withConfig(options);
  } catch (error) {
    throw errors.standFor(new ProviderError("unsupported", `${id}: it refuses the tools`, { model: id }), error);
  }
}
