import {
  add,
  again,
  and,
  type Code,
  call,
  constant,
  countDown,
  f32,
  f32x4Abs,
  f32x4Add,
  f32x4Div,
  f32x4FromInt,
  f32x4Less,
  f32x4Max,
  f32x4Min,
  f32x4Mul,
  f32x4Shuffle,
  f32x4Splat,
  f32x4Sqrt,
  f32x4Sub,
  f32x4Zero,
  four,
  get,
  i32,
  i32x4Add,
  i32x4ShiftLeft,
  i32x4ShiftRight,
  i32x4Splat,
  load32,
  loadSplat,
  one,
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
import { advanceBy, type Locals, localsOf } from "./locals.js";
import { addressOf, type ConstantName, tailScratch } from "./memory-map.js";

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
  const [kept, n, r] = locals.vectors(3);
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
  const [exponent, small, square, sum, zero] = locals.vectors(5);
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
const laneMaximum = (x: number): Code => {
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
  const [left, rest, staged, ...kept] = locals.integers(3 + pointers.length);
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

export const integers = (count: number): number[] => new Array<number>(count).fill(i32);

/** gelu: see `kernels/gelu.ts`. Parameters: addresses of out and x, count. */
export function gelu(): WasmFunction {
  const [out, x, count] = [0, 1, 2];
  const locals = localsOf(3);
  const c = constantsIn(locals, [...expNames, "geluSlope", "geluCubic", "geluFlat"]);
  const exp = exponential(locals, c.of);
  const [value, gate] = locals.vectors(2);
  const vector: Code = [
    set(value, four.load(get(x))),
    // −x (√(8/π) + c x²)
    set(gate, f32x4Mul(get(value), get(value))),
    set(gate, f32x4Mul(get(value), mulAdd(get(gate), get(c.of.geluCubic), get(c.of.geluSlope)))),
    set(gate, f32x4Sub(f32x4Zero, get(gate))),
    exp(gate),
    set(gate, f32x4Div(get(value), f32x4Add(get(gate), get(c.of.one)))),
    four.store(get(out), v128AndNot(get(gate), f32x4Less(get(value), get(c.of.geluFlat)))),
  ];
  const body = [c.read, eachVector(locals, count, [x, out], vector, [out])];
  return { name: "gelu", parameters: integers(3), locals: locals.types, body };
}

/** softmaxRows: see `kernels/softmax.ts`. Parameters: addresses of out and x, rows, columns, temperature. */
export function softmaxRows(): WasmFunction {
  const [out, x, rows, columns, temperature] = [0, 1, 2, 3, 4];
  const locals = localsOf(5);
  const c = constantsIn(locals, [...expNames, "lowestFloat", "smallest"]);
  const exp = exponential(locals, c.of);
  const [from, to] = locals.integers(2);
  const [value, largest, sum, sharpness, masked] = locals.vectors(5);
  const row: Code = [
    // the largest logit, subtracted so that nothing overflows; a row that is masked altogether has that of the lowest float
    set(from, get(x)),
    set(largest, get(c.of.lowestFloat)),
    eachVector(locals, columns, [from], set(largest, f32x4Max(get(largest), four.load(get(from)))), [], get(masked)),
    laneMaximum(largest),
    set(sum, f32x4Zero),
    set(to, get(out)),
    eachVector(
      locals,
      columns,
      [x, to],
      [
        set(value, f32x4Mul(f32x4Sub(four.load(get(x)), get(largest)), get(sharpness))),
        exp(value),
        set(sum, f32x4Add(get(sum), get(value))),
        four.store(get(to), get(value)),
      ],
      [to],
      get(masked),
    ),
    laneSum(sum),
    set(sum, f32x4Div(get(c.of.one), f32x4Max(get(sum), get(c.of.smallest)))),
    eachVector(locals, columns, [out], four.store(get(out), f32x4Mul(four.load(get(out)), get(sum))), [out]),
  ];
  const body = [
    c.read,
    set(sharpness, f32x4Splat(get(temperature))),
    set(masked, f32x4Div(f32x4Sub(f32x4Zero, get(c.of.one)), f32x4Zero)),
    countDown(rows, row),
  ];
  return { name: "softmaxRows", parameters: [...integers(4), f32], locals: locals.types, body };
}

/** rbfOfProducts: see `kernels/rbf.ts`. Parameters: addresses of products, row and centre squares, rows, centres, sharpness. */
export function rbfOfProducts(): WasmFunction {
  const [products, rowSquares, centreSquares, rows, centres, sharpness] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
  const c = constantsIn(locals, [...expNames, "minusHalf", "minusTwo"]);
  const exp = exponential(locals, c.of);
  const squares = locals.integer();
  const [value, own, factor] = locals.vectors(3);
  const vector: Code = [
    set(value, f32x4Add(get(own), four.load(get(squares)))),
    set(value, mulAdd(four.load(get(products)), get(c.of.minusTwo), get(value))),
    // rounding can leave the distance of equal points below 0
    set(value, f32x4Mul(f32x4Max(get(value), f32x4Zero), get(factor))),
    exp(value),
    four.store(get(products), get(value)),
  ];
  const body = [
    c.read,
    set(factor, f32x4Mul(f32x4Splat(get(sharpness)), get(c.of.minusHalf))),
    countDown(rows, [
      set(own, loadSplat(get(rowSquares))),
      set(squares, get(centreSquares)),
      eachVector(locals, centres, [products, squares], vector, [products]),
      advanceBy(rowSquares, 4),
    ]),
  ];
  return { name: "rbfOfProducts", parameters: [...integers(5), f32], locals: locals.types, body };
}

/** unitRows: see `kernels/rbf.ts`. Parameters: addresses of out and x, rows, columns. */
export function unitRows(): WasmFunction {
  const [out, x, rows, columns] = [0, 1, 2, 3];
  const locals = localsOf(4);
  const c = constantsIn(locals, ["one", "smallest"]);
  const from = locals.integer();
  const [value, scale, sum] = locals.vectors(3);
  const row: Code = [
    // divided by the largest of the row first, so that no square overflows or vanishes
    set(from, get(x)),
    set(scale, get(c.of.smallest)),
    eachVector(locals, columns, [from], set(scale, f32x4Max(get(scale), f32x4Abs(four.load(get(from))))), []),
    laneMaximum(scale),
    set(scale, f32x4Div(get(c.of.one), get(scale))),
    set(from, get(x)),
    set(sum, f32x4Zero),
    eachVector(
      locals,
      columns,
      [from],
      [set(value, f32x4Mul(four.load(get(from)), get(scale))), set(sum, mulAdd(get(value), get(value), get(sum)))],
      [],
    ),
    laneSum(sum),
    // whose largest value is 1 now but in a row of zeros
    set(sum, f32x4Div(get(scale), f32x4Sqrt(f32x4Max(get(sum), get(c.of.one))))),
    eachVector(locals, columns, [x, out], four.store(get(out), f32x4Mul(four.load(get(x)), get(sum))), [out]),
  ];
  return { name: "unitRows", parameters: integers(4), locals: locals.types, body: [c.read, countDown(rows, row)] };
}

/** squaredNorms: see `kernels/laplace.ts`. Parameters: addresses of out and x, rows, columns. */
export function squaredNorms(): WasmFunction {
  const [out, x, rows, columns] = [0, 1, 2, 3];
  const locals = localsOf(4);
  const [value, sum] = locals.vectors(2);
  const row: Code = [
    set(sum, f32x4Zero),
    eachVector(
      locals,
      columns,
      [x],
      [set(value, four.load(get(x))), set(sum, mulAdd(get(value), get(value), get(sum)))],
      [],
    ),
    laneSum(sum),
    one.store(get(out), get(sum)),
    advanceBy(out, 4),
  ];
  return { name: "squaredNorms", parameters: integers(4), locals: locals.types, body: countDown(rows, row) };
}

/** layerNorm: see `kernels/layer-norm.ts`. Parameters: addresses of out, x, gain and bias, rows, columns, epsilon. */
export function layerNorm(): WasmFunction {
  const [out, x, gain, bias, rows, columns, epsilon] = [0, 1, 2, 3, 4, 5, 6];
  const locals = localsOf(7);
  const c = constantsIn(locals, ["one"]);
  const [from, gains, biases] = locals.integers(3);
  const [value, mean, rest, sum, share] = locals.vectors(5);
  const sumOf = (term: Code, fill: Code): Code => [
    set(from, get(x)),
    set(sum, f32x4Zero),
    eachVector(locals, columns, [from], [set(value, four.load(get(from))), set(sum, term)], [], fill),
    laneSum(sum),
    set(sum, f32x4Mul(get(sum), get(share))),
  ];
  const deviation = f32x4Sub(f32x4Sub(get(value), get(mean)), get(rest));
  const row: Code = [
    sumOf(f32x4Add(get(sum), get(value)), f32x4Zero),
    set(mean, get(sum)),
    // what rounding left of the mean, which matters where it is large beside the spread
    set(rest, f32x4Zero),
    sumOf(f32x4Add(get(sum), deviation), get(mean)),
    set(rest, get(sum)),
    sumOf([set(value, deviation), mulAdd(get(value), get(value), get(sum))], f32x4Add(get(mean), get(rest))),
    set(sum, f32x4Div(get(c.of.one), f32x4Sqrt(f32x4Add(get(sum), f32x4Splat(get(epsilon)))))),
    set(gains, get(gain)),
    set(biases, get(bias)),
    eachVector(
      locals,
      columns,
      [x, gains, biases, out],
      [
        set(value, four.load(get(x))),
        four.store(get(out), mulAdd(f32x4Mul(deviation, get(sum)), four.load(get(gains)), four.load(get(biases)))),
      ],
      [out],
    ),
  ];
  const body = [c.read, set(share, f32x4Div(get(c.of.one), f32x4Splat([get(columns), 0xb3]))), countDown(rows, row)];
  return { name: "layerNorm", parameters: [...integers(6), f32], locals: locals.types, body };
}

/**
 * addLogOdds: see `kernels/log-odds.ts`. Parameters: addresses of out, whose rows are `stride` bytes apart, stride, address of means, rows,
 * columns, scale.
 */
export function addLogOdds(): WasmFunction {
  const [out, stride, means, rows, columns, scale] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
  const c = constantsIn(locals, [...logNames, "leastProbability", "mostProbability"]);
  const log = logarithm(locals, c.of);
  const to = locals.integer();
  const [value, factor] = locals.vectors(2);
  const vector: Code = [
    set(value, f32x4Min(f32x4Max(four.load(get(means)), get(c.of.leastProbability)), get(c.of.mostProbability))),
    set(value, f32x4Div(get(value), f32x4Sub(get(c.of.one), get(value)))),
    log(value),
    four.store(get(to), mulAdd(get(value), get(factor), four.load(get(to)))),
  ];
  const body = [
    c.read,
    set(factor, f32x4Splat(get(scale))),
    countDown(rows, [
      set(to, get(out)),
      eachVector(locals, columns, [means, to], vector, [to]),
      set(out, add(get(out), get(stride))),
    ]),
  ];
  return { name: "addLogOdds", parameters: [...integers(5), f32], locals: locals.types, body };
}

/**
 * readOutcomes: see `kernels/outcomes.ts`. Parameters: addresses of quality, of outputs, of joint, whose rows are twice as long, and of shifts; rows,
 * columns.
 */
export function readOutcomes(): WasmFunction {
  const [quality, outputs, joint, shifts, rows, columns] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
  const c = constantsIn(locals, expNames);
  const exp = exponential(locals, c.of);
  const shift = locals.integer();
  const value = locals.vector();
  const row: Code = [
    set(shift, get(shifts)),
    eachVector(
      locals,
      columns,
      [joint, shift, quality],
      [
        set(value, f32x4Sub(f32x4Sub(f32x4Zero, four.load(get(joint))), four.load(get(shift)))),
        exp(value),
        four.store(get(quality), f32x4Div(get(c.of.one), f32x4Add(get(value), get(c.of.one)))),
      ],
      [quality],
    ),
    eachVector(
      locals,
      columns,
      [joint, outputs],
      [set(value, four.load(get(joint))), exp(value), four.store(get(outputs), get(value))],
      [outputs],
    ),
  ];
  return { name: "readOutcomes", parameters: integers(6), locals: locals.types, body: [c.read, countDown(rows, row)] };
}
