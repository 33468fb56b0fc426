export type { Baseline, FitBaseline, LabelledEmbeddings, Predictions } from "./baseline.js";
