import { addProduct, type Lanes, lane, lanesOf, texel, zeros } from "./kernel-text.js";

/** gelu(v), where the exponential cannot overflow. */
const gelu = (v: string): string =>
  `${v} / (1 + Math.exp(Math.min(80, -1.5957691216057308 * (${v} + 0.044715 * ${v} * ${v} * ${v}))))`;

/**
 * (C / L, B) all that is linear in the embedding: first the columns of the networks, of e, then those of e / |e|.
 *
 * @param activated whether the columns of the networks go through a gelu
 * @param rows      (B, 2) 1 / |e| and the tokens of a row
 */
export function productsSource(L: Lanes, inner: number, networks: number, activated: boolean): string {
  const own = (i: number): string => (activated ? gelu(`own${i}`) : `own${i}`);
  return `function (x, weights, bias, rows) {
${zeros(L, "s")}
${addProduct(L, "k", "s", inner, (k) => `x[this.thread.y][${k}]`, "weights", `this.thread.x * ${L}`)}
const b = bias[this.thread.x];
if (this.thread.x < ${networks / L}) {
  ${lanesOf(L, (i) => `const own${i} = s${i} + ${lane(L, "b", i)};`)}
  return ${texel(L, own)};
}
const scale = rows[2 * this.thread.y];
return ${texel(L, (i) => `s${i} * scale + ${lane(L, "b", i)}`)};
}`;
}

/** (P / L, B) exp(−γ |x − x_j|² / 2): the distance itself, which loses no digits and needs no squared lengths. */
export function anchorsSource(L: Lanes, pointStart: number, width: number, sharpness: number): string {
  const texels = width / L;
  return `function (products, anchors) {
${zeros(L, "s")}
for (let k = 0; k < ${texels}; k++) {
  const x = products[this.thread.y][k + ${pointStart / L}];
  ${lanesOf(L, (i) => {
    const differences = Array.from(
      { length: L },
      (_, j) => `const d${i}${j} = ${lane(L, "x", j)} - ${lane(L, `a${i}`, j)};`,
    );
    const squares = Array.from({ length: L }, (_, j) => `d${i}${j} * d${i}${j}`).join(" + ");
    return `const a${i} = anchors[(this.thread.x * ${L} + ${i}) * ${texels} + k];
  ${differences.join(" ")}
  s${i} += ${squares};`;
  })}
}
return ${texel(L, (i) => `Math.exp(${-0.5 * sharpness} * s${i})`)};
}`;
}
