import { OneheadError } from "./onehead-error.js";

/** A buffer or matrix does not have the length or the inner size that an operation needs. */
export class ShapeError extends OneheadError {
  constructor(message: string) {
    super("shape", message);
    this.name = "ShapeError";
  }

  static override isInstance(value: unknown): value is ShapeError {
    return OneheadError.isInstance(value) && value.code === "shape";
  }
}

/** Throws {@link ShapeError} unless `actual` equals `expected`; `where` is `<function>: <field>`. */
export function assertLength(where: string, actual: number, expected: number): void {
  if (actual !== expected) throw new ShapeError(`${where}: length is ${actual}, expected ${expected}`);
}

/** Throws {@link ShapeError} when `actual` is below `needed`; for buffers that may be longer than their shape. */
export function assertAtLeast(where: string, actual: number, needed: number): void {
  if (actual < needed) throw new ShapeError(`${where}: length is ${actual}, expected at least ${needed}`);
}
