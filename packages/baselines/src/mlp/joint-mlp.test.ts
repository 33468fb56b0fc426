import { createRandom, maskedBinaryCrossEntropy } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { JointMlp } from "./joint-mlp.js";

const unknown = Number.NaN;

function set(network: JointMlp, values: Record<string, number[]>): void {
  for (const [name, data] of Object.entries(values)) network.parameters.get(name)?.set(data);
}

describe("JointMlp", () => {
  it("agrees with a forward pass worked out by hand", () => {
    const network = new JointMlp({ dimensions: 2, width: 1, models: 2, maxRows: 4 }, [0, 0], createRandom(1));
    set(network, {
      "trunk.weight": [1, -2],
      "trunk.bias": [0.5],
      "output.weight": [2, -1],
      "output.bias": [0.25, 0],
    });
    // x = (2.5, 1): W x + a = 2.5 − 2 + 0.5 = 1; gelu(1) = ½ (1 + tanh(√(2/π) · 1.044715)) = 0.841192
    network.forward(Float32Array.of(2.5, 1), 1, 0, null);
    expect(network.logits[0]).toBeCloseTo(2 * 0.841192 + 0.25, 5);
    expect(network.logits[1]).toBeCloseTo(-0.841192, 5);
  });

  it("starts close to its bias", () => {
    const network = new JointMlp({ dimensions: 3, width: 16, models: 2, maxRows: 1 }, [2, -1], createRandom(1));
    network.forward(Float32Array.of(0.1, -0.2, 0.3), 1, 0, null);
    expect(Math.abs(network.logits[0] - 2)).toBeLessThan(0.2);
    expect(Math.abs(network.logits[1] + 1)).toBeLessThan(0.2);
  });

  it("has the gradients of central differences, dropout and masked scores included", () => {
    const [B, D, H, N] = [5, 4, 6, 3];
    const random = createRandom(2);
    const network = new JointMlp({ dimensions: D, width: H, models: N, maxRows: B }, [0.3, -0.2, 0], random);
    const features = Float32Array.from({ length: B * D }, () => random.normal());
    const scores = Float32Array.from({ length: B * N }, (_, i) => (i % 4 === 1 ? unknown : random.uniform()));
    const dLogits = new Float32Array(B * N);
    const loss = (): number => {
      // the same stream draws the same units to leave out
      network.forward(features, B, 0.4, createRandom(9));
      return maskedBinaryCrossEntropy(dLogits, network.logits, scores, B * N, 1).loss;
    };
    loss();
    network.backward(dLogits, features, B);
    const step = 1e-2;
    for (const [name, parameter] of network.parameters) {
      const gradient = network.gradients.get(name)?.slice() as Float32Array;
      for (let i = 0; i < parameter.length; i++) {
        const value = parameter[i];
        parameter[i] = value + step;
        const above = loss();
        parameter[i] = value - step;
        const below = loss();
        parameter[i] = value;
        expect(gradient[i], `${name}[${i}]`).toBeCloseTo((above - below) / (2 * step), 3);
      }
    }
  });

  it("sends no gradient from a masked score", () => {
    const network = new JointMlp({ dimensions: 1, width: 2, models: 2, maxRows: 1 }, [0, 0], createRandom(4));
    const dLogits = new Float32Array(2);
    network.forward(Float32Array.of(1), 1, 0, null);
    maskedBinaryCrossEntropy(dLogits, network.logits, Float32Array.of(1, unknown), 2, 1);
    network.backward(dLogits, Float32Array.of(1), 1);
    expect([...(network.gradients.get("output.weight") as Float32Array).subarray(2)]).toEqual([0, 0]);
    expect(network.gradients.get("output.bias")?.[1]).toBe(0);
    expect(network.gradients.get("output.bias")?.[0]).not.toBe(0);
  });
});
