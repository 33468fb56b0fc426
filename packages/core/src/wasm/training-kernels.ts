import { jsTrainingBackend, type TrainingKernels } from "../training/training-backend.js";
import { tileScratch } from "./memory-map.js";
import type { TrainingExports } from "./training-exports.js";

/**
 * The kernels of training on the arrays of one memory. Arrays from elsewhere are worked on by the kernels of `js`, which also say what
 * is wrong with those that are too short; so are heads whose H is no multiple of 4.
 */
export function trainingKernels(buffer: ArrayBuffer, kernels: TrainingExports): TrainingKernels {
  const holds = (array: Float32Array, length: number): boolean => array.buffer === buffer && array.length >= length;
  const js = jsTrainingBackend;

  return {
    addScaled(out, x, count, scale) {
      if (holds(out, count) && holds(x, count)) kernels.addScaled(out.byteOffset, x.byteOffset, count, scale);
      else js.addScaled(out, x, count, scale);
    },

    multiplyEach(out, x, y, count) {
      if (holds(out, count) && holds(x, count) && holds(y, count)) {
        kernels.multiplyEach(out.byteOffset, x.byteOffset, y.byteOffset, count);
      } else js.multiplyEach(out, x, y, count);
    },

    geluBackward(dX, dOut, x, count) {
      if (holds(dX, count) && holds(dOut, count) && holds(x, count)) {
        kernels.geluBackward(dX.byteOffset, dOut.byteOffset, x.byteOffset, count);
      } else js.geluBackward(dX, dOut, x, count);
    },

    softmaxRowsBackward(dX, dOut, out, rows, columns, temperature) {
      const count = rows * columns;
      if (holds(dX, count) && holds(dOut, count) && holds(out, count)) {
        kernels.softmaxRowsBackward(dX.byteOffset, dOut.byteOffset, out.byteOffset, rows, columns, temperature);
      } else js.softmaxRowsBackward(dX, dOut, out, rows, columns, temperature);
    },

    layerNormBackward(dX, dGain, dBias, dOut, x, gain, rows, columns, epsilon) {
      const whole = [dX, dOut, x].every((array) => holds(array, rows * columns));
      if (whole && [dGain, dBias, gain].every((array) => holds(array, columns))) {
        const [to, toGain, toBias] = [dX.byteOffset, dGain.byteOffset, dBias.byteOffset];
        const [from, own, gains] = [dOut.byteOffset, x.byteOffset, gain.byteOffset];
        kernels.layerNormBackward(to, toGain, toBias, from, own, gains, rows, columns, epsilon);
      } else js.layerNormBackward(dX, dGain, dBias, dOut, x, gain, rows, columns, epsilon);
    },

    maskedBinaryCrossEntropy(dLogits, logits, targets, count, scale) {
      if (!(holds(dLogits, count) && holds(logits, count) && holds(targets, count))) {
        return js.maskedBinaryCrossEntropy(dLogits, logits, targets, count, scale);
      }
      let labels = 0;
      for (let i = 0; i < count; i++) if (!Number.isNaN(targets[i])) labels++;
      kernels.maskedBinaryCrossEntropy(dLogits.byteOffset, logits.byteOffset, targets.byteOffset, count, scale);
      return { loss: new Float32Array(buffer, tileScratch, 1)[0], labels };
    },

    adamStep(parameter, gradient, first, second, count, step) {
      if (![parameter, gradient, first, second].every((array) => holds(array, count))) {
        js.adamStep(parameter, gradient, first, second, count, step);
        return;
      }
      const { clip, beta1, beta2, rate, correction1, correction2, epsilon, weightDecay } = step;
      kernels.adamStep(
        parameter.byteOffset,
        gradient.byteOffset,
        first.byteOffset,
        second.byteOffset,
        count,
        clip,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        rate * correction1,
        correction2,
        epsilon,
        rate * weightDecay,
      );
    },

    reluHeads(quality, cost, heads, qualityBias, costBias, rows, M, H) {
      const { shared, models, weights } = heads;
      const inside =
        H % 4 === 0 &&
        [quality, cost].every((array) => holds(array, rows * M)) &&
        [qualityBias, costBias].every((array) => holds(array, M)) &&
        holdsHeads(holds, heads, rows, M, H);
      if (!inside) {
        js.reluHeads(quality, cost, heads, qualityBias, costBias, rows, M, H);
        return;
      }
      [quality, cost].forEach((out, head) => {
        const first = 4 * head * H;
        kernels.reluHead(
          out.byteOffset,
          shared.byteOffset + first,
          models.byteOffset + first,
          weights.byteOffset + first,
          (head === 0 ? qualityBias : costBias).byteOffset,
          rows,
          M,
          H,
          8 * H,
        );
      });
    },

    reluHeadsBackward(gradients, dQuality, dCost, heads, rows, M, H) {
      const { shared, models, weights } = heads;
      const inside =
        H % 4 === 0 &&
        [dQuality, dCost].every((array) => holds(array, rows * M)) &&
        holdsHeads(holds, gradients, rows, M, H) &&
        holdsHeads(holds, heads, rows, M, H);
      if (!inside) {
        js.reluHeadsBackward(gradients, dQuality, dCost, heads, rows, M, H);
        return;
      }
      gradients.models.fill(0, 0, 2 * M * H);
      [dQuality, dCost].forEach((dOut, head) => {
        const first = 4 * head * H;
        kernels.reluHeadBackward(
          gradients.shared.byteOffset + first,
          gradients.models.byteOffset + first,
          gradients.weights.byteOffset + first,
          dOut.byteOffset,
          shared.byteOffset + first,
          models.byteOffset + first,
          weights.byteOffset + first,
          rows,
          M,
          H,
          8 * H,
        );
      });
    },
  };
}

function holdsHeads(
  holds: (array: Float32Array, length: number) => boolean,
  { shared, models, weights }: Record<"shared" | "models" | "weights", Float32Array>,
  rows: number,
  M: number,
  H: number,
): boolean {
  return holds(shared, 2 * rows * H) && holds(models, 2 * M * H) && holds(weights, 2 * rows * H);
}
