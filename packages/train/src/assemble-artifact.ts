import {
  type Artifact,
  type Candidate,
  formatVersionOf,
  type JsonValue,
  type KernelModel,
  type Manifest,
  type Tensor,
} from "@onehead/core";
import { calibrateDial, type Products } from "@onehead/core/training";
import { promptHash, type RowTable, type TableSplit } from "@onehead/data";
import type { JoinedEmbedder, TrainedEmbedder } from "@onehead/embed";
import { type Calibration, calibrateQuality } from "./calibration/calibrate-quality.js";
import { predictedCosts } from "./calibration/predicted-costs.js";
import { smearingFactors } from "./calibration/smearing.js";
import { clusterWeights } from "./clusters/fit-cluster-attention.js";
import { jointOutputs, type TrainedModel } from "./joint-outputs.js";
import type { FittedKernel } from "./kernel/fit-kernel-regression.js";
import { attentionTemperature } from "./network/create-network.js";
import { type FittedNewModelPrior, fitNewModelPrior } from "./new-models/fit-new-model-prior.js";
import type { CostTargets } from "./rows/cost-targets.js";
import { thinRows } from "./rows/thin-rows.js";
import type { TrainingSettings } from "./settings/training-settings.js";
import type { LabelledRows } from "./trainer/member-trainer.js";

/** Characters of an anchor prompt that an artifact may keep for `explain`. */
const excerptLength = 96;
/** Training rows that a covariance of some thirty models is taken over. */
const basisRows = 4096;

export interface TrainedParts {
  table: RowTable;
  split: TableSplit;
  /** (P) rows of the table. */
  anchorRows: Int32Array;
  model: TrainedModel;
  costs: CostTargets;
  calibrationRows: LabelledRows;
  /** Rows whose predictions span what a new model can be like. */
  trainingRows: LabelledRows;
  embedder: TrainedEmbedder | JoinedEmbedder;
  settings: TrainingSettings;
  dataHash: string;
  name: string;
  anchorExcerpts: boolean;
  products: Products;
}

/** Calibrates the trained networks and puts everything that serving needs into one artifact. */
export function assembleArtifact(parts: TrainedParts): Artifact {
  const { table, split, model, costs, embedder, settings, anchorRows } = parts;
  const { networks, kernel, clusters } = model;
  const tensors = new Map<string, Tensor>();
  networks.forEach((network, s) => {
    for (const [name, tensor] of network.toTensors()) tensors.set(`member.${s}.${name}`, tensor);
  });
  const rows = parts.calibrationRows;
  const { qualityLogits, costOutputs } = jointOutputs(model, rows, parts.products);
  const trainedCosts = jointOutputs(model, parts.trainingRows, parts.products).costOutputs;
  if (kernel !== null) {
    const { directions, metric } = kernel;
    tensors.set("kernel.directions", { shape: [directions.width, embedder.dimensions], data: directions.projection });
    if (metric !== null) {
      tensors.set("kernel.metric", { shape: [metric.width, directions.width], data: metric.projection });
    }
    const width = metric?.width ?? directions.width;
    tensors.set("kernel.anchors", { shape: [anchorRows.length, width], data: kernel.anchors });
    tensors.set("kernel.value.quality", { shape: [anchorRows.length, table.models.length], data: kernel.values });
    tensors.set("kernel.value.cost", { shape: [anchorRows.length, table.models.length], data: kernel.costs });
    tensors.set("kernel.mean.quality", { shape: [table.models.length], data: kernel.means });
    tensors.set("kernel.mean.cost", {
      shape: [table.models.length],
      data: logMeans(trainedCosts, table.models.length),
    });
  }
  if (clusters !== null) {
    const joined = (field: "map" | "bias" | "means"): Float32Array =>
      Float32Array.from(clusters.maps.flatMap((map) => [...map[field]]));
    const count = joined("bias").length;
    tensors.set("clusters.key", { shape: [count, embedder.dimensions], data: joined("map") });
    tensors.set("clusters.bias", { shape: [count], data: joined("bias") });
    tensors.set("clusters.value", { shape: [count, table.models.length], data: joined("means") });
  }
  const serialized = embedder.toTensors();
  for (const [name, tensor] of Object.entries(serialized.tensors)) tensors.set(`embedder.${name}`, tensor);
  const fitted = [...split.train, ...split.validation];
  tensors.set("training.promptHashes", sortedHashes(fitted.map((r) => table.prompts[r])));

  const M = table.models.length;
  const calibration = calibrateQuality(qualityLogits, rows.scores);
  // heavy tails need many rows: those trained on as well, whose residuals are hardly smaller
  const recorded = [{ outputs: costOutputs, targets: rows.costTargets }];
  if (parts.trainingRows !== rows) {
    recorded.push({ outputs: trainedCosts, targets: parts.trainingRows.costTargets });
  }
  const smearing = smearingFactors(recorded, M);
  const candidates = describeCandidates(table, fitted, costs, smearing);
  const newModels = newModelPrior(parts, candidates, calibration);
  for (const [name, tensor] of newModels.tensors) tensors.set(name, tensor);

  const manifest: Manifest = {
    formatVersion: formatVersionOf(settings.form),
    name: parts.name,
    embedder: {
      id: embedder.id,
      kind: serialized.config.kind,
      dimensions: embedder.dimensions,
      config: toJson(serialized.config),
    },
    model: {
      form: settings.form,
      members: networks.length,
      keyWidth: settings.keyWidth,
      hiddenWidth: settings.hiddenWidth,
      anchors: anchorRows.length,
      rank: Math.min(settings.rank, M),
      temperature: attentionTemperature,
      ...(kernel === null ? {} : { kernel: describeKernel(kernel) }),
      ...(clusters === null
        ? {}
        : { clusters: { sizes: clusters.maps.map(({ bias }) => bias.length), weight: clusters.weight } }),
    },
    candidates,
    newModels: newModels.prior,
    calibration,
    dial: calibrateDial(
      calibratedQuality(qualityLogits, calibration),
      predictedCosts(costOutputs, candidates, rows.inputTokens),
      rows.rows,
      M,
    ),
    anchors: {
      ids: Array.from(anchorRows, (r) => table.ids[r]),
      datasets: Array.from(anchorRows, (r) => table.datasets[r]),
      ...(parts.anchorExcerpts ? { excerpts: Array.from(anchorRows, (r) => excerpt(table.prompts[r])) } : {}),
    },
    training: {
      dataHash: parts.dataHash,
      rows: fitted.length,
      labels: countLabels(table, fitted),
      seed: settings.seed,
      split: { seed: settings.seed, holdout: settings.holdout, validation: settings.validation },
      settings: { ...settings },
    },
  };
  return { manifest, tensors };
}

