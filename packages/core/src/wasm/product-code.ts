import {
  add,
  and,
  type Code,
  constant,
  countDown,
  equal,
  f32x4Add,
  f32x4Max,
  f32x4Mul,
  f32x4Shuffle,
  f32x4Sub,
  f32x4Zero,
  four,
  get,
  i32,
  lessThan,
  loadSplat,
  multiply as multiplyIntegers,
  one,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  type WasmFunction,
  type Width,
  when,
  whileNotZero,
} from "./assembler.js";
import { advance, advanceBy, localsOf } from "./locals.js";
import { panelColumns, tileScratch } from "./memory-map.js";

// Matrices are read as panels: some columns of b side by side, (1 + inner, width) floats whose first row is what the sums start from,
// then the next columns; rows of a by fours likewise, with a first row that is not read. Every cell of a product is one accumulator that runs over the inner index upwards, whatever the tile: a row has the
// same bits alone and in a batch, and a column whatever stands beside it.
//
// V8 (11 to 13) loads everything that an iteration reads before it computes: an iteration has 15 vector registers for its sums and all
// its loads together, so that none of these loops is unrolled.

/** Vectors of a panel that one row is multiplied with: six sums hide the latency of the additions. */
const rowVectors = panelColumns / 4;

const addProduct = (sum: number, p: Code, q: Code): Code => set(sum, f32x4Add(get(sum), f32x4Mul(p, q)));

/** Adds what is at `to` where `accumulate` says so, and writes. */
const store = (width: Width, to: number, sum: number, accumulate: number, offset = 0): Code => [
  when(get(accumulate), set(sum, f32x4Add(get(sum), width.load(get(to), offset)))),
  width.store(get(to), get(sum), offset),
];

/** Writes `columns` floats of the scratch that `from` points to; `columns` ends as 0, and `to` after them. */
const storeTail = (from: number, to: number, columns: number, accumulate: number, value: number): Code =>
  countDown(columns, [
    set(value, one.load(get(from))),
    store(one, to, value, accumulate),
    advanceBy(from, 4),
    advanceBy(to, 4),
  ]);

/** A panel of which half is asked for takes half the time: pools of up to twelve models are many. */
const halfOrWhole = (columns: number, sums: readonly number[], panel: (used: readonly number[]) => Code): Code =>
  when(lessThan(get(columns), constant(panelColumns / 2 + 1)), panel(sums.slice(0, sums.length / 2)), panel(sums));

/**
 * One row of a product: out_c = Σ_k x_k b_kc.
 *
 * Parameters: addresses of out, of x, whose elements are `step` bytes apart, and of b in panels of 24 columns, the last one filled up;
 * counts of float32; `accumulate` is 0 or 1.
 */
export function multiplyRow(): WasmFunction {
  const [out, x, step, b, inner, columns, accumulate] = [0, 1, 2, 3, 4, 5, 6];
  const { types, integers, vector, vectors } = localsOf(7);
  const [k, at] = integers(2);
  const sums = vectors(rowVectors);
  const value = vector();

  const panel = (used: readonly number[]): Code => [
    set(at, get(x)),
    used.map((sum, v) => set(sum, four.load(get(b), 16 * v))),
    advanceBy(b, 16 * rowVectors),
    set(k, get(inner)),
    countDown(k, [
      set(value, loadSplat(get(at))),
      used.map((sum, v) => addProduct(sum, get(value), four.load(get(b), 16 * v))),
      advance(at, get(step)),
      advanceBy(b, 16 * rowVectors),
    ]),
  ];
  const body = whileNotZero(columns, [
    halfOrWhole(columns, sums, panel),
    when(
      lessThan(get(columns), constant(panelColumns)),
      [
        sums.map((sum, v) => four.store(constant(tileScratch), get(sum), 16 * v)),
        set(at, constant(tileScratch)),
        storeTail(at, out, columns, accumulate, value),
      ],
      [
        sums.map((sum, v) => store(four, out, sum, accumulate, 16 * v)),
        advanceBy(out, 4 * panelColumns),
        set(columns, subtract(get(columns), constant(panelColumns))),
      ],
    ),
  ]);
  return { name: "multiplyRow", parameters: new Array<number>(7).fill(i32), locals: types, body };
}

/**
 * One head of one row: see `kernels/read-heads.ts`.
 *
 * Parameters: addresses of out, of the shared row and of the models' halves in panels of 24 columns, the last one filled up; counts of
 * terms to add and to take away, and of columns; `accumulate` is 0 or 1.
 */
