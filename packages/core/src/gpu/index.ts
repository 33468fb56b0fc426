export { gpuWorkers } from "./batch-workers.js";
export type { BlockScorer, ScoreTerms } from "./block-scorer.js";
export type { BlockCost, MeasuredCosts } from "./cost-model.js";
export { type GpuBackendOptions, gpuBackend } from "./gpu-backend.js";
export type { GpuConstructor, GpuDevice, GpuInstance, GpuKernel, GpuMode } from "./gpu-library.js";
export type { GpuChoices, GpuReport, GpuScorer } from "./gpu-scorer.js";
export { type GpuScorerOptions, openGpuScorer } from "./open-gpu-scorer.js";
