import { describe, expect, it } from "vitest";
import { centralDifferences } from "../../kernels/contract/central-differences.js";
import { expectClose } from "../../kernels/contract/expect-close.js";
import { expectGradient, weightedSum } from "../../kernels/contract/expect-gradient.js";
import { geluTwin, layerNormTwin, softmaxRowsTwin } from "../../kernels/contract/float64-twins.js";
import { randomArrays } from "../../kernels/contract/random-arrays.js";
import type { ReluHeads } from "../relu-heads.js";
import type { TrainingBackend } from "../training-backend.js";
import { adamTwin, logLossTwin, reluHeadsTwin } from "./training-twins.js";

// 1, primes, a multiple of a vector, one past it, and nothing at all
const counts = [0, 1, 2, 3, 4, 5, 13, 31, 64, 65];
const shapes = [
  [0, 4],
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [3, 5],
  [4, 13],
  [7, 64],
  [2, 65],
] as const;
/** Rows, models and units of each head; the last ones not by fours. */
const headShapes = [
  [1, 1, 4],
  [3, 2, 4],
  [5, 3, 8],
  [0, 2, 8],
  [7, 11, 16],
  [2, 13, 64],
  [3, 2, 1],
  [4, 3, 6],
] as const;

const guard = 12345;

/** An output buffer that shows what was not written (NaN) and what was written beyond the shape (`guard`). */
function makeOut(length: number, fill = Number.NaN): Float32Array {
  const out = new Float32Array(length + 3).fill(fill);
  out.fill(guard, length);
  return out;
}

function expectGuarded(out: Float32Array, length: number): void {
  expect(Array.from(out.subarray(length))).toEqual([guard, guard, guard]);
}

/** What every backend of training must do beside `describeBackendContract`: agree with float64 twins and central differences. */
export function describeTrainingContract(name: string, backend: TrainingBackend, tolerance = 1e-6): void {
  describe(`training contract: ${name}`, () => {
    describeElementwise(backend);
    describeBackwards(backend, tolerance);
    describeHeads(backend, tolerance);
    describeLoss(backend, tolerance);
    describeAdam(backend);
    describeShapes(backend);
  });
}

function describeElementwise(backend: TrainingBackend): void {
  it("addScaled and multiplyEach agree with their equations, at every length", () => {
    const draw = randomArrays(31);
    for (const count of counts) {
      const [x, y, start] = [draw(count), draw(count), draw(count)];
      const sum = makeOut(count);
      sum.set(start);
      backend.addScaled(sum, x, count, -1.5);
      expectClose(
        sum,
        start.map((value, i) => value - 1.5 * x[i]),
        2e-7,
        start.map((value, i) => Math.abs(value) + 1.5 * Math.abs(x[i])),
      );
      expectGuarded(sum, count);
      const product = makeOut(count);
      backend.multiplyEach(product, x, y, count);
      expect(product.subarray(0, count)).toEqual(x.map((value, i) => value * y[i]));
      expectGuarded(product, count);
      // in place
      backend.multiplyEach(x, x, y, count);
      expect(x).toEqual(product.subarray(0, count));
    }
  });
}

