import type { Artifact } from "../artifact/artifact.js";
import { networkModel } from "../artifact/manifest.js";
import type { Pool } from "../router/pool.js";
import { type AnchorPoints, foldAnchors, foldClusters } from "./fold-attention.js";
import { foldLowRank, foldModelAttention } from "./fold-network.js";
import { type FoldedProbed, foldProbed } from "./fold-probed.js";
import type { JointSizes } from "./joint-sources.js";
import { padded } from "./kernel-text.js";
import { ProductRows } from "./product-rows.js";

/** An artifact's weights for one pool, as the kernels take them: what no row changes is multiplied out, and every width is padded. */
export interface FoldedPool {
  /** D as it is, and padded. */
  dimensions: number;
  inner: number;
  /** C columns of the products, those of e first: `networks` of them. */
  products: number;
  networks: number;
  activated: boolean;
  joint: JointSizes;
  /** Where a point x of the attention over the anchors stands among the products, and γ. */
  points: AnchorPoints | null;
  /** Candidates, padded. */
  candidates: number;
  probed: FoldedProbed | null;
  /** By the name that a kernel takes them with. */
  lists: Record<string, Float32Array>;
}

/** @param pool of that artifact */
export function foldPool(artifact: Artifact, pool: Pool): FoldedPool {
  const { manifest } = artifact;
  const { form, members, kernel, clusters } = networkModel(manifest);
  const inverseTemperature = 1 / manifest.calibration.temperature;
  const D = manifest.embedder.dimensions;
  const candidates = padded(pool.candidates.length);
  const probed = pool.sources.includes(-1);
  // a slot has outputs of its own: one for every candidate and, for probed ones to be read off, one for every measured model
  const columns = new Array<number>(candidates).fill(-1);
  pool.sources.forEach((source, n) => {
    if (source >= 0) columns[n] = pool.columns[source];
  });
  if (probed) {
    columns.push(...pool.columns);
    while (columns.length % 4 > 0) columns.push(-1);
  }
  const slots = columns.length;

  const besideClusters = 1 - (clusters?.weight ?? 0);
  const networkShare = ((besideClusters * (1 - (kernel?.weight ?? 0))) / members) * inverseTemperature;
  const network =
    form === "low-rank"
      ? foldLowRank(artifact, columns, networkShare)
      : foldModelAttention(artifact, pool.columns, columns, networkShare);
  const rows = new ProductRows(D);
  rows.add(network.rows, network.bias);
  const lists: Record<string, Float32Array> = { ...network.lists };
  const joint: JointSizes = { slots, hidden: network.hidden, kernel: null, clusters: null };
  let points: FoldedPool["points"] = null;
  const offsets = new Float32Array(4 * slots);
  if (kernel !== undefined) {
    const share = besideClusters * kernel.weight * inverseTemperature;
    const folded = foldAnchors(artifact, kernel, columns, share, rows, network.jointBias);
    joint.kernel = folded.sizes;
    points = folded.points;
    Object.assign(lists, folded.lists);
    offsets.set(folded.means, 2 * slots);
  }
  if (clusters !== undefined) {
    const { groups, shares, total } = foldClusters(artifact, clusters.sizes, columns, rows);
    joint.clusters = { groups, share: clusters.weight * inverseTemperature, total };
    lists["shares"] = shares;
  }
  offsets.set(network.jointBias);
  const inner = padded(D);
  return {
    dimensions: D,
    inner,
    products: rows.width,
    networks: network.bias.length,
    activated: network.activated,
    joint,
    points,
    candidates,
    probed: probed ? foldProbed(artifact, pool, joint, candidates) : null,
    lists: { ...lists, ...rows.join(inner), offsets },
  };
}
