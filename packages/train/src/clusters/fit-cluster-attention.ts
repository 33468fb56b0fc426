import {
  type ClusterMap,
  clusterMapQuality,
  jsTrainingBackend,
  kMeans,
  nearestCentroids,
  type Products,
  trainClusterMap,
  unitRows,
} from "@onehead/core/training";
import { rankingLoss } from "../kernel/ranking-loss.js";
import { shrunkMeans } from "../rows/shrunk-means.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import type { TaskContext } from "../workers/task-context.js";
import { clusterProfiles } from "./cluster-profiles.js";
import type { TaskLabels } from "./task-labels.js";

/** Groups of so many clusters, where there are as many rows. Two sizes are better than one, four no better than two. */
const groupSizes = [32, 64];
/** Of the map that tells tasks apart: it starts from their means, not from clusters of its own making, and has more to learn. */
const taskSchedule = { epochs: 25, learningRate: 0.02 };
/** Tasks are given up for a ranking loss so many times that of the k-means clusters: some hundred validation rows err by less. */
const doubt = 1.02;
/** Share of the joint logit. */
const weight = 0.5;
// as in core's `addLogOdds`
const leastProbability = 2 ** -10;

/** A fitted attention over clusters: what core's `ClusterAttention` computes. */
export interface FittedClusters {
  /** One map a group. */
  maps: ClusterMap[];
  /** Share of its logit in the joint one. */
  weight: number;
}

export interface ClusterInputs {
  training: LabelledRows;
  validation: LabelledRows;
  seed: number;
  /** Pseudo-counts of all models' mean in each model's mean. */
  prior: number;
  /** Null where the rows do not say of which task they are. */
  tasks: TaskLabels | null;
}

/**
 * Clusters of prompts with every model's mean score in them, and a map that says which prompt belongs where. The clusters are the
 * tasks that the rows name, told apart by their prompts; where they name none, or names that clearly tell less of how the models of a validation
 * row rank, k-means clusters, the map trained on the scores (`trainClusterMap`). Stands beside networks and kernel with half of the
 * weight: they err differently, and their plain average was better than any weight chosen on validation rows.
 */
export async function fitClusterAttention(
  { training, validation, ...options }: ClusterInputs,
  { backend, products, pause }: TaskContext,
): Promise<FittedClusters> {
  const D = training.embeddings.length / training.rows;
  const M = training.scores.length / training.rows;
  const rows = unitEmbeddings(training);
  const heldRows = unitEmbeddings(validation);
  const means = shrunkMeans(training.scores, training.rows, M, options.prior);
  const fit: MapFit = {
    rows,
    D,
    seed: options.seed,
    products,
    pause,
    scores: training.scores,
    heldScores: validation.scores,
    profilesOf: (clusters, K) => clusterProfiles(clusters, K, training.scores, means),
    train({ targets, held, centroids, values, ...schedule }) {
      // where nothing is known of the validation rows there is nothing better to stop by than the training rows
      const judged = isKnown(held) ? { rows: heldRows, targets: held } : { rows, targets };
      return trainClusterMap(rows, targets, D, centroids, values, {
        ...schedule,
        seed: options.seed,
        validationLoss: (own) => logLoss(clusterMapQuality(own, judged.rows, D, products), judged.targets),
        pause,
        backend,
      });
    },
  };
  const byTask = options.tasks === null ? null : { maps: [await fitTaskMap(fit, options.tasks)], weight };
  if (byTask !== null && !isKnown(validation.scores)) return byTask;
  const byLikeness = { maps: await fitKMeansMaps(fit), weight };
  if (byTask === null) return byLikeness;
  const loss = (clusters: FittedClusters): number =>
    rankingLoss(clusterLogits(clusters, validation, products), validation.scores, M);
  return loss(byTask) <= doubt * loss(byLikeness) ? byTask : byLikeness;
}

/** What the fits of all maps share. */
interface MapFit {
  /** (R, D) of length 1. */
  rows: Float32Array;
  D: number;
  seed: number;
  products: Products;
  pause: () => Promise<void>;
  /** (R, M) and those of the validation rows. */
  scores: Float32Array;
  heldScores: Float32Array;
  /** Ψ (K, M) of the clusters of the rows. */
  profilesOf(clusters: Int32Array, K: number): Float32Array;
  train(task: MapTask): Promise<ClusterMap>;
}

