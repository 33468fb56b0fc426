/**
 * Sources of the kernels, in the JavaScript that gpu.js translates. They are text and no functions: gpu.js would read those back with
 * `toString`, and what a bundler's minifier leaves of a function it cannot translate.
 *
 * A texel holds L adjacent values: four in WebGL, where a fetch of four costs what a fetch of one does (a product of four columns
 * is then 5 fetches for 16 multiply-adds instead of 32), one in gpu.js's WebGPU, which hands on no vectors. Every width is a
 * multiple of four, the rest zeros. B rows of a block, C columns; textures of a block are (C / L, B), weights are lists.
 */
export type Lanes = 1 | 4;

/** Every width of a texture is one of these. */
export const padded = (width: number): number => 4 * Math.ceil(width / 4);

/** One for each lane. */
export const lanesOf = (L: Lanes, make: (i: number) => string): string =>
  Array.from({ length: L }, (_, i) => make(i)).join("\n");

/** Lane i of a texel that was read. */
export const lane = (L: Lanes, texel: string, i: number): string => (L === 1 ? texel : `${texel}[${i}]`);

/** What a kernel returns: one value, or a texel of four. */
export const texel = (L: Lanes, make: (i: number) => string): string =>
  L === 1 ? make(0) : `[${[0, 1, 2, 3].map(make).join(", ")}]`;

/** Σ over the lanes of a texel of what `make` makes of one. */
export const laneSum = (L: Lanes, name: string, make: (value: string) => string): string =>
  Array.from({ length: L }, (_, i) => make(lane(L, name, i))).join(" + ");

/** The largest of `top` and the lanes of a texel. */
export const laneMax = (L: Lanes, name: string, top: string): string =>
  Array.from({ length: L }, (_, i) => lane(L, name, i)).reduce((most, value) => `Math.max(${most}, ${value})`, top);

/**
 * Adds x W to the sums of L columns, from `column` on: `sum0 += x·w0`, …
 *
 * @param name  of the variables of this loop
 * @param inner terms; `texels` of them a row of `weights`, a list of columns
 * @param x      reads texel k of the row
 * @param column of the first sum, whose weights are at `column * texels`
 * @param centre "- mean", to take from every x
 */
export function addProduct(
  L: Lanes,
  name: string,
  sum: string,
  inner: number,
  x: (k: string) => string,
  weights: string,
  column: string,
  centre = "",
): string {
  const texels = inner / L;
  const term = (i: number): string =>
    Array.from({ length: L }, (_, j) => `(${lane(L, `${name}x`, j)}${centre}) * ${lane(L, `${name}w${i}`, j)}`).join(
      " + ",
    );
  return `for (let ${name} = 0; ${name} < ${texels}; ${name}++) {
  const ${name}x = ${x(name)};
  ${lanesOf(L, (i) => `const ${name}w${i} = ${weights}[(${column} + ${i}) * ${texels} + ${name}];`)}
  ${lanesOf(L, (i) => `${sum}${i} += ${term(i)};`)}
}`;
}

/** `let sum0 = 0; …` */
export const zeros = (L: Lanes, sum: string): string => lanesOf(L, (i) => `let ${sum}${i} = 0;`);

/** A list in texels, of a list of numbers. */
export const packList = (L: Lanes): string =>
  `function (x) { return ${texel(L, (i) => `x[${L} * this.thread.x + ${i}]`)}; }`;

/** (width / L, B) texels, of a list of rows. */
export const packRows = (L: Lanes, width: number): string =>
  `function (x) { return ${texel(L, (i) => `x[${width} * this.thread.y + ${L} * this.thread.x + ${i}]`)}; }`;

/** A list of numbers, as it is. */
export const packNumbers = "function (x) { return x[this.thread.x]; }";
