export { type Learning, learning } from "./learning.js";
export type { LearningOptions } from "./learning-options.js";
