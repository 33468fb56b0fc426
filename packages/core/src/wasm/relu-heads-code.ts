import {
  add,
  type Code,
  constant,
  countDown,
  f32,
  f32x4Add,
  f32x4Greater,
  f32x4Max,
  f32x4Mul,
  f32x4Splat,
  f32x4Zero,
  four,
  get,
  i32x4Add,
  i32x4Constant,
  i32x4Greater,
  i32x4Mul,
  i32x4ShiftRight,
  i32x4Splat,
  i32x4SplatOf,
  loadSplat,
  one,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  v128And,
  v128Xor,
  type WasmFunction,
  when,
} from "./assembler.js";
import { advance, advanceBy, type Locals, localsOf } from "./locals.js";
import { integers, laneSum, mulAdd } from "./vector-code.js";

// splitmix32, as in `training/dropout-stream.ts`
const golden = 0x9e3779b9;
const firstFactor = 0x21f0aaad;
const secondFactor = 0x735a2d97;

/** Which of four units are kept, from the numbers of the stream that `state` stands at. */
function dropoutLanes(locals: Locals): {
  read: Code;
  kept(state: number, threshold: number): Code;
} {
  const [first, second, z] = locals.vectors(3);
  const mixed = (x: Code, bits: number): Code => [
    set(z, x),
    set(z, v128Xor(get(z), i32x4ShiftRight(get(z), bits))),
    get(z),
  ];
  return {
    read: [set(first, i32x4Splat(firstFactor)), set(second, i32x4Splat(secondFactor))],
    kept: (state, threshold) =>
      i32x4Greater(
        mixed(i32x4Mul(mixed(i32x4Mul(mixed(get(state), 16), get(first)), 15), get(second)), 15),
        get(threshold),
      ),
  };
}

/** 1, 2, 3 and 4 steps of the stream. */
const fourSteps = i32x4Constant([1, 2, 3, 4].map((steps) => Math.imul(steps, golden)));

/**
 * One head of `reluHeads`: see `training/relu-heads.ts`. Parameters: addresses of out (rows, columns), of the head's part of the shared and
 * of the models' rows, `stride` bytes apart, of its weights and of the bias; rows, columns, units (a multiple of four), stride; address of the
 * rows' keys, or 0 where nothing is dropped; what the stream has passed before the head's first unit, and what it passes from one model to the
 * next; the highest number that drops; what a kept unit is multiplied by.
 */
export function reluHead(): WasmFunction {
  const [out, shared, models, weights, bias, rows, columns, units, stride, keys, before, perModel, highest, keep] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
  ];
  const locals = localsOf(14);
  const [at, own, weight, left, column, biases] = locals.integers(6);
  const [sum, z, state, modelState, threshold, step, zero, modelStep, start] = locals.vectors(9);
  const lanes = dropoutLanes(locals);
  const activation: Code = f32x4Max(f32x4Add(four.load(get(at)), four.load(get(own))), get(zero));
  const next: Code = [advanceBy(at, 16), advanceBy(own, 16), advanceBy(weight, 16)];
  const kept: Code = [
    set(z, activation),
    set(sum, mulAdd(four.load(get(weight)), v128And(get(z), lanes.kept(state, threshold)), get(sum))),
    set(state, i32x4Add(get(state), get(step))),
    next,
  ];
  const all: Code = [set(sum, mulAdd(four.load(get(weight)), activation, get(sum))), next];
  const unitsOf = (body: Code): Code => [set(left, shiftRight(get(units), 2)), countDown(left, body)];
  const row: Code = [
    when(get(keys), [set(modelState, i32x4Add(loadSplat(get(keys)), get(start))), advanceBy(keys, 4)]),
    set(own, get(models)),
    set(biases, get(bias)),
    set(column, get(columns)),
    countDown(column, [
      set(at, get(shared)),
      set(weight, get(weights)),
      set(sum, f32x4Zero),
      set(state, get(modelState)),
      when(get(keys), unitsOf(kept), unitsOf(all)),
      laneSum(sum),
      one.store(get(out), mulAdd(get(sum), f32x4Splat(get(keep)), one.load(get(biases)))),
      advanceBy(out, 4),
      advanceBy(biases, 4),
      advance(own, subtract(get(stride), shiftLeft(get(units), 2))),
      set(modelState, i32x4Add(get(modelState), get(modelStep))),
    ]),
    advance(shared, get(stride)),
  ];
  const body = [
    lanes.read,
    set(zero, f32x4Zero),
    set(threshold, i32x4SplatOf(get(highest))),
    set(step, i32x4Splat(Math.imul(4, golden))),
    set(modelStep, i32x4SplatOf(get(perModel))),
    set(start, i32x4Add(i32x4SplatOf(get(before)), fourSteps)),
    countDown(rows, row),
  ];
  return { name: "reluHead", parameters: [...integers(13), f32], locals: locals.types, body };
}

