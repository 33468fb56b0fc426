import { add, type Code, constant, get, i32, set, v128 } from "./assembler.js";

/** Locals of a function, in the order in which they were asked for. */
export interface Locals {
  types: readonly number[];
  integer(): number;
  integers(count: number): number[];
  vector(): number;
  vectors(count: number): number[];
}

/** Hands out locals after so many parameters. */
export function localsOf(parameters: number): Locals {
  const types: number[] = [];
  const local = (type: number): number => parameters + types.push(type) - 1;
  const several = (type: number, count: number): number[] => Array.from({ length: count }, () => local(type));
  return {
    types,
    integer: () => local(i32),
    integers: (count) => several(i32, count),
    vector: () => local(v128),
    vectors: (count) => several(v128, count),
  };
}

/** Moves a pointer on. */
export const advance = (pointer: number, bytes: Code): Code => set(pointer, add(get(pointer), bytes));
export const advanceBy = (pointer: number, bytes: number): Code => advance(pointer, constant(bytes));
