import {
  type Code,
  constant,
  countDown,
  f32,
  f32x4Add,
  f32x4Div,
  f32x4Greater,
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
  i32x4Splat,
  one,
  set,
  v128And,
  v128AndNot,
  v128Or,
  type WasmFunction,
} from "./assembler.js";
import { type Locals, localsOf } from "./locals.js";
import { tileScratch } from "./memory-map.js";
import {
  constantsIn,
  eachVector,
  expNames,
  exponential,
  integers,
  laneSum,
  logarithm,
  logNames,
  mulAdd,
} from "./vector-code.js";

// Kernels of training, of a module beside that of routing. As there, a vector is computed the same way wherever it stands in a row.

const floats = (count: number): number[] => new Array<number>(count).fill(f32);

/** Runs `vector` for every vector of `count` floats from the addresses on; the pointers end after them. */
const passOver = (
  locals: Locals,
  count: number,
  pointers: ReadonlyArray<readonly [pointer: number, from: Code]>,
  vector: Code,
  writes: readonly number[] = [],
  fill?: Code,
): Code => [
  pointers.map(([pointer, from]) => set(pointer, from)),
  eachVector(
    locals,
    count,
    pointers.map(([pointer]) => pointer),
    vector,
    writes,
    fill,
  ),
];

/** addScaled: see `training/add-scaled.ts`. Parameters: addresses of out and x, count, scale. */
export function addScaled(): WasmFunction {
  const [out, x, count, scale] = [0, 1, 2, 3];
  const locals = localsOf(4);
  const factor = locals.vector();
  const vector = four.store(get(out), mulAdd(four.load(get(x)), get(factor), four.load(get(out))));
  const body = [set(factor, f32x4Splat(get(scale))), eachVector(locals, count, [x, out], vector, [out])];
  return { name: "addScaled", parameters: [...integers(3), f32], locals: locals.types, body };
}

/** multiplyEach: see `training/multiply-each.ts`. Parameters: addresses of out, x and y, count. */
export function multiplyEach(): WasmFunction {
  const [out, x, y, count] = [0, 1, 2, 3];
  const locals = localsOf(4);
  const vector = four.store(get(out), f32x4Mul(four.load(get(x)), four.load(get(y))));
  const body = eachVector(locals, count, [x, y, out], vector, [out]);
  return { name: "multiplyEach", parameters: integers(4), locals: locals.types, body };
}

/** geluBackward: see `training/gelu-backward.ts`. Parameters: addresses of dX, dOut and x, count. */
export function geluBackward(): WasmFunction {
  const [dX, dOut, x, count] = [0, 1, 2, 3];
  const locals = localsOf(4);
  const c = constantsIn(locals, [...expNames, "geluSlope", "geluCubic", "geluFlat"]);
  const exp = exponential(locals, c.of);
  const [value, held, square, gate, three] = locals.vectors(5);
  const vector: Code = [
    set(value, four.load(get(x))),
    // beyond ±12 the gate is 0 or 1, and the cubic would overflow
    set(held, f32x4Min(f32x4Max(get(value), get(c.of.geluFlat)), f32x4Sub(f32x4Zero, get(c.of.geluFlat)))),
    set(square, f32x4Mul(get(held), get(held))),
    set(gate, f32x4Mul(get(held), mulAdd(get(square), get(c.of.geluCubic), get(c.of.geluSlope)))),
    set(gate, f32x4Sub(f32x4Zero, get(gate))),
    exp(gate),
    set(gate, f32x4Div(get(c.of.one), f32x4Add(get(gate), get(c.of.one)))),
    // σ + x σ (1 − σ) u′
    set(square, mulAdd(f32x4Mul(get(square), get(three)), get(c.of.geluCubic), get(c.of.geluSlope))),
    set(square, f32x4Mul(get(square), f32x4Mul(get(held), f32x4Sub(get(c.of.one), get(gate))))),
    set(gate, mulAdd(get(gate), get(square), get(gate))),
    set(gate, f32x4Mul(get(gate), four.load(get(dOut)))),
    four.store(get(dX), v128AndNot(get(gate), f32x4Less(get(value), get(c.of.geluFlat)))),
  ];
  const body = [
    c.read,
    set(three, f32x4Add(get(c.of.one), f32x4Add(get(c.of.one), get(c.of.one)))),
    eachVector(locals, count, [x, dOut, dX], vector, [dX]),
  ];
  return { name: "geluBackward", parameters: integers(4), locals: locals.types, body };
}