/** (M) logarithms of the means of what (R, M) values are logarithms of. */
function logMeans(values: Float32Array, M: number): Float32Array {
  const sums = new Float64Array(M);
  values.forEach((value, i) => {
    sums[i % M] += Math.exp(value);
  });
  return Float32Array.from(sums, (sum) => Math.log(sum / (values.length / M)));
}

/** A copy as plain JSON: what comes back when the artifact is read. */
function toJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function describeKernel({ sharpness, directions, metric, weight, near, far }: FittedKernel): KernelModel {
  return {
    sharpness,
    directions: directions.width,
    ...(metric === null ? {} : { metric: metric.width }),
    weight,
    near,
    far,
  };
}

function newModelPrior(parts: TrainedParts, candidates: Candidate[], calibration: Calibration): FittedNewModelPrior {
  const rows = thinRows(parts.trainingRows, basisRows);
  const { qualityLogits, costOutputs } = jointOutputs(parts.model, rows, parts.products);
  const { temperature, bias } = calibration;
  return fitNewModelPrior({
    qualityLogits: qualityLogits.map((logit) => logit / temperature + bias),
    costOutputs,
    costTargets: rows.costTargets,
    inputTokens: rows.inputTokens,
    clusterWeights:
      parts.model.clusters === null ? new Float32Array(0) : clusterWeights(parts.model.clusters, rows, parts.products),
    rows: rows.rows,
    candidates,
  });
}

function describeCandidates(
  table: RowTable,
  fitted: readonly number[],
  costs: CostTargets,
  smearing: Float64Array,
): Candidate[] {
  const M = table.models.length;
  return table.models.map((id, m) => {
    let rows = 0;
    for (const r of fitted) if (table.scores[r * M + m] >= 0) rows++;
    const prices = costs.prices[m];
    return {
      id,
      profile: { kind: "measured", rows },
      costKind: costs.kinds[m],
      smearing: smearing[m],
      ...(prices === null ? {} : { prices }),
    };
  });
}

function calibratedQuality(logits: Float32Array, { temperature, bias }: Calibration): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-(logit / temperature + bias))));
}

function countLabels(table: RowTable, rows: readonly number[]): number {
  const M = table.models.length;
  let labels = 0;
  for (const r of rows) for (let m = 0; m < M; m++) if (table.scores[r * M + m] >= 0) labels++;
  return labels;
}

/** Hashes of the prompts that were trained on: evaluation leaves them out wherever it meets them. */
function sortedHashes(prompts: readonly string[]): Tensor {
  const hashes = Uint32Array.from(new Set(prompts.map((prompt) => promptHash(prompt)))).sort();
  return { shape: [hashes.length], data: hashes };
}

/** The first characters on one line, cut between code points. */
function excerpt(prompt: string): string {
  return Array.from(
    prompt
      .slice(0, 2 * excerptLength)
      .replace(/\s+/g, " ")
      .trim(),
  )
    .slice(0, excerptLength)
    .join("");
}
