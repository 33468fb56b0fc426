import { add, type Code, constant, get, i32, set, v128 } from "./assembler.js";

/** Locals of a function, in the order in which they were asked for. */
export interface Locals {
  /** Of all after the parameters. */
  readonly types: readonly number[];
  /** For `eachVector`, of which none stands within another. */
  readonly staging: readonly number[];
  /** For one `exponential` or `logarithm` after the other. */
  readonly scratch: readonly number[];
  integer(): number;
  integers(count: number): number[];
  vector(): number;
  vectors(count: number): number[];
}

/** Parameters of the kernel that has most of them. */
const mostParameters = 14;
const stagingCount = 8;
const scratchCount = 5;
const mostIntegers = 24;

/** Hands out locals after so many parameters, each by the same number in every kernel: code that is the same is the same bytes then, of which gzip keeps one. */
export function localsOf(parameters: number): Locals {
  if (parameters > mostParameters) throw new RangeError(`locals: ${parameters} parameters, at most ${mostParameters}`);
  const firstVector = mostParameters + mostIntegers;
  const types: number[] = new Array<number>(firstVector - parameters).fill(i32);
  let nextInteger = mostParameters;
  const integer = (): number => {
    if (nextInteger === firstVector) throw new RangeError(`locals: more than ${mostIntegers} integers`);
    return nextInteger++;
  };
  const vector = (): number => parameters + types.push(v128) - 1;
  const several = (count: number, one: () => number): number[] => Array.from({ length: count }, one);
  return {
    types,
    staging: several(stagingCount, integer),
    scratch: several(scratchCount, vector),
    integer,
    integers: (count) => several(count, integer),
    vector,
    vectors: (count) => several(count, vector),
  };
}

/** Moves a pointer on. */
export const advance = (pointer: number, bytes: Code): Code => set(pointer, add(get(pointer), bytes));
export const advanceBy = (pointer: number, bytes: number): Code => advance(pointer, constant(bytes));