export function readHead(): WasmFunction {
  const [out, shared, b, added, taken, columns, accumulate] = [0, 1, 2, 3, 4, 5, 6];
  const { types, integers, vector, vectors } = localsOf(7);
  const [k, at] = integers(2);
  const sums = vectors(rowVectors);
  const value = vector();

  const panel = (used: readonly number[]): Code => [
    set(at, get(shared)),
    addTerms(b, k, added, taken, [{ at, value, sums: used }]),
  ];
  const body = whileNotZero(columns, [
    halfOrWhole(columns, sums, panel),
    when(
      lessThan(get(columns), constant(panelColumns)),
      [
        sums.map((sum, v) => four.store(constant(tileScratch), get(sum), 16 * v)),
        set(at, constant(tileScratch)),
        storeTail(at, out, columns, accumulate, value),
      ],
      [
        sums.map((sum, v) => store(four, out, sum, accumulate, 16 * v)),
        advanceBy(out, 4 * panelColumns),
        set(columns, subtract(get(columns), constant(panelColumns))),
      ],
    ),
  ]);
  return { name: "readHead", parameters: new Array<number>(7).fill(i32), locals: types, body };
}

/**
 * {@link readHead} of two rows and up to 12 columns, which are loaded once for both.
 *
 * Parameters: addresses of the first row's out and shared row, each followed by the distance to the second one's in bytes, and of the models'
 * halves; counts of terms to add and to take away, and of columns; `accumulate` is 0 or 1.
 */
export function readHeadOfTwo(): WasmFunction {
  const [out, outStep, shared, sharedStep, b, added, taken, columns, accumulate] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const { types, integers, vectors } = localsOf(9);
  const [k, secondShared, at, to, left] = integers(5);
  const [value, secondValue] = vectors(2);
  const rows = [
    { at: shared, value, sums: vectors(rowVectors / 2) },
    { at: secondShared, value: secondValue, sums: vectors(rowVectors / 2) },
  ];
  const body: Code = [
    set(secondShared, add(get(shared), get(sharedStep))),
    addTerms(b, k, added, taken, rows),
    rows.map(({ sums }) => [
      sums.map((sum, v) => four.store(constant(tileScratch), get(sum), 16 * v)),
      set(at, constant(tileScratch)),
      set(to, get(out)),
      set(left, get(columns)),
      storeTail(at, to, left, accumulate, value),
      advance(out, get(outStep)),
    ]),
  ];
  return { name: "readHeadOfTwo", parameters: new Array<number>(9).fill(i32), locals: types, body };
}

/**
 * The sums of one panel of a head for each of `rows`: what they start from, then max(s, b) of every unit, added or taken away.
 *
 * `b` passes the panel, `at` the shared half of its row.
 */
function addTerms(
  b: number,
  k: number,
  added: number,
  taken: number,
  rows: ReadonlyArray<{ at: number; value: number; sums: readonly number[] }>,
): Code {
  const terms = (count: number, combine: (a: Code, b: Code) => Code): Code => [
    set(k, get(count)),
    countDown(k, [
      rows.map(({ at, value }) => set(value, loadSplat(get(at)))),
      rows.map(({ value, sums }) =>
        sums.map((sum, v) => set(sum, combine(get(sum), f32x4Max(get(value), four.load(get(b), 16 * v))))),
      ),
      rows.map(({ at }) => advanceBy(at, 4)),
      advanceBy(b, 16 * rowVectors),
    ]),
  ];
  return [
    rows.map(({ sums }) => sums.map((sum, v) => set(sum, four.load(get(b), 16 * v)))),
    advanceBy(b, 16 * rowVectors),
    terms(added, f32x4Add),
    terms(taken, f32x4Sub),
  ];
}

/**
 * Products of rows by fours, in tiles of four rows and `4 · width` columns: out_rc = Σ_k a_rk b_kc.
 *
 * Parameters: addresses of out, whose rows are `outStride` bytes apart, of a in panels of four rows and of b in panels of `tiles` times the
 * tile's width, `step` bytes wide, the last one filled up; counts of float32 and of fours of rows; `accumulate` is 0 or 1.
 */
