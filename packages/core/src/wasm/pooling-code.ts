import {
  add,
  type Code,
  countDown,
  f32x4Add,
  f32x4Mul,
  f32x4Zero,
  four,
  get,
  i32,
  load32,
  loadSplat,
  multiply,
  set,
  shiftLeft,
  shiftRight,
  type WasmFunction,
} from "./assembler.js";
import { advanceBy, localsOf } from "./locals.js";
import { halfScale, scaledHalves, sixteenBytes } from "./vector-code.js";

/** Sums in the memory of `out`, which the first-level cache keeps: a row is read once, from its start to its end. */
function pool(
  name: string,
  rowShift: number,
  floatsAtOnce: number,
  addPart: (locals: Parts) => Code,
  scaled = (weight: Code): Code => weight,
): WasmFunction {
  const [out, rows, width, features, weights, count] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
  const [left, from, to] = locals.integers(3);
  const [weight, ...values] = locals.vectors(6);
  const clear: Code = [
    set(to, get(out)),
    set(left, shiftRight(get(width), 2)),
    countDown(left, [four.store(get(to), f32x4Zero), advanceBy(to, 16)]),
  ];
  const row: Code = [
    set(weight, scaled(loadSplat(get(weights)))),
    set(from, add(get(rows), shiftLeft(multiply(load32(get(features)), get(width)), rowShift))),
    set(to, get(out)),
    set(left, shiftRight(get(width), Math.log2(floatsAtOnce))),
    countDown(left, [
      addPart({ from, to, weight, values }),
      advanceBy(from, floatsAtOnce << rowShift),
      advanceBy(to, 4 * floatsAtOnce),
    ]),
    advanceBy(features, 4),
    advanceBy(weights, 4),
  ];
  const body = [clear, countDown(count, row)];
  return { name, parameters: new Array<number>(6).fill(i32), locals: locals.types, body };
}

interface Parts {
  from: number;
  to: number;
  weight: number;
  values: readonly number[];
}

/**
 * poolRows of float32: see `kernels/pool-rows.ts`.
 *
 * Parameters: addresses of out and rows, width, a multiple of 4, addresses of features and weights, count.
 */
export function poolFloats(): WasmFunction {
  return pool("poolFloats", 2, 4, ({ from, to, weight }) =>
    four.store(get(to), f32x4Add(four.load(get(to)), f32x4Mul(get(weight), four.load(get(from))))),
  );
}

/** The same of int8; the width is a multiple of 16. */
export function poolBytes(): WasmFunction {
  return pool("poolBytes", 0, 16, ({ from, to, weight, values }) => {
    const { read, floats } = sixteenBytes(from, values);
    const sums = floats.map((value, i) => f32x4Add(four.load(get(to), 16 * i), f32x4Mul(get(weight), value)));
    return [read, sums.map((sum, i) => four.store(get(to), sum, 16 * i))];
  });
}

/** The same of half-precision bits; the width is a multiple of 8. */
export function poolHalves(): WasmFunction {
  return pool(
    "poolHalves",
    1,
    8,
    ({ from, to, weight, values }) => {
      const [halves] = values;
      return [
        set(halves, four.load(get(from))),
        scaledHalves(halves).map((value, i) =>
          four.store(get(to), f32x4Add(four.load(get(to), 16 * i), f32x4Mul(get(weight), value)), 16 * i),
        ),
      ];
    },
    (weight) => f32x4Mul(weight, halfScale),
  );
}
