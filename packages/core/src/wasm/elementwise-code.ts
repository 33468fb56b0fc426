import {
  add,
  type Code,
  countDown,
  f32x4Abs,
  f32x4Add,
  f32x4Div,
  f32x4Less,
  f32x4Max,
  f32x4Min,
  f32x4Mul,
  f32x4Splat,
  f32x4Sqrt,
  f32x4Sub,
  f32x4Zero,
  four,
  get,
  loadSplat,
  one,
  set,
  v128AndNot,
  type WasmFunction,
} from "./assembler.js";
import { advanceBy, localsOf } from "./locals.js";
import {
  argument,
  constantsIn,
  eachVector,
  expNames,
  exponential,
  integers,
  laneMaximum,
  laneSum,
  logarithm,
  logNames,
  mulAdd,
} from "./vector-code.js";

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

/** softmaxRows: see `kernels/softmax.ts`. Parameters: addresses of out and x, rows, columns; argument: temperature. */
export function softmaxRows(): WasmFunction {
  const [out, x, rows, columns] = [0, 1, 2, 3];
  const locals = localsOf(4);
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
    set(sharpness, argument),
    set(masked, f32x4Div(f32x4Sub(f32x4Zero, get(c.of.one)), f32x4Zero)),
    countDown(rows, row),
  ];
  return { name: "softmaxRows", parameters: integers(4), locals: locals.types, body };
}

/** rbfOfProducts: see `kernels/rbf.ts`. Parameters: addresses of products, row and centre squares, rows, centres; argument:
 * sharpness. */
export function rbfOfProducts(): WasmFunction {
  const [products, rowSquares, centreSquares, rows, centres] = [0, 1, 2, 3, 4];
  const locals = localsOf(5);
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
    set(factor, f32x4Mul(argument, get(c.of.minusHalf))),
    countDown(rows, [
      set(own, loadSplat(get(rowSquares))),
      set(squares, get(centreSquares)),
      eachVector(locals, centres, [products, squares], vector, [products]),
      advanceBy(rowSquares, 4),
    ]),
  ];
  return { name: "rbfOfProducts", parameters: integers(5), locals: locals.types, body };
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

/** layerNorm: see `kernels/layer-norm.ts`. Parameters: addresses of out, x, gain and bias, rows, columns; argument: epsilon. */
export function layerNorm(): WasmFunction {
  const [out, x, gain, bias, rows, columns] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
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
    set(sum, f32x4Div(get(c.of.one), f32x4Sqrt(f32x4Add(get(sum), argument)))),
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
  return { name: "layerNorm", parameters: integers(6), locals: locals.types, body };
}

/**
 * addLogOdds: see `kernels/log-odds.ts`. Parameters: addresses of out, whose rows are `stride` bytes apart, stride, address of means, rows,
 * columns; argument: scale.
 */
export function addLogOdds(): WasmFunction {
  const [out, stride, means, rows, columns] = [0, 1, 2, 3, 4];
  const locals = localsOf(5);
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
    set(factor, argument),
    countDown(rows, [
      set(to, get(out)),
      eachVector(locals, columns, [means, to], vector, [to]),
      set(out, add(get(out), get(stride))),
    ]),
  ];
  return { name: "addLogOdds", parameters: integers(5), locals: locals.types, body };
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