export function multiplyTiles(name: string, width: number): WasmFunction {
  const [out, outStride, a, b, step, tiles, inner, columns, fours, accumulate] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const { types, integers, vector, vectors } = localsOf(10);
  const [k, left, rows, panel, tile, at, row, from, tail, to] = integers(10);
  const sums = Array.from({ length: 4 }, () => vectors(width));
  const weights = vectors(width);
  const value = vector();

  // `rows` passes all of a, `row` the rows of out
  const multiply: Code = [
    set(at, get(tile)),
    sums.map((own) => own.map((sum, v) => set(sum, four.load(get(at), 16 * v)))),
    advance(at, get(step)),
    advanceBy(rows, 16),
    set(k, get(inner)),
    countDown(k, [
      weights.map((weight, v) => set(weight, four.load(get(at), 16 * v))),
      sums.map((own, r) => [
        set(value, loadSplat(get(rows), 4 * r)),
        own.map((sum, v) => addProduct(sum, get(value), get(weights[v]))),
      ]),
      advance(at, get(step)),
      advanceBy(rows, 16),
    ]),
  ];
  const write: Code = when(
    lessThan(get(columns), constant(4 * width)),
    [
      sums.flat().map((sum, i) => four.store(constant(tileScratch), get(sum), 16 * i)),
      set(from, constant(tileScratch)),
      sums.map((_, r) => [
        set(from, constant(tileScratch + 16 * width * r)),
        set(to, get(row)),
        set(tail, get(columns)),
        storeTail(from, to, tail, accumulate, value),
        advance(row, get(outStride)),
      ]),
    ],
    sums.map((own) => [own.map((sum, v) => store(four, row, sum, accumulate, 16 * v)), advance(row, get(outStride))]),
  );
  // a tile's columns stay in the first-level cache while all rows pass by
  const body = whileNotZero(columns, [
    set(panel, get(tiles)),
    set(tile, get(b)),
    countDown(panel, [
      when(get(columns), [
        set(rows, get(a)),
        set(row, get(out)),
        set(left, get(fours)),
        countDown(left, [multiply, write]),
        advanceBy(out, 16 * width),
        advanceBy(tile, 16 * width),
        when(
          lessThan(get(columns), constant(4 * width)),
          set(columns, constant(0)),
          set(columns, subtract(get(columns), constant(4 * width))),
        ),
      ]),
    ]),
    advance(b, multiplyIntegers(add(get(inner), constant(1)), get(step))),
  ]);
  return { name, parameters: new Array<number>(10).fill(i32), locals: types, body };
}

/**
 * Copies a matrix into panels.
 *
 * Parameters: addresses of out, which gets panels of `step` bytes a row, and of the source, element (k, lane) of which is at
 * k · innerStep + lane · laneStep, one of the steps being 4; counts of float32. Lanes past the last one repeat it or hold what follows
 * it in memory: nobody reads them.
 */
export function packPanels(): WasmFunction {
  const [out, step, source, innerStep, laneStep, inner, lanes] = [0, 1, 2, 3, 4, 5, 6];
  const { types, integers, vectors } = localsOf(7);
  const [left, k, to, at, column] = integers(5);
  const rows = integers(4);
  const [r0, r1, r2, r3, t0, t1, t2, t3] = vectors(8);

  const contiguousLanes: Code = [
    set(at, get(source)),
    set(k, get(inner)),
    countDown(k, [four.store(get(to), four.load(get(at))), advance(to, get(step)), advance(at, get(innerStep))]),
  ];

  // four by four, transposed: of two rows their even, then their odd halves interleaved
  const low = (p: number, q: number): Code => f32x4Shuffle(get(p), get(q), [0, 4, 1, 5]);
  const high = (p: number, q: number): Code => f32x4Shuffle(get(p), get(q), [2, 6, 3, 7]);
  const firstHalves = (p: number, q: number): Code => f32x4Shuffle(get(p), get(q), [0, 1, 4, 5]);
  const secondHalves = (p: number, q: number): Code => f32x4Shuffle(get(p), get(q), [2, 3, 6, 7]);
  const put = (value: Code): Code => [four.store(get(to), value), advance(to, get(step))];
  const transpose: Code = [
    [r0, r1, r2, r3].map((row, i) => set(row, four.load(get(rows[i])))),
    set(t0, low(r0, r1)),
    set(t1, high(r0, r1)),
    set(t2, low(r2, r3)),
    set(t3, high(r2, r3)),
    put(firstHalves(t0, t2)),
    put(secondHalves(t0, t2)),
    put(firstHalves(t1, t3)),
    put(secondHalves(t1, t3)),
    rows.map((row) => advanceBy(row, 16)),
  ];
  const contiguousInner: Code = [
    rows.map((row, i) =>
      i === 0
        ? set(row, get(source))
        : [set(row, get(rows[i - 1])), when(lessThan(constant(i), get(lanes)), advance(row, get(laneStep)))],
    ),
    set(k, shiftRight(get(inner), 2)),
    countDown(k, transpose),
    set(k, and(get(inner), constant(3))),
    countDown(k, [
      rows.map((row, i) => [one.store(get(to), one.load(get(row)), 4 * i), advanceBy(row, 4)]),
      advance(to, get(step)),
    ]),
  ];

  const body: Code = [
    set(left, shiftRight(add(get(lanes), constant(3)), 2)),
    countDown(left, [
      set(to, add(get(out), get(column))),
      four.store(get(to), f32x4Zero),
      advance(to, get(step)),
      when(lessThan(get(laneStep), constant(5)), contiguousLanes, contiguousInner),
      advance(source, shiftLeft(get(laneStep), 2)),
      set(lanes, subtract(get(lanes), constant(4))),
      // the next four lanes of the panel, or the next panel
      advanceBy(column, 16),
      when(equal(get(column), get(step)), [
        set(column, constant(0)),
        advance(out, multiplyIntegers(add(get(inner), constant(1)), get(step))),
      ]),
    ]),
  ];
  return { name: "packPanels", parameters: new Array<number>(7).fill(i32), locals: types, body };
}