/** What a map is trained to tell, of the training rows and of the held-out ones, and where it starts. */
interface MapTask {
  targets: Float32Array;
  held: Float32Array;
  centroids: Float32Array;
  values: Float32Array;
  epochs?: number;
  learningRate?: number;
}

async function fitTaskMap({ rows, D, profilesOf, train }: MapFit, tasks: TaskLabels): Promise<ClusterMap> {
  const K = tasks.count;
  const { map, bias } = await train({
    targets: memberships(tasks.training, K),
    held: memberships(tasks.validation, K),
    centroids: centroidsOf(rows, D, tasks.training, K),
    values: identity(K),
    ...taskSchedule,
  });
  return { map, bias, means: profilesOf(tasks.training, K) };
}

async function fitKMeansMaps({ rows, D, seed, products, pause, scores, heldScores, profilesOf, train }: MapFit) {
  const maps: ClusterMap[] = [];
  for (const size of groupSizes) {
    const centroids = kMeans(rows, D, size, seed, products);
    await pause();
    const values = profilesOf(nearestCentroids(rows, centroids, D, products), centroids.length / D);
    const { map, bias } = await train({ targets: scores, held: heldScores, centroids, values });
    maps.push({ map, bias, means: values });
  }
  return maps;
}

function isKnown(targets: Float32Array): boolean {
  return targets.some((target) => !Number.isNaN(target));
}

/** (R, K) 1 at the row's own cluster and 0 elsewhere; NaN where it has none. */
function memberships(clusters: Int32Array, K: number): Float32Array {
  const out = new Float32Array(clusters.length * K);
  clusters.forEach((k, r) => {
    if (k < 0) out.fill(Number.NaN, r * K, (r + 1) * K);
    else out[r * K + k] = 1;
  });
  return out;
}

/** (K, K) */
function identity(K: number): Float32Array {
  return memberships(
    Int32Array.from({ length: K }, (_, k) => k),
    K,
  );
}

/** (K, D) of length 1: the direction of the mean of each cluster's rows. */
function centroidsOf(rows: Float32Array, D: number, clusters: Int32Array, K: number): Float32Array {
  const sums = new Float32Array(K * D);
  clusters.forEach((k, r) => {
    if (k < 0) return;
    for (let d = 0; d < D; d++) sums[k * D + d] += rows[r * D + d];
  });
  const centroids = new Float32Array(K * D);
  unitRows(centroids, sums, K, D);
  return centroids;
}

/** (R, M) logits of the attention over clusters alone. */
export function clusterLogits(
  { maps }: FittedClusters,
  rows: LabelledRows,
  products: Products = jsTrainingBackend,
): Float32Array {
  const D = rows.embeddings.length / Math.max(1, rows.rows);
  const unit = unitEmbeddings(rows);
  const quality = new Float32Array(rows.scores.length);
  for (const map of maps) {
    clusterMapQuality(map, unit, D, products).forEach((own, i) => {
      quality[i] += own / maps.length;
    });
  }
  return quality.map((mean) => {
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, mean));
    return Math.log(p / (1 - p));
  });
}

/** (R, K) weights of all clusters, map by map: core's `ClusterAttention.readWeights`. */
export function clusterWeights(
  { maps }: FittedClusters,
  rows: LabelledRows,
  products: Products = jsTrainingBackend,
): Float32Array {
  const R = rows.rows;
  const unit = unitEmbeddings(rows);
  const K = maps.reduce((sum, { bias }) => sum + bias.length, 0);
  const out = new Float32Array(R * K);
  let first = 0;
  for (const { map, bias } of maps) {
    const size = bias.length;
    const own = clusterMapQuality({ map, bias, means: identity(size) }, unit, unit.length / R, products);
    for (let r = 0; r < R; r++) out.set(own.subarray(r * size, (r + 1) * size), r * K + first);
    first += size;
  }
  return out;
}

function unitEmbeddings({ embeddings, rows }: LabelledRows): Float32Array {
  const unit = new Float32Array(embeddings.length);
  unitRows(unit, embeddings, rows, embeddings.length / Math.max(1, rows));
  return unit;
}

/** Mean over the known scores. */
function logLoss(quality: Float32Array, scores: Float32Array): number {
  let sum = 0;
  let known = 0;
  scores.forEach((score, i) => {
    if (Number.isNaN(score)) return;
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, quality[i]));
    sum -= score * Math.log(p) + (1 - score) * Math.log(1 - p);
    known++;
  });
  return sum / known;
}
