import { familiarity, type JointSizes, softmaxOf } from "./joint-sources.js";
import { type Lanes, lane } from "./kernel-text.js";

/** Sizes of what probed candidates are read with. */
export interface ProbedSizes {
  joint: JointSizes;
  /** T components. */
  components: number;
  /** Slots of the measured models: their first, and how many, padded. */
  firstSlot: number;
  measured: number;
}

/**
 * (T, B) components t of a new model's logit, one value a texel.
 *
 * @param ofModels   (T, measured) list: C of the joint logits;  ofClusters  (T, clusters) list
 * @param constants  (T, 2) list of numbers: what does not depend on the row, and what f multiplies
 */
export function componentsSource(L: Lanes, { joint, firstSlot, measured }: ProbedSizes): string {
  const { kernel, clusters } = joint;
  const total = clusters?.total ?? 0;
  let first = 0;
  const parts = (clusters?.groups ?? []).map((group, g) => {
    const offset = first / L;
    first += group.width;
    const term = Array.from({ length: L }, (_, j) => `e${g}${j} * ${lane(L, `v${g}`, j)}`).join(" + ");
    const softmax = softmaxOf(
      L,
      g,
      group,
      (k) => `const v${g} = ofClusters[this.thread.x * ${total / L} + ${offset} + ${k}];\nn${g} += ${term};`,
    );
    return `let n${g} = 0;\n${softmax}\nweighted += n${g} / total${g};`;
  });
  const names = ["joint", "products", "ofModels", ...(clusters === null ? [] : ["ofClusters"]), "constants"];
  return `function (${names.join(", ")}) {
let t = constants[2 * this.thread.x];
for (let m = 0; m < ${measured / L}; m++) {
  const z = joint[this.thread.y][m + ${firstSlot / L}];
  const c = ofModels[this.thread.x * ${measured / L} + m];
  t += ${Array.from({ length: L }, (_, j) => `${lane(L, "z", j)} * ${lane(L, "c", j)}`).join(" + ")};
}
let weighted = constants[2 * this.thread.x + 1];
${parts.join("\n")}
${kernel === null ? "const f = 1;" : familiarity(L, kernel)}
return t + f * weighted;
}`;
}

/**
 * (2 Np, B) of every probed candidate its logit, then its y, one value a texel. As `ProbedModels`.
 *
 * @param linear  (Np, T + 1) list of numbers: level and loadings;  spreads  (Np, T + 1, T + 1): G;  costs  (Np, measured) list: whose
 *   cost outputs are averaged
 * @param caution, noise of the prior
 */
export function probedSource(L: Lanes, sizes: ProbedSizes, caution: number, noise: number): string {
  const { components: T, measured, firstSlot, joint } = sizes;
  const texels = measured / L;
  return `function (components, joint, linear, spreads, costs) {
const p = Math.floor((this.thread.x + 0.5) / 2);
if (this.thread.x - 2 * p > 0.5) {
  let y = 0;
  for (let m = 0; m < ${texels}; m++) {
    const jx = joint[this.thread.y][m + ${(joint.slots + firstSlot) / L}];
    const cx = costs[p * ${texels} + m];
    y += ${Array.from({ length: L }, (_, j) => `${lane(L, "jx", j)} * ${lane(L, "cx", j)}`).join(" + ")};
  }
  return y;
}
let logit = linear[p * ${T + 1}];
for (let r = 0; r < ${T}; r++) logit += linear[p * ${T + 1} + r + 1] * components[this.thread.y][r];
let variance = 0;
for (let i = 0; i < ${T + 1}; i++) {
  let sum = spreads[(p * ${T + 1} + i) * ${T + 1}];
  for (let c = 0; c < ${T}; c++) sum += spreads[(p * ${T + 1} + i) * ${T + 1} + c + 1] * components[this.thread.y][c];
  variance += sum * sum;
}
logit = logit - ${caution} * Math.sqrt(variance);
return logit / Math.sqrt(1 + ${Math.PI / 8} * (variance + ${noise * noise}));
}`;
}
