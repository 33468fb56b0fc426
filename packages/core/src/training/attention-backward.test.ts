import { describe, expect, it } from "vitest";
import { attention } from "../kernels/attention.js";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectGradient, weightedSum } from "../kernels/contract/expect-gradient.js";
import { attentionTwin } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { attentionBackward } from "./attention-backward.js";

describe("attentionBackward", () => {
  it.each([
    [1, 1, 1, 1],
    [1, 4, 3, 2],
    [5, 3, 8, 4],
    [13, 17, 6, 5],
  ])("has the gradients of central differences (B %i, N %i, K %i, V %i)", (B, N, K, V) => {
    const temperature = 1.3;
    const draw = randomArrays(24);
    const [q, k, v, dOut] = [draw(B * K), draw(N * K), draw(N * V), draw(B * V)];
    const [out, weights] = [new Float32Array(B * V), new Float32Array(B * N)];
    attention(out, weights, q, k, v, B, N, K, V, temperature);
    const [dQ, dK, dV, scratch] = [q, k, v, weights].map((array) => new Float32Array(array.length).fill(9));
    attentionBackward(dQ, dK, dV, scratch, dOut, weights, q, k, v, B, N, K, V, temperature);
    const [q64, k64, v64] = [q, k, v].map((array) => Float64Array.from(array));
    const loss = (): number => weightedSum(attentionTwin(q64, k64, v64, B, N, K, V, temperature).out, dOut);
    expectGradient(dQ, centralDifferences(loss, q64), 3e-6);
    expectGradient(dK, centralDifferences(loss, k64), 3e-6);
    expectGradient(dV, centralDifferences(loss, v64), 3e-6);
  });

  it.each(["dQ", "dK", "dV", "dWeights", "dOut", "weights", "q", "k", "v"])(
    "names %s when it is too short",
    (field) => {
      // B = 2, N = 3, K = 4, V = 5
      const lengths = { dQ: 8, dK: 12, dV: 15, dWeights: 6, dOut: 10, weights: 6, q: 8, k: 12, v: 15 };
      const make = (name: keyof typeof lengths): Float32Array =>
        new Float32Array(lengths[name] - (name === field ? 1 : 0));
      const [dQ, dK, dV, dWeights, dOut, weights, q, k, v] = [
        make("dQ"),
        make("dK"),
        make("dV"),
        make("dWeights"),
        make("dOut"),
        make("weights"),
        make("q"),
        make("k"),
        make("v"),
      ];
      expect(() => attentionBackward(dQ, dK, dV, dWeights, dOut, weights, q, k, v, 2, 3, 4, 5, 1)).toThrow(
        `attentionBackward: ${field}: length is`,
      );
    },
  );
});
