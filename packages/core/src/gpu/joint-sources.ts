import { addProduct, type Lanes, lane, laneMax, laneSum, lanesOf, texel, zeros } from "./kernel-text.js";
import { addReluHeads, type ModelAttentionSizes } from "./model-attention-sources.js";

/** One group of clusters: where its logits stand among the products, and how many there are, padded. */
export interface ClusterGroup {
  start: number;
  width: number;
}

/** What the joint outputs are made of; starts are columns of the products, widths are padded. */
export interface JointSizes {
  /** Padded candidates and, where one is probed, measured models: as many columns of quality, then of cost. */
  slots: number;
  /** Hidden units of the low-rank networks, the first columns of the products; or the sizes of the attention over models. */
  hidden: number | ModelAttentionSizes;
  kernel: { anchors: number; directions: number; directionsWidth: number; near: number; far: number } | null;
  clusters: { groups: readonly ClusterGroup[]; share: number; total: number } | null;
}

/** Names of what {@link jointSource} takes, in their order: with its result eight, which is all that WebGPU promises a kernel. */
export function jointArguments({ hidden, kernel, clusters }: JointSizes): string[] {
  return [
    "products",
    ...(typeof hidden === "number" ? ["readout"] : ["shared", "heads"]),
    "offsets",
    ...(kernel === null ? [] : ["weights", "values"]),
    ...(clusters === null ? [] : ["shares"]),
  ];
}

/**
 * (2 slots / L, B) joint logits without β, then y: the networks, the attention over the anchors and that over the clusters.
 *
 * @param readout (2 slots, hidden) list
 * @param offsets (2 slots) biases, that of the anchors included, then (2 slots) logits and log costs of the models' means
 * @param values  (2 slots, P) list
 * @param shares  (slots, clusters) list: what the models score in the clusters of all groups
 */
export function jointSource(L: Lanes, sizes: JointSizes): string {
  const { slots, hidden, kernel, clusters } = sizes;
  const column = `this.thread.x * ${L}`;
  const row = (texture: string) => (k: string) => `${texture}[this.thread.y][${k}]`;
  const networks =
    typeof hidden === "number"
      ? addProduct(L, "k", "s", hidden, row("products"), "readout", column)
      : `let half = 0;
let slot = ${column};
if (this.thread.x >= ${slots / L}) {
  half = 1;
  slot = slot - ${slots};
}
${addReluHeads(L, hidden, slots)}`;
  return `function (${jointArguments(sizes).join(", ")}) {
${zeros(L, "s")}
${networks}
${kernel === null ? "" : addProduct(L, "p", "s", kernel.anchors, row("weights"), "values", column)}
const b = offsets[this.thread.x];
${lanesOf(L, (i) => `s${i} += ${lane(L, "b", i)};`)}
${clusters === null ? "" : `if (this.thread.x < ${slots / L}) {\n${addClusters(L, clusters)}\n}`}
${kernel === null ? "" : `${familiarity(L, kernel)}\nconst u = offsets[this.thread.x + ${(2 * slots) / L}];`}
return ${texel(L, (i) => (kernel === null ? `s${i}` : `s${i} * f + (1 - f) * ${lane(L, "u", i)}`))};
}`;
}

/** e^(logit − the largest of its group), and their sum: `top<g>`, `total<g>` of group g. */
export function softmaxOf(L: Lanes, g: number, { start, width }: ClusterGroup, inLoop: (k: string) => string): string {
  const at = (k: string): string => `products[this.thread.y][${k} + ${start / L}]`;
  return `let top${g} = -1e30;
for (let a${g} = 0; a${g} < ${width / L}; a${g}++) {
  const x${g} = ${at(`a${g}`)};
  top${g} = ${laneMax(L, `x${g}`, `top${g}`)};
}
let total${g} = 0;
for (let c${g} = 0; c${g} < ${width / L}; c${g}++) {
  const y${g} = ${at(`c${g}`)};
  ${lanesOf(L, (i) => `const e${g}${i} = Math.exp(${lane(L, `y${g}`, i)} - top${g});`)}
  ${lanesOf(L, (i) => `total${g} += e${g}${i};`)}
  ${inLoop(`c${g}`)}
}`;
}

function addClusters(L: Lanes, { groups, share, total }: NonNullable<JointSizes["clusters"]>): string {
  let first = 0;
  const parts = groups.map((group, g) => {
    const offset = first / L;
    first += group.width;
    const term = (i: number): string =>
      Array.from({ length: L }, (_, j) => `e${g}${j} * ${lane(L, `v${g}${i}`, j)}`).join(" + ");
    const softmax = softmaxOf(L, g, group, (k) =>
      [
        lanesOf(L, (i) => `const v${g}${i} = shares[(this.thread.x * ${L} + ${i}) * ${total / L} + ${offset} + ${k}];`),
        lanesOf(L, (i) => `n${g}${i} += ${term(i)};`),
      ].join("\n"),
    );
    return `${zeros(L, `n${g}`)}\n${softmax}\n${lanesOf(L, (i) => `m${i} += n${g}${i} / total${g};`)}`;
  });
  // held as `addLogOdds` holds them
  const odds = (i: number): string =>
    `const q${i} = Math.min(0.9990234375, Math.max(0.0009765625, m${i}));
s${i} += ${share} * Math.log(q${i} / (1 - q${i}));`;
  return `${zeros(L, "m")}\n${parts.join("\n")}\n${lanesOf(L, odds)}`;
}

/** f of the row. */
export function familiarity(L: Lanes, kernel: NonNullable<JointSizes["kernel"]>): string {
  const { directions, directionsWidth, near, far } = kernel;
  return `let inside = 0;
for (let d = 0; d < ${directionsWidth / L}; d++) {
  const dx = products[this.thread.y][d + ${directions / L}];
  inside += ${laneSum(L, "dx", (value) => `${value} * ${value}`)};
}
const f = Math.min(1, Math.max(0, (inside + (${far - 1})) / ${far - near}));`;
}
