import {
  add,
  type Code,
  constant,
  countDown,
  f32x4Add,
  f32x4Greater,
  f32x4Max,
  f32x4Mul,
  f32x4Zero,
  four,
  get,
  loadSplat,
  one,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  v128And,
  type WasmFunction,
} from "./assembler.js";
import { advance, advanceBy, localsOf } from "./locals.js";
import { integers, laneSum, mulAdd } from "./vector-code.js";

/**
 * One head of `reluHeads`: see `training/relu-heads.ts`. Parameters: addresses of out (rows, columns), of the head's part of the shared rows,
 * of the models' and of the weights' rows, all `stride` bytes apart, and of the bias; rows, columns, units (a multiple of four), stride.
 */
export function reluHead(): WasmFunction {
  const [out, shared, models, weights, bias, rows, columns, units, stride] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const locals = localsOf(9);
  const [at, own, weight, left, column, biases] = locals.integers(6);
  const [sum, zero] = locals.vectors(2);
  const activation: Code = f32x4Max(f32x4Add(four.load(get(at)), four.load(get(own))), get(zero));
  const row: Code = [
    set(own, get(models)),
    set(biases, get(bias)),
    set(column, get(columns)),
    countDown(column, [
      set(at, get(shared)),
      set(weight, get(weights)),
      set(sum, f32x4Zero),
      set(left, shiftRight(get(units), 2)),
      countDown(left, [
        set(sum, mulAdd(four.load(get(weight)), activation, get(sum))),
        advanceBy(at, 16),
        advanceBy(own, 16),
        advanceBy(weight, 16),
      ]),
      laneSum(sum),
      one.store(get(out), f32x4Add(get(sum), one.load(get(biases)))),
      advanceBy(out, 4),
      advanceBy(biases, 4),
      advance(own, subtract(get(stride), shiftLeft(get(units), 2))),
    ]),
    advance(shared, get(stride)),
    advance(weights, get(stride)),
  ];
  const body = [set(zero, f32x4Zero), countDown(rows, row)];
  return { name: "reluHead", parameters: integers(9), locals: locals.types, body };
}

/**
 * One head of `reluHeadsBackward`: see `training/relu-heads.ts`. Parameters: addresses of the head's part of dShared, dModels, which is zeros,
 * and dWeights, and of dOut (rows, columns); the rest as in `reluHead`.
 */
export function reluHeadBackward(): WasmFunction {
  const [dShared, dModels, dWeights, dOut, shared, models, weights, rows, columns, units, stride] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ];
  const locals = localsOf(11);
  const [own, dOwn, d, left, column, offset] = locals.integers(6);
  const [s, c, z, t, dS, dC] = locals.vectors(6);
  const model: Code = [
    set(z, f32x4Add(get(s), four.load(get(own)))),
    // nothing flows back where the unit is not above 0
    set(t, f32x4Greater(get(z), f32x4Zero)),
    set(z, v128And(get(z), get(t))),
    set(t, v128And(loadSplat(get(d)), get(t))),
    set(dC, mulAdd(get(t), get(z), get(dC))),
    set(dS, f32x4Add(get(dS), get(t))),
    four.store(get(dOwn), mulAdd(get(t), get(c), four.load(get(dOwn)))),
    advance(own, get(stride)),
    advance(dOwn, get(stride)),
    advanceBy(d, 4),
  ];
  const unit: Code = [
    set(s, four.load(add(get(shared), get(offset)))),
    set(c, four.load(add(get(weights), get(offset)))),
    set(dS, f32x4Zero),
    set(dC, f32x4Zero),
    set(own, add(get(models), get(offset))),
    set(dOwn, add(get(dModels), get(offset))),
    set(d, get(dOut)),
    set(column, get(columns)),
    countDown(column, model),
    four.store(add(get(dWeights), get(offset)), get(dC)),
    four.store(add(get(dShared), get(offset)), f32x4Mul(get(dS), get(c))),
    advanceBy(offset, 16),
  ];
  const row: Code = [
    set(offset, constant(0)),
    set(left, shiftRight(get(units), 2)),
    countDown(left, unit),
    advance(shared, get(stride)),
    advance(weights, get(stride)),
    advance(dShared, get(stride)),
    advance(dWeights, get(stride)),
    advance(dOut, shiftLeft(get(columns), 2)),
  ];
  return { name: "reluHeadBackward", parameters: integers(11), locals: locals.types, body: countDown(rows, row) };
}
