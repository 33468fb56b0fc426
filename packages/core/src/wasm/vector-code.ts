import {
  add,
  again,
  and,
  type Code,
  call,
  constant,
  countDown,
  f32x4Add,
  f32x4FromInt,
  f32x4Less,
  f32x4Max,
  f32x4Min,
  f32x4Mul,
  f32x4Shuffle,
  f32x4Sub,
  f32x4Zero,
  four,
  get,
  i16x8ExtendHigh,
  i16x8ExtendLow,
  i32,
  i32x4Add,
  i32x4ExtendHigh,
  i32x4ExtendLow,
  i32x4ShiftLeft,
  i32x4ShiftRight,
  i32x4Splat,
  load32,
  loadSplat,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  store32,
  v128And,
  v128AndNot,
  v128Or,
  type WasmFunction,
  when,
} from "./assembler.js";
import { addressOf, type ConstantName } from "./kernel-constants.js";
import { advanceBy, type Locals } from "./locals.js";
import { argumentAddress, tailScratch } from "./memory-map.js";

// One vector is computed the same way wherever it stands in a row, and the last one, of fewer than four floats, in scratch: a value
// has the same bits whatever stands beside it. V8 keeps in registers what is read before a loop.

/** Reads constants into locals before a loop. */
export function constantsIn<Name extends ConstantName>(locals: Locals, names: readonly Name[]) {
  const of = {} as Record<Name, number>;
  const read = names.map((name) => {
    of[name] = locals.vector();
    return set(of[name], loadSplat(constant(addressOf(name))));
  });
  return { of, read };
}

export const expNames = [
  "log2e",
  "rounder",
  "ln2High",
  "ln2Low",
  "exp5",
  "exp4",
  "exp3",
  "exp2",
  "exp1",
  "exp0",
  "one",
  "expLowest",
  "expHighest",
] as const;

export const mulAdd = (a: Code, b: Code, c: Code): Code => f32x4Add(f32x4Mul(a, b), c);
const polynomial = (x: number, coefficients: readonly number[]): Code =>
  coefficients.slice(1).reduce<Code>((sum, next) => mulAdd(sum, get(x), get(next)), get(coefficients[0]));

/**
 * x ← eˣ: eˣ = 2ⁿ e^r, |r| ≤ ln 2 / 2, with a polynomial of degree 7 for e^r. 0 below −87.3, where float32 has no normal numbers; no
 * more than e^88.4; NaN for NaN. Source: Cephes, expf
 */
export function exponential(locals: Locals, c: Record<(typeof expNames)[number], number>): (x: number) => Code {
  const [kept, n, r] = locals.scratch;
  return (x) => [
    set(kept, get(x)),
    set(x, f32x4Max(f32x4Min(get(x), get(c.expHighest)), get(c.expLowest))),
    set(n, mulAdd(get(x), get(c.log2e), get(c.rounder))),
    set(r, f32x4Sub(get(n), get(c.rounder))),
    set(x, f32x4Sub(get(x), f32x4Mul(get(r), get(c.ln2High)))),
    set(r, f32x4Sub(get(x), f32x4Mul(get(r), get(c.ln2Low)))),
    set(
      x,
      f32x4Add(
        mulAdd(f32x4Mul(get(r), get(r)), polynomial(r, [c.exp5, c.exp4, c.exp3, c.exp2, c.exp1, c.exp0]), get(r)),
        get(c.one),
      ),
    ),
    // 2ⁿ is the float32 whose exponent is that of 1 plus n; 0 where x was too low, but not where it was NaN
    set(x, f32x4Mul(get(x), i32x4Add(i32x4ShiftLeft(get(n), 23), get(c.one)))),
    set(x, v128AndNot(get(x), f32x4Less(get(kept), get(c.expLowest)))),
  ];
}

export const logNames = [
  "one",
  "half",
  "rootHalf",
  "log8",
  "log7",
  "log6",
  "log5",
  "log4",
  "log3",
  "log2",
  "log1",
  "log0",
  "ln2High",
  "ln2Low",
] as const;

/** x ← ln x of positive normal numbers; NaN for NaN. Source: Cephes, logf */
export function logarithm(locals: Locals, c: Record<(typeof logNames)[number], number>): (x: number) => Code {
  const [exponent, small, square, sum, zero] = locals.scratch;
  return (x) => [
    set(zero, f32x4Sub(get(x), get(x))),
    // x = m 2^e with m in [½, 1)
    set(exponent, f32x4FromInt(i32x4Add(i32x4ShiftRight(get(x), 23), i32x4Splat(-126)))),
    set(x, v128Or(v128And(get(x), i32x4Splat(0x007fffff)), get(c.half))),
    // then in [√½, √2), less 1
    set(small, f32x4Less(get(x), get(c.rootHalf))),
    set(exponent, f32x4Sub(get(exponent), v128And(get(c.one), get(small)))),
    set(x, f32x4Sub(f32x4Add(get(x), v128And(get(x), get(small))), get(c.one))),
    set(square, f32x4Mul(get(x), get(x))),
    set(sum, polynomial(x, [c.log8, c.log7, c.log6, c.log5, c.log4, c.log3, c.log2, c.log1, c.log0])),
    set(sum, f32x4Mul(f32x4Mul(get(sum), get(x)), get(square))),
    set(sum, mulAdd(get(exponent), get(c.ln2Low), get(sum))),
    set(sum, f32x4Sub(get(sum), f32x4Mul(get(c.half), get(square)))),
    set(x, f32x4Add(mulAdd(get(exponent), get(c.ln2High), f32x4Add(get(x), get(sum))), get(zero))),
  ];
}

