export { AdamW, type AdamWOptions } from "./adam-w.js";
export {
  attentionBackward,
  geluBackward,
  layerNormBackward,
  linearBackward,
  softmaxRowsBackward,
} from "./backward.js";
export { choleskyFactor, choleskySolve } from "./cholesky.js";
export { dropout } from "./dropout.js";
export { type MaskedLoss, maskedBinaryCrossEntropy, maskedHuber } from "./losses.js";
export { warmupCosine } from "./warmup-cosine.js";
