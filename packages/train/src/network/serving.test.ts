import {
  type Artifact,
  formatVersionOf,
  type Manifest,
  parseArtifact,
  Router,
  serializeArtifact,
  sigmoid,
} from "@onehead/core";
import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { expect, test } from "vitest";
import { defaultSettings, type TrainingSettings } from "../settings/training-settings.js";
import { attentionTemperature, createNetwork } from "./create-network.js";
import type { Network } from "./network.js";
import { meanOutputs } from "./network-outputs.js";

const D = 7;
const M = 3;
const P = 5;
const R = 70;

function normals(count: number, stream: number, scale = 1): Float32Array {
  const random = createRandom(3, stream);
  return Float32Array.from({ length: count }, () => scale * random.normal());
}

/** Networks with every parameter moved away from its start, as training would. */
function movedNetworks(settings: TrainingSettings): Network[] {
  const inputs = { biases: { qualityBias: normals(M, 1), costBias: normals(M, 2) }, dimensions: D, models: M };
  return [0, 1].map((member) => {
    const network = createNetwork(settings, inputs, member, jsTrainingBackend);
    let stream = 10 + 100 * member;
    for (const values of network.parameters.values()) {
      const moved = normals(values.length, stream++, 0.3);
      for (let i = 0; i < values.length; i++) values[i] += moved[i];
    }
    return network;
  });
}

function artifactOf(networks: readonly Network[], settings: TrainingSettings): Artifact {
  const manifest: Manifest = {
    formatVersion: formatVersionOf(settings.form),
    name: "moved",
    embedder: { id: "none", kind: "none", dimensions: D, config: {} },
    model: {
      form: settings.form,
      members: networks.length,
      keyWidth: settings.keyWidth,
      hiddenWidth: settings.hiddenWidth,
      anchors: P,
      rank: Math.min(settings.rank, M),
      temperature: attentionTemperature,
    },
    candidates: ["a", "b", "c"].map((id) => ({
      id,
      profile: { kind: "measured", rows: 1 },
      costKind: "usd",
      smearing: 1,
    })),
    calibration: { temperature: 1, bias: 0 },
    dial: { minLambdaUsd: 1, maxLambdaUsd: 2 },
    anchors: { ids: Array(P).fill("row"), datasets: Array(P).fill("") },
    training: {
      dataHash: "0",
      rows: 1,
      labels: 1,
      seed: 0,
      split: { seed: 0, holdout: 0, validation: 0 },
      settings: {},
    },
  };
  const tensors = new Map(
    networks.flatMap((network, s) => [...network.toTensors()].map(([name, tensor]) => [`member.${s}.${name}`, tensor])),
  );
  return parseArtifact(serializeArtifact({ manifest, tensors }));
}

test.each(["low-rank", "models"] as const)(
  "core serves the form %s as it was trained, folded and unfolded alike",
  (form) => {
    const settings = { ...defaultSettings, form, keyWidth: 4, hiddenWidth: 6, rank: 2, batchRows: 32 };
    const networks = movedNetworks(settings);
    const embeddings = normals(R * D, 6);
    const expected = meanOutputs(networks, embeddings, R, D, M);
    const router = new Router(artifactOf(networks, settings));
    const { quality, costUsd } = router.predictBatch(embeddings, new Float64Array(R));
    for (let i = 0; i < R * M; i++) {
      expect(quality[i]).toBeCloseTo(sigmoid(expected.qualityLogits[i]), 5);
      expect(Math.log(costUsd[i])).toBeCloseTo(expected.costOutputs[i], 4);
    }
  },
);