/**
 * One head of `reluHeadsBackward`: see `training/relu-heads.ts`. Parameters: addresses of the head's part of dShared, dModels and dWeights, the
 * last two zeros, and of dOut (rows, columns); the rest as in `reluHead`.
 */
export function reluHeadBackward(): WasmFunction {
  const [dShared, dModels, dWeights, dOut, shared, models, weights, rows, columns, units, stride] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ];
  const [keys, before, perModel, highest, keep] = [11, 12, 13, 14, 15];
  const locals = localsOf(16);
  const [own, dOwn, d, left, column, offset, rowsLeft] = locals.integers(7);
  const [s, z, t, dS, dW, state, rowState, threshold, step, modelStep, start, factor] = locals.vectors(12);
  const lanes = dropoutLanes(locals);
  const modelOf = (dropped: boolean): Code => [
    set(z, f32x4Add(get(s), four.load(get(own)))),
    // nothing flows back where the unit is not above 0, or dropped
    set(t, f32x4Greater(get(z), f32x4Zero)),
    dropped
      ? [set(t, v128And(get(t), lanes.kept(state, threshold))), set(state, i32x4Add(get(state), get(modelStep)))]
      : [],
    set(z, v128And(get(z), get(t))),
    set(t, v128And(loadSplat(get(d)), get(t))),
    set(dW, mulAdd(get(t), get(z), get(dW))),
    set(dS, f32x4Add(get(dS), get(t))),
    four.store(get(dOwn), f32x4Add(four.load(get(dOwn)), get(t))),
    advance(own, get(stride)),
    advance(dOwn, get(stride)),
    advanceBy(d, 4),
  ];
  const unit: Code = [
    set(s, four.load(add(get(shared), get(offset)))),
    set(dW, four.load(add(get(dWeights), get(offset)))),
    set(dS, f32x4Zero),
    set(state, get(rowState)),
    set(own, add(get(models), get(offset))),
    set(dOwn, add(get(dModels), get(offset))),
    set(d, get(dOut)),
    set(column, get(columns)),
    when(get(keys), countDown(column, modelOf(true)), countDown(column, modelOf(false))),
    four.store(add(get(dWeights), get(offset)), get(dW)),
    set(t, f32x4Mul(four.load(add(get(weights), get(offset))), get(factor))),
    four.store(add(get(dShared), get(offset)), f32x4Mul(get(dS), get(t))),
    set(rowState, i32x4Add(get(rowState), get(step))),
    advanceBy(offset, 16),
  ];
  const unitsOf = (body: Code): Code => [
    set(offset, constant(0)),
    set(left, shiftRight(get(units), 2)),
    countDown(left, body),
  ];
  const scaled = (address: Code, by: Code): Code => four.store(address, f32x4Mul(four.load(address), by));
  const body = [
    lanes.read,
    set(factor, f32x4Splat(get(keep))),
    set(threshold, i32x4SplatOf(get(highest))),
    set(step, i32x4Splat(Math.imul(4, golden))),
    set(modelStep, i32x4SplatOf(get(perModel))),
    set(start, i32x4Add(i32x4SplatOf(get(before)), fourSteps)),
    set(rowsLeft, get(rows)),
    countDown(rowsLeft, [
      when(get(keys), [set(rowState, i32x4Add(loadSplat(get(keys)), get(start))), advanceBy(keys, 4)]),
      unitsOf(unit),
      advance(shared, get(stride)),
      advance(dShared, get(stride)),
      advance(dOut, shiftLeft(get(columns), 2)),
    ]),
    // what all terms have in common
    countDown(columns, [
      unitsOf([
        set(t, f32x4Mul(four.load(add(get(weights), get(offset))), get(factor))),
        scaled(add(get(dModels), get(offset)), get(t)),
        advanceBy(offset, 16),
      ]),
      advance(dModels, get(stride)),
    ]),
    unitsOf([scaled(add(get(dWeights), get(offset)), get(factor)), advanceBy(offset, 16)]),
  ];
  return { name: "reluHeadBackward", parameters: [...integers(15), f32], locals: locals.types, body };
}