function describeBackwards(backend: TrainingBackend, tolerance: number): void {
  it("geluBackward has the gradients of central differences, also in place", () => {
    const x = Float32Array.from({ length: 401 }, (_, i) => -10 + i / 20);
    for (const count of [...counts, x.length]) {
      const dOut = randomArrays(21)(count);
      const dX = makeOut(count);
      backend.geluBackward(dX, dOut, x, count);
      const point = Float64Array.from(x.subarray(0, count));
      const expected = centralDifferences(() => weightedSum(geluTwin(point), dOut), point);
      expectGradient(dX.subarray(0, count), expected, tolerance);
      expectGuarded(dX, count);
      backend.geluBackward(dOut, dOut, x, count);
      expect(dOut).toEqual(dX.subarray(0, count));
    }
  });

  it("geluBackward is ½ at 0, and 0 and 1 far out, also where the cubic overflows", () => {
    const x = Float32Array.of(0, -25, 25, -3e38, 3e38, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN);
    const dX = new Float32Array(8);
    backend.geluBackward(dX, new Float32Array(8).fill(2), x, 8);
    expect(Array.from(dX)).toEqual([1, 0, 2, 0, 2, 0, 2, Number.NaN]);
  });

  it.each(shapes)("softmaxRowsBackward of (%i, %i) has the gradients of central differences, also in place", (B, N) => {
    const draw = randomArrays(22);
    const [x, dOut] = [draw(B * N), draw(B * N)];
    const out = Float32Array.from(softmaxRowsTwin(x, B, N, 1.7));
    const dX = makeOut(B * N);
    backend.softmaxRowsBackward(dX, dOut, out, B, N, 1.7);
    const point = Float64Array.from(x);
    const expected = centralDifferences(() => weightedSum(softmaxRowsTwin(point, B, N, 1.7), dOut), point);
    expectGradient(dX.subarray(0, B * N), expected, tolerance);
    expectGuarded(dX, B * N);
    backend.softmaxRowsBackward(dOut, dOut, out, B, N, 1.7);
    expect(dOut).toEqual(dX.subarray(0, B * N));
  });

  it.each(shapes)("layerNormBackward of (%i, %i) has the gradients of central differences, also in place", (B, N) => {
    const draw = randomArrays(23);
    // the mean is large beside the spread
    const x = draw(B * N).map((value) => 20 + value);
    const [dOut, gain] = [draw(B * N), draw(N)];
    const [startGain, startBias] = [draw(N), draw(N)];
    const [dX, dGain, dBias] = [makeOut(B * N), makeOut(N), makeOut(N)];
    dGain.set(startGain);
    dBias.set(startBias);
    const epsilon = 1e-2;
    backend.layerNormBackward(dX, dGain, dBias, dOut, x, gain, B, N, epsilon);
    const [point, gains, biases] = [Float64Array.from(x), Float64Array.from(gain), new Float64Array(N)];
    const loss = (): number => weightedSum(layerNormTwin(point, gains, biases, B, N, epsilon), dOut);
    // a mean of 20 leaves the deviations 20 times the rounding error
    expectGradient(dX.subarray(0, B * N), centralDifferences(loss, point), 30 * tolerance);
    for (const [gradient, start, at] of [
      [dGain, startGain, gains],
      [dBias, startBias, biases],
    ] as const) {
      expectGradient(
        gradient.subarray(0, N).map((value, i) => value - start[i]),
        centralDifferences(loss, at),
        30 * tolerance,
      );
      expectGuarded(gradient, N);
    }
    expectGuarded(dX, B * N);
    backend.layerNormBackward(dOut, dGain, dBias, dOut, x, gain, B, N, epsilon);
    expect(dOut).toEqual(dX.subarray(0, B * N));
  });
}

interface HeadsCase {
  heads: ReluHeads;
  biases: [Float32Array, Float32Array];
  dOut: [Float32Array, Float32Array];
}

function drawHeads(rows: number, M: number, H: number): HeadsCase {
  const draw = randomArrays(24);
  return {
    heads: { shared: draw(rows * 2 * H), models: draw(M * 2 * H), weights: draw(rows * 2 * H) },
    biases: [draw(M), draw(M)],
    dOut: [draw(rows * M), draw(rows * M)],
  };
}

