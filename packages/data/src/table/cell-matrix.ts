/**
 * An (R, N) matrix that grows by rows and by columns; cells never set are NaN.
 *
 * Rows lie apart by a stride that doubles when a new column does not fit, so that growing costs O(cells) in all.
 */
export class CellMatrix<A extends Float32Array | Float64Array> {
  readonly #allocate: (length: number) => A;
  #cells: A;
  #stride = 8;

  constructor(allocate: (length: number) => A) {
    this.#allocate = allocate;
    this.#cells = this.#blank(64 * this.#stride);
  }

  get(row: number, column: number): number {
    const index = row * this.#stride + column;
    return column < this.#stride && index < this.#cells.length ? this.#cells[index] : Number.NaN;
  }

  set(row: number, column: number, value: number): void {
    if (column >= this.#stride) this.#widen(column + 1);
    const index = row * this.#stride + column;
    if (index >= this.#cells.length) this.#lengthen(index + 1);
    this.#cells[index] = value;
  }

  /** The first `rows` by `columns` cells, row-major without gaps. */
  toDense(rows: number, columns: number): A {
    const dense = this.#blank(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) dense[row * columns + column] = this.get(row, column);
    }
    return dense;
  }

  #blank(length: number): A {
    const cells = this.#allocate(length);
    cells.fill(Number.NaN);
    return cells;
  }

  #lengthen(needed: number): void {
    const cells = this.#blank(Math.max(needed, this.#cells.length * 2));
    cells.set(this.#cells);
    this.#cells = cells;
  }

  #widen(needed: number): void {
    const stride = Math.max(needed, this.#stride * 2);
    const rows = Math.ceil(this.#cells.length / this.#stride);
    const cells = this.#blank(rows * stride);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < this.#stride; column++) {
        cells[row * stride + column] = this.get(row, column);
      }
    }
    this.#cells = cells;
    this.#stride = stride;
  }
}
