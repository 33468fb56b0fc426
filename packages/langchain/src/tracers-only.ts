import { CallbackManager, type CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";

/**
 * The callbacks of a candidate's call. The routed model tells every listener of each token itself, so that candidates have none:
 * only LangSmith's tracer, which shows their calls below the routed one.
 */
export function tracersOnly(runManager: CallbackManagerForLLMRun | undefined): CallbackManager | [] {
  const tracers = runManager?.handlers.filter(({ name }) => name === "langchain_tracer") ?? [];
  if (runManager === undefined || tracers.length === 0) return [];
  const manager = new CallbackManager(runManager.runId);
  for (const tracer of tracers) manager.addHandler(tracer, true);
  return manager;
}
