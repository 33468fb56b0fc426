import { assemble } from "./assembler.js";
import { constants } from "./kernel-constants.js";
import { reluHead, reluHeadBackward } from "./relu-heads-code.js";
import * as training from "./training-code.js";
import { copyTail } from "./vector-code.js";

/** The module of the kernels that only training needs, the same bytes every time. It shares a memory with that of routing. */
export function assembleTraining(): Uint8Array<ArrayBuffer> {
  const functions = [
    // function 0, which others call
    copyTail(),
    training.addScaled(),
    training.multiplyEach(),
    training.geluBackward(),
    training.softmaxRowsBackward(),
    training.layerNormBackward(),
    training.adamStep(),
    training.maskedBinaryCrossEntropy(),
    reluHead(),
    reluHeadBackward(),
  ];
  return assemble(functions, constants);
}
