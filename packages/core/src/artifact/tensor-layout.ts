import { type KernelModel, type Manifest, networkModel } from "./manifest.js";

/** A tensor that an artifact must have. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
}

/** Tensors of the embedder (any shape): its own reader checks them. */
export const embedderPrefix = "embedder.";
/** Tensors of an external model (any shape): its own package checks them. */
export const externalPrefix = "external.";
/** Sorted hashes of the prompts that were trained on. */
export const promptHashesName = "training.promptHashes";

/** Names and shapes of the networks' tensors, member by member, of the parts beside them and of the new models' basis. */
export function expectedTensors(manifest: Manifest): TensorSpec[] {
  if (manifest.model.form === "external") return [];
  const shapes = shapesOf[manifest.model.form](manifest);
  const specs: TensorSpec[] = [];
  for (let s = 0; s < manifest.model.members; s++) {
    for (const [name, shape] of Object.entries(shapes)) specs.push({ name: `member.${s}.${name}`, shape });
  }
  const { kernel } = manifest.model;
  if (kernel !== undefined) specs.push(...kernelTensors(manifest, kernel));
  const { clusters } = manifest.model;
  const K = clusters?.sizes.reduce((sum, size) => sum + size, 0) ?? 0;
  if (K > 0) {
    specs.push({ name: "clusters.key", shape: [K, manifest.embedder.dimensions] });
    specs.push({ name: "clusters.bias", shape: [K] });
    specs.push({ name: "clusters.value", shape: [K, measuredCount(manifest)] });
  }
  const { newModels } = manifest;
  if (newModels !== undefined) {
    const X = measuredCount(manifest) + K;
    specs.push({ name: "newModels.mean", shape: [X] });
    specs.push({ name: "newModels.components", shape: [newModels.components, X] });
  }
  return specs;
}

function kernelTensors(manifest: Manifest, { directions: Q, metric: K }: KernelModel): TensorSpec[] {
  const P = networkModel(manifest).anchors;
  const M = measuredCount(manifest);
  return [
    { name: "kernel.directions", shape: [Q, manifest.embedder.dimensions] },
    ...(K === undefined ? [] : [{ name: "kernel.metric", shape: [K, Q] }]),
    { name: "kernel.anchors", shape: [P, K ?? Q] },
    { name: "kernel.value.quality", shape: [P, M] },
    { name: "kernel.value.cost", shape: [P, M] },
    { name: "kernel.mean.quality", shape: [M] },
    { name: "kernel.mean.cost", shape: [M] },
  ];
}

/** Candidates with columns of their own in the network. */
function measuredCount(manifest: Manifest): number {
  return manifest.candidates.filter(({ profile }) => profile.kind === "measured").length;
}

const shapesOf = { "low-rank": lowRankShapes, models: modelShapes };

function lowRankShapes(manifest: Manifest): Record<string, number[]> {
  const { hiddenWidth: H, rank: R } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const M = measuredCount(manifest);
  return {
    "trunk.weight": [H, D],
    "trunk.bias": [H],
    // rows: z for quality (R), difficulty g, z for cost (R), length g
    "lowRank.query": [2 * R + 2, H],
    "lowRank.quality": [M, R],
    "lowRank.cost": [M, R],
    "bias.quality": [M],
    "bias.cost": [M],
  };
}

function modelShapes(manifest: Manifest): Record<string, number[]> {
  const { keyWidth: K, hiddenWidth: H } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const M = measuredCount(manifest);
  return {
    query: [K, D],
    "queryNorm.gain": [K],
    "queryNorm.bias": [K],
    modelKey: [M, K],
    modelValue: [M, K],
    // rows: the quality head (H), then the cost head (H); what they make of the query, of what it attends to and of the model
    "head.query": [2 * H, K],
    "head.value": [2 * H, K],
    "head.model": [2 * H, K],
    "head.bias": [2 * H],
    "head.output": [2 * H],
    "bias.quality": [M],
    "bias.cost": [M],
  };
}