/** softmaxRowsBackward: see `training/softmax-backward.ts`. Parameters: addresses of dX, dOut and out, rows, columns, temperature. */
export function softmaxRowsBackward(): WasmFunction {
  const [dX, dOut, out, rows, columns, temperature] = [0, 1, 2, 3, 4, 5];
  const locals = localsOf(6);
  const [from, shares] = locals.integers(2);
  const [dot, scale] = locals.vectors(2);
  const row: Code = [
    set(dot, f32x4Zero),
    passOver(
      locals,
      columns,
      [
        [from, get(dOut)],
        [shares, get(out)],
      ],
      set(dot, mulAdd(four.load(get(from)), four.load(get(shares)), get(dot))),
    ),
    laneSum(dot),
    eachVector(
      locals,
      columns,
      [dOut, out, dX],
      four.store(
        get(dX),
        f32x4Mul(f32x4Mul(get(scale), four.load(get(out))), f32x4Sub(four.load(get(dOut)), get(dot))),
      ),
      [dX],
    ),
  ];
  const body = [set(scale, f32x4Splat(get(temperature))), countDown(rows, row)];
  return { name: "softmaxRowsBackward", parameters: [...integers(5), f32], locals: locals.types, body };
}

/**
 * layerNormBackward: see `training/layer-norm-backward.ts`. Parameters: addresses of dX, dGain, dBias, dOut, x and gain, rows, columns,
 * epsilon.
 */
export function layerNormBackward(): WasmFunction {
  const [dX, dGain, dBias, dOut, x, gain, rows, columns, epsilon] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const locals = localsOf(9);
  const c = constantsIn(locals, ["one"]);
  const [from, gradient, gains, toGain, toBias] = locals.integers(5);
  const [value, mean, rest, sum, scale, share, meanG, meanGX, g] = locals.vectors(9);
  const sumOfRow = (term: Code, fill: Code): Code => [
    set(sum, f32x4Zero),
    passOver(locals, columns, [[from, get(x)]], [set(value, four.load(get(from))), set(sum, term)], [], fill),
    laneSum(sum),
    set(sum, f32x4Mul(get(sum), get(share))),
  ];
  const deviation = f32x4Sub(f32x4Sub(get(value), get(mean)), get(rest));
  const normalized = (at: number): Code => [
    set(value, four.load(get(at))),
    set(value, f32x4Mul(deviation, get(scale))),
  ];
  const row: Code = [
    sumOfRow(f32x4Add(get(sum), get(value)), f32x4Zero),
    set(mean, get(sum)),
    // what rounding left of the mean, which matters where it is large beside the spread
    set(rest, f32x4Zero),
    sumOfRow(f32x4Add(get(sum), deviation), get(mean)),
    set(rest, get(sum)),
    sumOfRow([set(value, deviation), mulAdd(get(value), get(value), get(sum))], f32x4Add(get(mean), get(rest))),
    set(scale, f32x4Div(get(c.of.one), f32x4Sqrt(f32x4Add(get(sum), f32x4Splat(get(epsilon)))))),
    set(meanG, f32x4Zero),
    set(meanGX, f32x4Zero),
    passOver(
      locals,
      columns,
      [
        [from, get(x)],
        [gradient, get(dOut)],
        [gains, get(gain)],
        [toGain, get(dGain)],
        [toBias, get(dBias)],
      ],
      [
        normalized(from),
        set(g, four.load(get(gradient))),
        four.store(get(toGain), mulAdd(get(g), get(value), four.load(get(toGain)))),
        four.store(get(toBias), f32x4Add(get(g), four.load(get(toBias)))),
        set(g, f32x4Mul(get(g), four.load(get(gains)))),
        set(meanG, f32x4Add(get(meanG), get(g))),
        set(meanGX, mulAdd(get(g), get(value), get(meanGX))),
      ],
      [toGain, toBias],
    ),
    laneSum(meanG),
    laneSum(meanGX),
    set(meanG, f32x4Mul(get(meanG), get(share))),
    set(meanGX, f32x4Mul(get(meanGX), get(share))),
    set(gains, get(gain)),
    eachVector(
      locals,
      columns,
      [x, dOut, gains, dX],
      [
        normalized(x),
        set(g, f32x4Sub(f32x4Mul(four.load(get(dOut)), four.load(get(gains))), get(meanG))),
        four.store(get(dX), f32x4Mul(get(scale), f32x4Sub(get(g), f32x4Mul(get(value), get(meanGX))))),
      ],
      [dX],
    ),
  ];
  const body = [c.read, set(share, f32x4Div(get(c.of.one), f32x4Splat([get(columns), 0xb3]))), countDown(rows, row)];
  return { name: "layerNormBackward", parameters: [...integers(8), f32], locals: locals.types, body };
}