/** Σ of the four lanes, in every lane. */
export const laneSum = (x: number): Code => {
  const plusShuffled = (lanes: readonly number[]): Code =>
    set(x, f32x4Add(get(x), f32x4Shuffle(get(x), get(x), lanes)));
  return [plusShuffled([2, 3, 0, 1]), plusShuffled([1, 0, 3, 2])];
};
export const laneMaximum = (x: number): Code => {
  const withShuffled = (lanes: readonly number[]): Code =>
    set(x, f32x4Max(get(x), f32x4Shuffle(get(x), get(x), lanes)));
  return [withShuffled([2, 3, 0, 1]), withShuffled([1, 0, 3, 2])];
};

/** Copies `count` floats, fewer than four: what a vector cannot read or write. The module's function 0. */
export function copyTail(): WasmFunction {
  const [to, from, count] = [0, 1, 2];
  const body = countDown(count, [store32(get(to), load32(get(from))), advanceBy(to, 4), advanceBy(from, 4)]);
  return { name: "", parameters: [i32, i32, i32], locals: [], body };
}
const copy = (to: Code, from: Code, count: Code): Code => call(0, to, from, count);

/**
 * Runs `body` for every vector that `count` floats fill, and once more for the rest.
 *
 * @param pointers  moved on by `count` floats; `body` reads and writes one vector at each
 * @param writes    those of `pointers` that `body` writes to
 * @param fill      what the lanes are that the rest leaves free
 */
export function eachVector(
  locals: Locals,
  count: number,
  pointers: readonly number[],
  body: Code,
  writes: readonly number[],
  fill: Code = f32x4Zero,
): Code {
  const [left, rest, staged, ...kept] = locals.staging;
  const scratch = (i: number): Code => constant(tailScratch + 16 * i);
  const stage: Code = [
    pointers.map((pointer, i) => [
      four.store(scratch(i), fill),
      copy(scratch(i), get(pointer), get(rest)),
      set(kept[i], get(pointer)),
      set(pointer, scratch(i)),
    ]),
    set(left, constant(1)),
    set(staged, get(rest)),
    set(rest, constant(0)),
  ];
  const unstage: Code = pointers.map((pointer, i) => [
    writes.includes(pointer) ? copy(get(kept[i]), scratch(i), get(staged)) : [],
    set(pointer, add(get(kept[i]), shiftLeft(get(staged), 2))),
  ]);
  return [
    set(left, shiftRight(get(count), 2)),
    set(rest, and(get(count), constant(3))),
    set(staged, constant(0)),
    again([
      countDown(left, [body, pointers.map((pointer) => advanceBy(pointer, 16))]),
      when(get(rest), [stage, repeat(1)]),
    ]),
    when(get(staged), unstage),
  ];
}

/** The lower and the upper four of eight half-precision numbers as float32, but {@link halfScale} times too small. */
export const scaledHalves = (halves: number): Code[] =>
  [i32x4ExtendLow(get(halves)), i32x4ExtendHigh(get(halves))].map((part) =>
    v128And(i32x4ShiftLeft(part, 13), i32x4Splat(0x8fff_ffff | 0)),
  );
/** 2¹¹²: exponents of halves count from −15, those of float32 from −127. */
export const halfScale: Code = i32x4Splat(0x7780_0000);

/** Sixteen int8 at an address as four vectors of float32. @param scratch three locals */
export function sixteenBytes(from: number, [bytes, low, high]: readonly number[]): { read: Code; floats: Code[] } {
  const read = [
    set(bytes, four.load(get(from))),
    set(low, i16x8ExtendLow(get(bytes))),
    set(high, i16x8ExtendHigh(get(bytes))),
  ];
  const parts = [low, high].flatMap((eight) => [i32x4ExtendLow(get(eight)), i32x4ExtendHigh(get(eight))]);
  return { read, floats: parts.map(f32x4FromInt) };
}

/** The number that a kernel was called with, in every lane. */
export const argument: Code = loadSplat(constant(argumentAddress));

export const integers = (count: number): number[] => new Array<number>(count).fill(i32);
