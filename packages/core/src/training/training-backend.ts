import { type Backend, jsBackend } from "../kernels/backend.js";
import { adamStep } from "./adam-step.js";
import { addScaled } from "./add-scaled.js";
import { geluBackward } from "./gelu-backward.js";
import { layerNormBackward } from "./layer-norm-backward.js";
import { maskedBinaryCrossEntropy } from "./losses.js";
import { multiplyEach } from "./multiply-each.js";
import { reluHeads, reluHeadsBackward } from "./relu-heads.js";
import { softmaxRowsBackward } from "./softmax-backward.js";

/** The kernels that only training needs; those of `js` are the specification, and one contract suite holds for all. */
export interface TrainingKernels {
  readonly geluBackward: typeof geluBackward;
  readonly softmaxRowsBackward: typeof softmaxRowsBackward;
  readonly layerNormBackward: typeof layerNormBackward;
  readonly reluHeads: typeof reluHeads;
  readonly reluHeadsBackward: typeof reluHeadsBackward;
  readonly maskedBinaryCrossEntropy: typeof maskedBinaryCrossEntropy;
  readonly adamStep: typeof adamStep;
  readonly addScaled: typeof addScaled;
  readonly multiplyEach: typeof multiplyEach;
}

/** The set of kernels that training computes with. */
export interface TrainingBackend extends Backend, TrainingKernels {
  fork(floats: number): TrainingBackend;
}

/** Pure TypeScript kernels: no dependency, no code generation, every runtime. */
export const jsTrainingBackend: TrainingBackend = {
  ...jsBackend,
  geluBackward,
  softmaxRowsBackward,
  layerNormBackward,
  reluHeads,
  reluHeadsBackward,
  maskedBinaryCrossEntropy,
  adamStep,
  addScaled,
  multiplyEach,
  fork: () => jsTrainingBackend,
};
