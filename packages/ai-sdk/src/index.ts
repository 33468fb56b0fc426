export { createOnehead, type OneheadProvider } from "./create-onehead.js";
export type { AnyLanguageModel, RoutedLanguageModel } from "./language-model.js";
export { type PrepareRoutedStepOptions, prepareRoutedStep, type StepInfo } from "./prepare-routed-step.js";
export { type RoutedModelOptions, routedModel } from "./routed-model.js";