function describeHeads(backend: TrainingBackend, tolerance: number): void {
  it.each(headShapes)("reluHeads of %i rows, %i models and %i units agrees with its float64 twin", (rows, M, H) => {
    const { heads, biases } = drawHeads(rows, M, H);
    const outs = [makeOut(rows * M), makeOut(rows * M)] as const;
    backend.reluHeads(...outs, heads, ...biases, rows, M, H);
    reluHeadsTwin(heads, biases, rows, M, H).forEach((expected, head) => {
      expectClose(outs[head], expected, tolerance, 4 * Math.sqrt(H));
      expectGuarded(outs[head], rows * M);
    });
  });

  it.each(headShapes)(
    "reluHeadsBackward of %i rows, %i models and %i units has the gradients of central differences",
    (rows, M, H) => {
      if (rows * M * H > 2000) rows = 1;
      const { heads, biases, dOut } = drawHeads(rows, M, H);
      const gradients = { shared: makeOut(rows * 2 * H), models: makeOut(M * 2 * H), weights: makeOut(rows * 2 * H) };
      backend.reluHeadsBackward(gradients, ...dOut, heads, rows, M, H);
      const point = {
        shared: Float64Array.from(heads.shared),
        models: Float64Array.from(heads.models),
        weights: Float64Array.from(heads.weights),
      };
      const loss = (): number => {
        const [quality, cost] = reluHeadsTwin(point, biases, rows, M, H);
        return weightedSum(quality, dOut[0]) + weightedSum(cost, dOut[1]);
      };
      for (const name of ["shared", "models", "weights"] as const) {
        const { length } = point[name];
        expectGradient(gradients[name].subarray(0, length), centralDifferences(loss, point[name]), 3 * tolerance);
        expectGuarded(gradients[name], length);
      }
    },
  );

  it("reluHeads gives a row the same bits alone as in a batch", () => {
    const [rows, M, H] = [9, 5, 16];
    const { heads, biases } = drawHeads(rows, M, H);
    const outs = [new Float32Array(rows * M), new Float32Array(rows * M)] as const;
    backend.reluHeads(...outs, heads, ...biases, rows, M, H);
    for (let r = 0; r < rows; r++) {
      const alone = [new Float32Array(M), new Float32Array(M)] as const;
      const rowOf = (values: Float32Array): Float32Array => values.slice(r * 2 * H, (r + 1) * 2 * H);
      const own = { ...heads, shared: rowOf(heads.shared), weights: rowOf(heads.weights) };
      backend.reluHeads(...alone, own, ...biases, 1, M, H);
      alone.forEach((out, head) => {
        expect(out).toEqual(outs[head].slice(r * M, (r + 1) * M));
      });
    }
  });

  it("hands a NaN on to what it enters, and lets nothing flow back through it", () => {
    const [rows, M, H] = [2, 2, 4];
    const { heads, biases, dOut } = drawHeads(rows, M, H);
    heads.shared[1] = Number.NaN;
    const [quality, cost] = [new Float32Array(rows * M), new Float32Array(rows * M)];
    backend.reluHeads(quality, cost, heads, ...biases, rows, M, H);
    expect([...quality.map(Number)].map(Number.isNaN)).toEqual([true, true, false, false]);
    expect([...cost].some(Number.isNaN)).toBe(false);
    const gradients = {
      shared: new Float32Array(rows * 2 * H),
      models: new Float32Array(M * 2 * H),
      weights: new Float32Array(rows * 2 * H),
    };
    backend.reluHeadsBackward(gradients, ...dOut, heads, rows, M, H);
    expect(Math.abs(gradients.shared[1])).toBe(0);
    expect(Object.values(gradients).every((gradient) => gradient.every(Number.isFinite))).toBe(true);
  });
}

function describeLoss(backend: TrainingBackend, tolerance: number): void {
  it("maskedBinaryCrossEntropy has the loss of its equation and the gradients of central differences", () => {
    const draw = randomArrays(26);
    for (const count of counts) {
      const logits = draw(count).map((value) => 4 * value);
      const targets = Float32Array.from({ length: count }, (_, i) => (i % 3 === 1 ? Number.NaN : (i % 5) / 4));
      const dLogits = makeOut(count);
      const { loss, labels } = backend.maskedBinaryCrossEntropy(dLogits, logits, targets, count, 0.5);
      expect(labels).toBe(targets.filter((target) => !Number.isNaN(target)).length);
      const point = Float64Array.from(logits);
      const lossOf = (): number => logLossTwin(point, targets, count);
      expectClose([loss], [lossOf()], tolerance, 1 + lossOf());
      const expected = centralDifferences(lossOf, point).map((value) => 0.5 * value);
      expectGradient(dLogits.subarray(0, count), expected, tolerance);
      expectGuarded(dLogits, count);
    }
  });

  it("maskedBinaryCrossEntropy stays finite at ±1000, and is NaN for a NaN logit with a known score only", () => {
    const dLogits = new Float32Array(5);
    const logits = Float32Array.of(1000, -1000, 1000, Number.NaN, 0);
    const unknown = Float32Array.of(1, 0, 0, Number.NaN, 0.5);
    const { loss, labels } = backend.maskedBinaryCrossEntropy(dLogits, logits, unknown, 5, 1);
    expect(labels).toBe(4);
    expectClose([loss], [1000 + Math.log(2)], 2e-7, 1000);
    expectClose(dLogits, [0, 0, 1, 0, 0], 1e-7);
    const known = Float32Array.of(1, 0, 0, 1, 0.5);
    expect(backend.maskedBinaryCrossEntropy(dLogits, logits, known, 5, 1).loss).toBeNaN();
  });
}

