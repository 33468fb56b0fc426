import type { Artifact } from "../artifact/artifact.js";
import { networkModel } from "../artifact/manifest.js";
import { jsBackend } from "../kernels/backend.js";
import { tensorData } from "../layers/attention-form.js";
import { foldHead } from "../layers/fold-head.js";
import { padded } from "./kernel-text.js";
import type { ModelAttentionSizes } from "./model-attention-sources.js";

/** Rows of a matrix (outputs, D) that the products start with, and what follows them. */
export interface FoldedNetwork {
  /** (·, D) what is linear in e, and its biases, padded. */
  rows: Float32Array;
  bias: Float32Array;
  activated: boolean;
  hidden: number | ModelAttentionSizes;
  /** By the name that a kernel takes them with. */
  lists: Record<string, Float32Array>;
  /** (2 slots) of quality, then of cost. */
  jointBias: Float64Array;
}

/**
 * Low-rank networks, all members as one: D to S·H, then (2 slots, S·H).
 *
 * @param columns measured model of each slot; −1 for none
 * @param share   of a member's logits in the joint ones
 */
export function foldLowRank({ manifest, tensors }: Artifact, columns: readonly number[], share: number): FoldedNetwork {
  const { members: S, hiddenWidth: H, rank: R } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const slots = columns.length;
  const width = padded(S * H);
  const [rows, bias] = [new Float32Array(width * D), new Float32Array(width)];
  const readout = new Float32Array(2 * slots * width);
  const jointBias = new Float64Array(2 * slots);
  const used = columns.map((column) => Math.max(0, column));
  for (let s = 0; s < S; s++) {
    const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
    rows.set(read("trunk.weight"), s * H * D);
    bias.set(read("trunk.bias"), s * H);
    const query = read("lowRank.query");
    const ofCost = query.subarray((R + 1) * H);
    foldHead(readout, s * H, width, query, read("lowRank.quality"), used, H, R, share, jsBackend);
    foldHead(readout, slots * width + s * H, width, ofCost, read("lowRank.cost"), used, H, R, 1 / S, jsBackend);
    const biases = [read("bias.quality"), read("bias.cost")];
    for (let c = 0; c < 2 * slots; c++) {
      const column = columns[c % slots];
      if (column < 0) readout.fill(0, c * width, (c + 1) * width);
      else jointBias[c] += c < slots ? share * biases[0][column] : biases[1][column] / S;
    }
  }
  return { rows, bias, activated: true, hidden: width, lists: { readout }, jointBias };
}

/**
 * The literal form: queries of all members, and the lists of `modelLogitsSource`, `sharedHeadsSource` and `addReluHeads`.
 *
 * @param models  the pool's measured models, which attend to one another
 * @param columns measured model of each slot; −1 for none
 */
export function foldModelAttention(
  { manifest, tensors }: Artifact,
  models: readonly number[],
  columns: readonly number[],
  share: number,
): FoldedNetwork {
  const { members: S, keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const slots = columns.length;
  const [K4, H4, M4] = [padded(K), padded(H), padded(models.length)];
  const sizes: ModelAttentionSizes = { members: S, keys: K, keyWidth: K4, models: M4, hidden: H4 };
  const rows = new Float32Array(S * K4 * D);
  const lists = {
    keys: new Float32Array(S * M4 * K4),
    keyOffsets: new Float32Array(S * M4).fill(-1e30),
    queries: new Float32Array(2 * S * H4 * K4),
    modelValues: new Float32Array(2 * S * H4 * M4),
    sharedOffsets: new Float32Array(2 * S * H4),
    heads: new Float32Array(2 * S * (slots + 1) * H4),
  };
  const jointBias = new Float64Array(2 * slots);
  const scale = temperature / Math.sqrt(K);
  for (let s = 0; s < S; s++) {
    const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
    rows.set(read("query"), s * K4 * D);
    const [gain, norm] = [read("queryNorm.gain"), read("queryNorm.bias")];
    const [keys, values] = [read("modelKey"), read("modelValue")];
    models.forEach((model, m) => {
      let offset = 0;
      for (let k = 0; k < K; k++) {
        const key = scale * keys[model * K + k];
        lists.keys[(s * M4 + m) * K4 + k] = gain[k] * key;
        offset += norm[k] * key;
      }
      lists.keyOffsets[s * M4 + m] = offset;
    });
    const [ofQuery, ofValue, ofModel] = [read("head.query"), read("head.value"), read("head.model")];
    const [headBias, output] = [read("head.bias"), read("head.output")];
    for (let unit = 0; unit < 2 * H; unit++) {
      const half = 2 * s + (unit < H ? 0 : 1);
      const at = half * H4 + (unit % H);
      lists.heads[2 * S * slots * H4 + at] = output[unit] * (unit < H ? share : 1 / S);
      for (let k = 0; k < K; k++) {
        lists.queries[at * K4 + k] = gain[k] * ofQuery[unit * K + k];
        lists.sharedOffsets[at] += norm[k] * ofQuery[unit * K + k];
      }
      models.forEach((model, m) => {
        lists.modelValues[at * M4 + m] = rowDot(ofValue, unit, values, model, K);
      });
      columns.forEach((column, slot) => {
        if (column < 0) return;
        lists.heads[(half * slots + slot) * H4 + (unit % H)] = headBias[unit] + rowDot(ofModel, unit, keys, column, K);
      });
    }
    const biases = [read("bias.quality"), read("bias.cost")];
    columns.forEach((column, slot) => {
      if (column < 0) return;
      jointBias[slot] += share * biases[0][column];
      jointBias[slots + slot] += biases[1][column] / S;
    });
  }
  const bias = new Float32Array(S * K4);
  return { rows, bias, activated: false, hidden: sizes, lists, jointBias };
}

function rowDot(a: Float32Array, i: number, b: Float32Array, j: number, K: number): number {
  let sum = 0;
  for (let k = 0; k < K; k++) sum += a[i * K + k] * b[j * K + k];
  return sum;
}
