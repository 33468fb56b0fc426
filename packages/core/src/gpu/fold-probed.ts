import type { Artifact } from "../artifact/artifact.js";
import { tensorData } from "../layers/attention-form.js";
import type { Pool } from "../router/pool.js";
import { caution, columnsOf } from "../router/probed-models.js";
import type { JointSizes } from "./joint-sources.js";
import { padded } from "./kernel-text.js";
import type { ProbedSizes } from "./probed-sources.js";

/** The probed candidates of a pool: where they stand in it, and what they are read off with. */
export interface FoldedProbed {
  sizes: ProbedSizes;
  positions: number[];
  caution: number;
  noise: number;
  /** By the name that a kernel takes them with: in texels those that stand for widths, numbers the others. */
  texels: Record<string, Float32Array>;
  numbers: Record<string, Float32Array>;
}

/** @param firstSlot of the measured models */
export function foldProbed(artifact: Artifact, pool: Pool, joint: JointSizes, firstSlot: number): FoldedProbed {
  const { manifest, tensors } = artifact;
  const T = manifest.newModels?.components ?? 0;
  const M = pool.columns.length;
  const measured = padded(M);
  const components = tensorData(tensors, "newModels.components");
  const means = tensorData(tensors, "newModels.mean");
  const X = means.length;
  const clusterSizes = clusterSizesOf(artifact);
  const total = joint.clusters?.total ?? 0;
  const ofModels = new Float32Array(T * measured);
  const ofClusters = new Float32Array(T * total);
  const constants = new Float32Array(2 * T);
  for (let t = 0; t < T; t++) {
    let [own, familiar] = [0, 0];
    for (let m = 0; m < M; m++) {
      const c = components[t * X + m];
      ofModels[t * measured + m] = c;
      own += c * (manifest.calibration.bias - means[m]);
    }
    let [from, to] = [M, t * total];
    for (const size of clusterSizes) {
      for (let k = 0; k < size; k++, from++) {
        const c = components[t * X + from];
        ofClusters[to + k] = c;
        familiar -= c * means[from];
      }
      to += padded(size);
    }
    constants.set([own, familiar], 2 * t);
  }

  const positions: number[] = [];
  const [linear, spreads, costs]: number[][] = [[], [], []];
  pool.candidates.forEach(({ profile, costKind }, n) => {
    if (profile.kind !== "probed") return;
    positions.push(n);
    linear.push(profile.level, ...profile.loadings);
    let at = 0;
    for (let r = 0; r <= T; r++) {
      for (let c = 0; c <= T; c++) spreads.push(c <= r ? profile.spread[at++] : 0);
    }
    const averaged = columnsOf(manifest.candidates, costKind);
    for (let m = 0; m < measured; m++) costs.push(averaged.includes(m) ? 1 / averaged.length : 0);
  });
  return {
    sizes: { joint, components: T, firstSlot, measured },
    positions,
    caution,
    noise: manifest.newModels?.noise ?? 0,
    texels: { ofModels, ofClusters, costs: Float32Array.from(costs) },
    numbers: { constants, linear: Float32Array.from(linear), spreads: Float32Array.from(spreads) },
  };
}

function clusterSizesOf({ manifest: { model } }: Artifact): readonly number[] {
  return model.form === "external" ? [] : (model.clusters?.sizes ?? []);
}