function describeAdam(backend: TrainingBackend): void {
  it("adamStep agrees with its float64 twin, at every length", () => {
    const draw = randomArrays(27);
    const step = {
      clip: 0.7,
      beta1: 0.9,
      beta2: 0.999,
      rate: 0.01,
      correction1: 1 / (1 - 0.9 ** 3),
      correction2: 1 / (1 - 0.999 ** 3),
      epsilon: 1e-8,
      weightDecay: 0.05,
    };
    for (const count of counts) {
      const [p, g, m] = [draw(count), draw(count), draw(count)];
      const v = draw(count).map((value) => value * value);
      const outs = [p, m, v].map((start) => {
        const out = makeOut(count);
        out.set(start);
        return out;
      });
      backend.adamStep(outs[0], g, outs[1], outs[2], count, step);
      adamTwin(p, g, m, v, step).forEach((expected, i) => {
        expectClose(
          outs[i],
          expected,
          3e-7,
          expected.map((value) => 1 + Math.abs(value)),
        );
        expectGuarded(outs[i], count);
      });
    }
  });

  it("adamStep moves nothing where neither gradient nor moments are, and passes a NaN on", () => {
    const [p, g, m, v] = [
      Float32Array.of(1, 2, 3),
      Float32Array.of(0, Number.NaN, 0),
      new Float32Array(3),
      new Float32Array(3),
    ];
    const step = {
      clip: 1,
      beta1: 0.9,
      beta2: 0.999,
      rate: 0.1,
      correction1: 10,
      correction2: 1000,
      epsilon: 1e-8,
      weightDecay: 0,
    };
    backend.adamStep(p, g, m, v, 3, step);
    expect([...p]).toEqual([1, Number.NaN, 3]);
    expect([...v]).toEqual([0, Number.NaN, 0]);
  });
}

function describeShapes(backend: TrainingBackend): void {
  const make = (length: number): Float32Array => backend.allocate(length);
  const heads = { shared: make(16), models: make(16), weights: make(16) };
  const step = {
    clip: 1,
    beta1: 0.9,
    beta2: 0.999,
    rate: 1,
    correction1: 1,
    correction2: 1,
    epsilon: 1,
    weightDecay: 0,
  };
  it.each([
    ["addScaled: out", () => backend.addScaled(make(5), make(6), 6, 1)],
    ["addScaled: x", () => backend.addScaled(make(6), make(5), 6, 1)],
    ["multiplyEach: out", () => backend.multiplyEach(make(5), make(6), make(6), 6)],
    ["multiplyEach: x", () => backend.multiplyEach(make(6), make(5), make(6), 6)],
    ["multiplyEach: y", () => backend.multiplyEach(make(6), make(6), make(5), 6)],
    ["geluBackward: x", () => backend.geluBackward(make(6), make(6), make(5), 6)],
    ["softmaxRowsBackward: out", () => backend.softmaxRowsBackward(make(6), make(6), make(5), 2, 3, 1)],
    [
      "layerNormBackward: gain",
      () => backend.layerNormBackward(make(6), make(3), make(3), make(6), make(6), make(2), 2, 3, 1),
    ],
    ["maskedBinaryCrossEntropy: targets", () => backend.maskedBinaryCrossEntropy(make(6), make(6), make(5), 6, 1)],
    ["adamStep: second", () => backend.adamStep(make(6), make(6), make(6), make(5), 6, step)],
    ["reluHeads: cost", () => backend.reluHeads(make(4), make(3), heads, make(2), make(2), 2, 2, 4)],
    ["reluHeads: qualityBias", () => backend.reluHeads(make(4), make(4), heads, make(1), make(2), 2, 2, 4)],
    ["reluHeads: models", () => backend.reluHeads(make(6), make(6), heads, make(3), make(3), 2, 3, 4)],
    [
      "reluHeads: weights",
      () => backend.reluHeads(make(4), make(4), { ...heads, weights: make(15) }, make(2), make(2), 2, 2, 4),
    ],
    [
      "reluHeadsBackward: dWeights",
      () => backend.reluHeadsBackward({ ...heads, weights: make(15) }, make(4), make(4), heads, 2, 2, 4),
    ],
    ["reluHeadsBackward: dCost", () => backend.reluHeadsBackward(heads, make(4), make(3), heads, 2, 2, 4)],
  ])("names %s when it is too short", (where, run) => {
    expect(run).toThrow(new RegExp(`^${where}: length is \\d+, expected at least \\d+$`));
  });
}
