import { addProduct, type Lanes, lane, laneMax, laneSum, lanesOf, texel, zeros } from "./kernel-text.js";

/** Sizes of the attention over the models: S members, K key width, M models, H hidden units of a head; the wide ones padded. */
export interface ModelAttentionSizes {
  members: number;
  /** K as it is: padding is no part of a mean. */
  keys: number;
  keyWidth: number;
  models: number;
  hidden: number;
}

/** Which member's columns a thread works on, where each has `width`: never between two, whatever a division is off by. */
const memberOf = (L: Lanes, width: number): string => `Math.floor((this.thread.x + 0.5) / ${width / L})`;

/** Mean and scale of the layer norm of the member's query. */
function normOf(L: Lanes, { keys: K, keyWidth }: ModelAttentionSizes): string {
  const texels = keyWidth / L;
  return `const first = member * ${texels};
let mean = 0;
for (let i = 0; i < ${texels}; i++) {
  const ix = products[this.thread.y][first + i];
  mean += ${laneSum(L, "ix", (value) => value)};
}
mean = mean / ${K};
let squares = 0;
for (let j = 0; j < ${texels}; j++) {
  const jx = products[this.thread.y][first + j];
  squares += ${laneSum(L, "jx", (value) => `(${value} - mean) * (${value} - mean)`)};
}
const scale = 1 / Math.sqrt((squares - ${keyWidth - K} * mean * mean) / ${K} + 0.00001);`;
}

/**
 * (S M / L, B) logits τ/√K q·k_m of the query's attention over the models.
 *
 * @param keys    (S M, K) list: gain ⊙ τ/√K k_m
 * @param offsets (S M) list: what the bias of the norm adds; −10³⁰ where there is no model
 */
export function modelLogitsSource(L: Lanes, sizes: ModelAttentionSizes): string {
  const { models: M, keyWidth } = sizes;
  return `function (products, keys, offsets) {
const member = ${memberOf(L, M)};
${normOf(L, sizes)}
${zeros(L, "s")}
${addProduct(L, "k", "s", keyWidth, (k) => `products[this.thread.y][first + ${k}]`, "keys", `this.thread.x * ${L}`, " - mean")}
const b = offsets[this.thread.x];
return ${texel(L, (i) => `s${i} * scale + ${lane(L, "b", i)}`)};
}`;
}

/** (S M / L, B) softmax of every member's logits. */
export function modelWeightsSource(L: Lanes, { models: M }: ModelAttentionSizes): string {
  const texels = M / L;
  return `function (logits) {
const first = ${memberOf(L, M)} * ${texels};
let top = -1e30;
for (let i = 0; i < ${texels}; i++) {
  const ix = logits[this.thread.y][first + i];
  top = ${laneMax(L, "ix", "top")};
}
let total = 0;
for (let j = 0; j < ${texels}; j++) {
  const jx = logits[this.thread.y][first + j];
  total += ${laneSum(L, "jx", (value) => `Math.exp(${value} - top)`)};
}
const x = logits[this.thread.y][this.thread.x];
return ${texel(L, (i) => `Math.exp(${lane(L, "x", i)} - top) / total`)};
}`;
}

/**
 * (2 S H / L, B) what the models share of the hidden layers: A_q q + A_o Σ_m w_m v_m, of every member its quality head, then its cost head.
 *
 * @param queries (2 S H, K) list: gain ⊙ A_q;  values  (2 S H, M) list: A_o v_m;  offsets (2 S H) list
 */
export function sharedHeadsSource(L: Lanes, sizes: ModelAttentionSizes): string {
  const { models: M, hidden: H, keyWidth } = sizes;
  return `function (products, weights, queries, values, offsets) {
const member = ${memberOf(L, 2 * H)};
${normOf(L, sizes)}
${zeros(L, "s")}
${addProduct(L, "k", "s", keyWidth, (k) => `products[this.thread.y][first + ${k}]`, "queries", `this.thread.x * ${L}`, " - mean")}
${zeros(L, "o")}
${addProduct(L, "m", "o", M, (m) => `weights[this.thread.y][member * ${M / L} + ${m}]`, "values", `this.thread.x * ${L}`)}
const b = offsets[this.thread.x];
return ${texel(L, (i) => `s${i} * scale + o${i} + ${lane(L, "b", i)}`)};
}`;
}

/**
 * Adds the relu heads of every member to the sums of L slots, of quality or, with `half` 1, of cost.
 *
 * Reads `shared` and the list `heads`: (2 S, slots, H) A_k k_m + a, then (2 S, H) output weights.
 *
 * @param slots padded number of slots;  `slot` is the thread's first one
 */
export function addReluHeads(L: Lanes, { members, hidden: H }: ModelAttentionSizes, slots: number): string {
  const texels = H / L;
  const term = (i: number): string =>
    Array.from({ length: L }, (_, j) => {
      const unit = `Math.max(0, ${lane(L, "hx", j)} + ${lane(L, `hw${i}`, j)})`;
      return `${lane(L, "hc", j)} * ${unit}`;
    }).join(" + ");
  return `for (let member = 0; member < ${members}; member++) {
  for (let h = 0; h < ${texels}; h++) {
    const hx = shared[this.thread.y][(2 * member + half) * ${texels} + h];
    const hc = heads[(2 * member + half) * ${texels} + h + ${2 * members * slots * texels}];
    ${lanesOf(L, (i) => `const hw${i} = heads[((2 * member + half) * ${slots} + slot + ${i}) * ${texels} + h];`)}
    ${lanesOf(L, (i) => `s${i} += ${term(i)};`)}
  }
}`;
}
