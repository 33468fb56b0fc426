import {
  add,
  and,
  assemble,
  type Code,
  constant,
  countDown,
  f32Add,
  f32x4Add,
  f32x4Lane,
  f32x4Mul,
  f32x4Shuffle,
  f32x4Splat,
  f32x4Zero,
  four,
  get,
  i32,
  loadSplat,
  one,
  set,
  shiftLeft,
  shiftRight,
  two,
  v128,
  type WasmFunction,
  type Width,
  when,
} from "./assembler.js";

// Both kernels give one row of a product, out = x bᵀ or out = x b. A cell's additions have the same order wherever its column
// stands, in a block of many or alone: leaving columns out does not change the bits of the others.

/** Parameters: addresses in bytes of `out`, which moves on, x and b; counts of float32; `accumulate` is 0 or 1. */
const [out, x, b, inner, columns, accumulate] = [0, 1, 2, 3, 4, 5] as const;
const parameters = 6;

/** The module with `multiplyRow` and `multiplyRowTransposed`. */
export function rowKernels(): Uint8Array<ArrayBuffer> {
  return assemble([multiplyRow(), multiplyRowTransposed()]);
}

/** Hands out locals after the parameters. */
function localsOf() {
  const types: number[] = [];
  const local = (type: number): number => parameters + types.push(type) - 1;
  const vectors = (count: number): number[] => Array.from({ length: count }, () => local(v128));
  return { types, integer: () => local(i32), vectors };
}

const advance = (pointer: number, bytes: Code): Code => set(pointer, add(get(pointer), bytes));
const zero = (sums: readonly number[]): Code => sums.map((sum) => set(sum, f32x4Zero));
const addProduct = (sum: number, p: Code, q: Code): Code => set(sum, f32x4Add(get(sum), f32x4Mul(p, q)));

/** Writes `sum`, on top of what is there if asked to, and moves `out` on. */
function write(width: Width, sum: number): Code {
  return [
    when(get(accumulate), set(sum, f32x4Add(get(sum), width.load(get(out))))),
    width.store(get(out), get(sum)),
    advance(out, constant(4 * width.lanes)),
  ];
}

/**
 * out_c = Σ_k x_k b_ck with b (columns, inner): four columns at a time, so that x is read once for four, then one.
 *
 * Every cell has eight partial sums, of k mod 8: two vectors, which also hide the latency of the additions.
 */
function multiplyRowTransposed(): WasmFunction {
  const { types, integer, vectors } = localsOf();
  const [stride, left, k, at] = [integer(), integer(), integer(), integer()];
  const rows = [b, integer(), integer(), integer()];
  const [low, high] = [vectors(4), vectors(4)];
  const [value] = vectors(1);

  const block = (count: 1 | 4): Code => {
    const own = rows.slice(0, count);
    const step = (width: Width, sums: readonly number[], offset = 0): Code => [
      set(value, width.load(get(at), offset)),
      own.map((row, c) => addProduct(sums[c], get(value), width.load(get(row), offset))),
    ];
    const moveOn = (bytes: number): Code => [at, ...own].map((pointer) => advance(pointer, constant(bytes)));
    return [
      set(at, get(x)),
      own.slice(1).map((row, c) => set(row, add(get(own[c]), get(stride)))),
      zero([...low.slice(0, count), ...high.slice(0, count)]),
      set(k, shiftRight(get(inner), 3)),
      countDown(k, [step(four, low), step(four, high, 16), moveOn(32)]),
      [four, two, one].map((width) =>
        when(and(get(inner), constant(width.lanes)), [step(width, low), moveOn(4 * width.lanes)]),
      ),
      low.slice(0, count).map((sum, c) => set(sum, f32x4Add(get(sum), get(high[c])))),
      count === 4
        ? [set(low[0], laneSums(low)), write(four, low[0])]
        : [set(low[0], laneSum(low[0])), write(one, low[0])],
      // the last row has been read to its end, where the next one begins
      set(b, get(own[count - 1])),
    ];
  };

  const body = [
    set(stride, shiftLeft(get(inner), 2)),
    set(left, shiftRight(get(columns), 2)),
    countDown(left, block(4)),
    set(left, and(get(columns), constant(3))),
    countDown(left, block(1)),
  ];
  return { name: "multiplyRowTransposed", parameters, locals: types, body };
}

/** (l_0 + l_2) + (l_1 + l_3) of each of four vectors. */
function laneSums(sums: readonly number[]): Code {
  // of two vectors: their l_0 + l_2 side by side, then their l_1 + l_3
  const pair = (p: number, q: number): Code =>
    f32x4Add(f32x4Shuffle(get(p), get(q), [0, 4, 1, 5]), f32x4Shuffle(get(p), get(q), [2, 6, 3, 7]));
  const [first, second, third, fourth] = sums;
  return [
    set(first, pair(first, second)),
    set(third, pair(third, fourth)),
    f32x4Add(f32x4Shuffle(get(first), get(third), [0, 1, 4, 5]), f32x4Shuffle(get(first), get(third), [2, 3, 6, 7])),
  ];
}

/** The same of one vector, in every lane. */
function laneSum(sum: number): Code {
  const lane = (index: number): Code => f32x4Lane(get(sum), index);
  return f32x4Splat(f32Add(f32Add(lane(0), lane(2)), f32Add(lane(1), lane(3))));
}

/**
 * out_c = Σ_k x_k b_kc with b (inner, columns): sixteen columns at a time, then four, two and one.
 *
 * Every cell has two partial sums, of even and of odd k, which hide the latency of the additions.
 */
function multiplyRow(): WasmFunction {
  const { types, integer, vectors } = localsOf();
  const [stride, left, k, at, row] = [integer(), integer(), integer(), integer(), integer()];
  const [even, odd] = [vectors(4), vectors(4)];
  const [value] = vectors(1);

  const block = (width: Width, count: 1 | 4): Code => {
    const step = (sums: readonly number[], offset: number): Code => [
      set(value, loadSplat(get(at), offset)),
      sums.slice(0, count).map((sum, v) => addProduct(sum, get(value), width.load(get(row), 16 * v))),
      advance(row, get(stride)),
    ];
    return [
      set(at, get(x)),
      set(row, get(b)),
      zero([...even.slice(0, count), ...odd.slice(0, count)]),
      set(k, shiftRight(get(inner), 1)),
      countDown(k, [step(even, 0), step(odd, 4), advance(at, constant(8))]),
      when(and(get(inner), constant(1)), step(even, 0)),
      even.slice(0, count).map((sum, v) => [set(sum, f32x4Add(get(sum), get(odd[v]))), write(width, sum)]),
      new Array<Code>(count).fill(advance(b, constant(4 * width.lanes))),
    ];
  };

  const body = [
    set(stride, shiftLeft(get(columns), 2)),
    set(left, shiftRight(get(columns), 4)),
    countDown(left, block(four, 4)),
    set(left, and(shiftRight(get(columns), 2), constant(3))),
    countDown(left, block(four, 1)),
    [two, one].map((width) => when(and(get(columns), constant(width.lanes)), block(width, 1))),
  ];
  return { name: "multiplyRow", parameters, locals: types, body };
}
