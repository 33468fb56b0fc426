import {
  add,
  constant,
  countDown,
  f32x4Abs,
  f32x4Greater,
  f32x4Mul,
  four,
  get,
  i32,
  i32x4Add,
  i32x4Splat,
  load32,
  loadSplat,
  multiply,
  one,
  rotateLeft,
  set,
  shiftLeft,
  shiftRight,
  store32,
  subtract,
  v128And,
  v128AnyTrue,
  v128Or,
  type WasmFunction,
  when,
  xor,
} from "./assembler.js";
import { advance, advanceBy, localsOf } from "./locals.js";
import { argumentAddress, partScratch, scaleScratch, widenedScratch } from "./memory-map.js";
import { argument, halfScale, integers, scaledHalves, sixteenBytes } from "./vector-code.js";

// What a program does once, when it starts, of one part of an array, which stands at `partScratch`.

const result = constant(argumentAddress);
/** 2⁻⁷ as float32. */
const bitsOfReciprocal128 = 0x3c00_0000;

/**
 * hashBlocks: see `hash/hash-string.ts`. The hash so far, at `argumentAddress`, is replaced.
 *
 * Parameter: count of blocks.
 */
export function hashBlocks(): WasmFunction {
  const count = 0;
  const locals = localsOf(1);
  const [from, hash] = locals.integers(2);
  const mixed = multiply(rotateLeft(multiply(load32(get(from)), constant(-0x3361d2af)), 15), constant(0x1b873593));
  const step = add(multiply(rotateLeft(xor(get(hash), mixed), 13), constant(5)), constant(-0x19ab949c));
  const body = [
    set(from, constant(partScratch)),
    set(hash, load32(result)),
    countDown(count, [set(hash, step), advanceBy(from, 4)]),
    store32(result, get(hash)),
  ];
  return { name: "hashBlocks", parameters: [i32], locals: locals.types, body };
}

/**
 * What `findNonFiniteHalf` of `artifact/float16.ts` looks for: the number at `argumentAddress` becomes 1 where some half is not finite.
 *
 * Parameter: count of vectors of eight.
 */
export function findNonFiniteHalf(): WasmFunction {
  const count = 0;
  const locals = localsOf(1);
  const from = locals.integer();
  const carries = locals.vector();
  // an exponent of ones, and no other, carries into the bit above it
  const carried = i32x4Add(v128And(four.load(get(from)), i32x4Splat(0x7c00_7c00)), i32x4Splat(0x0400_0400));
  const body = [
    set(from, constant(partScratch)),
    countDown(count, [set(carries, v128Or(get(carries), carried)), advanceBy(from, 16)]),
    when(v128AnyTrue(v128And(get(carries), i32x4Splat(0x8000_8000 | 0))), store32(result, constant(1))),
  ];
  return { name: "findNonFiniteHalf", parameters: [i32], locals: locals.types, body };
}

/**
 * fromFloat16: see `artifact/float16.ts`. The float32 stand at `widenedScratch` then.
 *
 * Parameter: count of vectors of eight.
 */
export function fromFloat16(): WasmFunction {
  const count = 0;
  const locals = localsOf(1);
  const [from, to] = locals.integers(2);
  const [halves, value] = locals.vectors(2);
  const largestHalf = i32x4Splat(0x477f_e000);
  // what is beyond it has an exponent that becomes the one of infinity and NaN
  const exponent = v128And(f32x4Greater(f32x4Abs(get(value)), largestHalf), i32x4Splat(0x7f80_0000));
  const body = [
    set(from, constant(partScratch)),
    set(to, constant(widenedScratch)),
    countDown(count, [
      set(halves, four.load(get(from))),
      scaledHalves(halves).map((scaled, i) => [
        set(value, f32x4Mul(scaled, halfScale)),
        four.store(get(to), v128Or(get(value), exponent), 16 * i),
      ]),
      advanceBy(from, 16),
      advanceBy(to, 32),
    ]),
  ];
  return { name: "fromFloat16", parameters: [i32], locals: locals.types, body };
}

/**
 * fromInt8: see `artifact/int8.ts`. The scales stand at `scaleScratch`, the float32 at `widenedScratch` then; a row's last vector is written as a
 * whole, before the next row.
 *
 * Parameters: rows, columns.
 */
export function fromInt8(): WasmFunction {
  const [rows, columns] = [0, 1];
  const locals = localsOf(2);
  const [from, to, scales, left, vectors] = locals.integers(5);
  const [step, ...bytes] = locals.vectors(4);
  const { read, floats } = sixteenBytes(from, bytes);
  const row = [
    set(step, f32x4Mul(loadSplat(get(scales)), i32x4Splat(bitsOfReciprocal128))),
    set(left, get(vectors)),
    countDown(left, [
      read,
      floats.map((value, i) => four.store(get(to), f32x4Mul(value, get(step)), 16 * i)),
      advanceBy(from, 16),
      advanceBy(to, 64),
    ]),
    // back from the end of the last vector to that of the row
    advance(from, subtract(get(columns), shiftLeft(get(vectors), 4))),
    advance(to, shiftLeft(subtract(get(columns), shiftLeft(get(vectors), 4)), 2)),
    advanceBy(scales, 4),
  ];
  const body = [
    set(from, constant(partScratch)),
    set(to, constant(widenedScratch)),
    set(scales, constant(scaleScratch)),
    set(vectors, shiftRight(add(get(columns), constant(15)), 4)),
    countDown(rows, row),
  ];
  return { name: "fromInt8", parameters: [i32, i32], locals: locals.types, body };
}

/**
 * gatherColumns: see `kernels/gather-columns.ts`.
 *
 * Parameters: address of the first cell of `out`, bytes from row to row, the same of the source, rows, address of the offsets of the picked columns in a
 * row, their count; argument: scale.
 */
export function gatherColumns(): WasmFunction {
  const [out, outStep, source, step, rows, offsets, count] = [0, 1, 2, 3, 4, 5, 6];
  const locals = localsOf(7);
  const [to, offset, left] = locals.integers(3);
  const cell = f32x4Mul(loadSplat(add(get(source), load32(get(offset)))), argument);
  const row = [
    set(to, get(out)),
    set(offset, get(offsets)),
    set(left, get(count)),
    countDown(left, [one.store(get(to), cell), advanceBy(to, 4), advanceBy(offset, 4)]),
    advance(source, get(step)),
    advance(out, get(outStep)),
  ];
  return { name: "gatherColumns", parameters: integers(7), locals: locals.types, body: countDown(rows, row) };
}