/**
 * adamStep: see `training/adam-step.ts`. Parameters: addresses of the parameter, the gradient and both moments, count; the factor on the
 * gradient, β₁, 1 − β₁, β₂, 1 − β₂, η / (1 − β₁ᵗ), 1 / (1 − β₂ᵗ), ε, η · decay.
 */
export function adamStep(): WasmFunction {
  const [parameter, gradient, first, second, count] = [0, 1, 2, 3, 4];
  const numbers = [5, 6, 7, 8, 9, 10, 11, 12, 13];
  const locals = localsOf(14);
  const splats = locals.vectors(numbers.length);
  const [clip, beta1, rest1, beta2, rest2, rate, correction, epsilon, decay] = splats;
  const [g, m, p] = locals.vectors(3);
  const vector: Code = [
    set(g, f32x4Mul(four.load(get(gradient)), get(clip))),
    set(m, mulAdd(four.load(get(first)), get(beta1), f32x4Mul(get(g), get(rest1)))),
    set(g, mulAdd(four.load(get(second)), get(beta2), f32x4Mul(f32x4Mul(get(rest2), get(g)), get(g)))),
    four.store(get(first), get(m)),
    four.store(get(second), get(g)),
    set(g, f32x4Add(f32x4Sqrt(f32x4Mul(get(g), get(correction))), get(epsilon))),
    set(p, four.load(get(parameter))),
    set(m, mulAdd(get(p), get(decay), f32x4Div(f32x4Mul(get(m), get(rate)), get(g)))),
    four.store(get(parameter), f32x4Sub(get(p), get(m))),
  ];
  const body = [
    splats.map((splat, i) => set(splat, f32x4Splat(get(numbers[i])))),
    eachVector(locals, count, [parameter, gradient, first, second], vector, [parameter, first, second]),
  ];
  return { name: "adamStep", parameters: [...integers(5), ...floats(9)], locals: locals.types, body };
}

/**
 * maskedBinaryCrossEntropy: see `training/losses.ts`. Leaves Σ loss in `tileScratch`. Parameters: addresses of dLogits, logits and targets,
 * count, scale.
 */
export function maskedBinaryCrossEntropy(): WasmFunction {
  const [dLogits, logits, targets, count, scale] = [0, 1, 2, 3, 4];
  const locals = localsOf(5);
  const names = [...new Set([...expNames, ...logNames])];
  const c = constantsIn(locals, names);
  const exp = exponential(locals, c.of);
  const log = logarithm(locals, c.of);
  const [z, target, known, power, p, loss, factor, unknown] = locals.vectors(8);
  const vector: Code = [
    set(z, four.load(get(logits))),
    set(target, four.load(get(targets))),
    // a number is neither less nor greater than itself, and NaN neither: known where t ≤ t
    set(known, f32x4Less(f32x4Sub(get(target), get(c.of.one)), get(target))),
    // e^−|z|
    set(power, v128Or(get(z), i32x4Splat(-0x80000000))),
    exp(power),
    set(p, f32x4Div(get(c.of.one), f32x4Add(get(c.of.one), get(power)))),
    // 1 / (1 + e^−|z|) where z > 0, e^−|z| / (1 + e^−|z|) where not
    set(
      p,
      v128Or(
        v128And(get(p), f32x4Greater(get(z), f32x4Zero)),
        v128AndNot(f32x4Mul(get(power), get(p)), f32x4Greater(get(z), f32x4Zero)),
      ),
    ),
    four.store(get(dLogits), v128And(get(known), f32x4Mul(get(factor), f32x4Sub(get(p), get(target))))),
    set(power, f32x4Add(get(power), get(c.of.one))),
    log(power),
    set(power, f32x4Add(get(power), f32x4Sub(f32x4Max(get(z), f32x4Zero), f32x4Mul(get(z), get(target))))),
    set(loss, f32x4Add(get(loss), v128And(get(known), get(power)))),
  ];
  const body = [
    c.read,
    set(factor, f32x4Splat(get(scale))),
    set(unknown, f32x4Div(f32x4Zero, f32x4Zero)),
    set(loss, f32x4Zero),
    eachVector(locals, count, [logits, targets, dLogits], vector, [dLogits], get(unknown)),
    laneSum(loss),
    one.store(constant(tileScratch), get(loss)),
  ];
  return { name: "maskedBinaryCrossEntropy", parameters: [...integers(4), f32], locals: locals.types, body };
}
