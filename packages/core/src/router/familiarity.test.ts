import { describe, expect, it } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { jsBackend } from "../kernels/backend.js";
import { createRandom } from "../random/random.js";
import { JointOutputs } from "./joint-outputs.js";
import { Router } from "./router.js";

const D = 6;
const embeddingOf = (seed: number): Float32Array => {
  const random = createRandom(seed, 3);
  return Float32Array.from({ length: D }, () => random.normal());
};

/** The synthetic artifact with the novelty range of the test; its directions are short, so every prompt is novel. */
function withRange(near: number, far: number) {
  const artifact = syntheticArtifact();
  const { kernel } = networkModel(artifact.manifest);
  kernel!.near = near;
  kernel!.far = far;
  return artifact;
}

const request = (embedding: Float32Array) => ({ embedding, inputTokens: 10, willingnessToPayUsd: 1 });

describe("familiarity", () => {
  it("is 1 below near, 0 beyond far, and shown by the decision", () => {
    for (const [near, far, expected] of [
      [1.5, 2, 1],
      [0, 1e-3, 0],
    ]) {
      const decision = new Router(withRange(near, far)).decide(request(embeddingOf(1)));
      expect(decision.familiarity).toBe(expected);
    }
  });

  it("leaves a strange prompt to the models' means: all strange prompts are ranked alike", () => {
    const router = new Router(withRange(0, 1e-3));
    const qualities = [1, 2, 3].map((seed) => {
      const { ranking } = router.decide(request(embeddingOf(seed)));
      return new Map(ranking.map(({ model, predictedQuality }) => [model, predictedQuality]));
    });
    const costs = [1, 2, 3].map((seed) =>
      router
        .decide(request(embeddingOf(seed)))
        .ranking.map((r) => [r.model, r.predictedCostUsd])
        .sort(),
    );
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[2]).toEqual(costs[0]);
    const { tensors, manifest } = syntheticArtifact();
    const mean = tensors.get("kernel.mean.quality")!.data[0];
    const { temperature, bias } = manifest.calibration;
    for (const own of qualities) {
      expect(own).toEqual(qualities[0]);
      expect(own.get("alpha")).toBeCloseTo(1 / (1 + Math.exp(-(mean / temperature + bias))), 5);
    }
  });

  it("mixes between the two in logits, by how far the prompt is between near and far", () => {
    const embedding = embeddingOf(4);
    const read = (near: number, far: number) => {
      const artifact = withRange(near, far);
      const joint = new JointOutputs(artifact, [0, 1, 2], jsBackend);
      joint.forward(embedding, 1);
      return { familiarity: joint.familiarity(0), logits: joint.joint.slice(0, 3) };
    };
    const [known, strange, between] = [read(1.5, 2), read(0, 1e-3), read(0.2, 1.5)];
    const f = between.familiarity;
    expect(f).toBeGreaterThan(0.2);
    expect(f).toBeLessThan(0.8);
    between.logits.forEach((logit, m) => {
      expect(logit).toBeCloseTo(f * known.logits[m] + (1 - f) * strange.logits[m], 5);
    });
  });

  it("makes a strange prompt's predictions less certain than the models' means are wrong by", () => {
    const { ranking } = new Router(withRange(0, 1e-3)).decide(request(embeddingOf(5)));
    const { predictedQuality: p, uncertainty } = ranking.find(({ model }) => model === "alpha")!;
    expect(uncertainty).toBeCloseTo(0.75 * p * (1 - p), 5);
  });

  it("is 1 where nothing attends to anchors", () => {
    const artifact = syntheticArtifact();
    delete networkModel(artifact.manifest).kernel;
    expect(new Router(artifact).decide(request(embeddingOf(6))).familiarity).toBe(1);
  });
});
