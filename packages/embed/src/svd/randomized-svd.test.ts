import { createRandom } from "@onehead/core/training";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import type { SparseMatrix } from "../sparse/sparse-matrix.js";
import { denseMap, sparseMap } from "./linear-map.js";
import { randomizedSvd } from "./randomized-svd.js";

const rows = 60;
const columnCount = 45;

/** Half-empty random matrix whose column scales fall geometrically: a spectrum as that of real text. */
function decayingMatrix(): { sparse: SparseMatrix; dense: Matrix } {
  const random = createRandom(3);
  const dense = Matrix.zeros(rows, columnCount);
  const starts = [0];
  const columns: number[] = [];
  const weights: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columnCount; c++) {
      if (random.uniform() < 0.5) continue;
      const weight = Math.fround(random.normal() * 0.9 ** c);
      dense.set(r, c, weight);
      columns.push(c);
      weights.push(weight);
    }
    starts.push(columns.length);
  }
  const sparse = {
    rows,
    columnCount,
    starts: Uint32Array.from(starts),
    columns: Uint32Array.from(columns),
    weights: Float32Array.from(weights),
  };
  return { sparse, dense };
}

describe("randomizedSvd", () => {
  it("has the singular values and the right subspace that ml-matrix finds", async () => {
    const { sparse, dense } = decayingMatrix();
    const components = 8;
    const { singularValues, rightVectors } = await randomizedSvd(sparseMap(sparse), { components, seed: 0 });
    const oracle = new SingularValueDecomposition(dense);
    expect(singularValues).toHaveLength(components);
    for (let k = 0; k < components; k++) {
      expect(singularValues[k] / oracle.diagonal[k]).toBeCloseTo(1, 4);
      // values are distinct here, so each vector is determined up to its sign
      let dot = 0;
      for (let f = 0; f < columnCount; f++) {
        dot += rightVectors[f * components + k] * oracle.rightSingularVectors.get(f, k);
      }
      expect(Math.abs(dot)).toBeCloseTo(1, 3);
    }
  });

  it("finds the same in a dense matrix", async () => {
    const { sparse, dense } = decayingMatrix();
    const options = { components: 8, seed: 0 };
    const expected = await randomizedSvd(sparseMap(sparse), options);
    const found = await randomizedSvd(denseMap(Float32Array.from(dense.to1DArray()), rows, columnCount), options);
    for (let k = 0; k < options.components; k++) {
      expect(found.singularValues[k] / expected.singularValues[k]).toBeCloseTo(1, 5);
    }
    found.rightVectors.forEach((cell, i) => {
      expect(cell).toBeCloseTo(expected.rightVectors[i], 3);
    });
  });

  it("has the same bits for the same seed", async () => {
    const { sparse } = decayingMatrix();
    const first = await randomizedSvd(sparseMap(sparse), { components: 6, seed: 4 });
    const second = await randomizedSvd(sparseMap(sparse), { components: 6, seed: 4 });
    expect(second).toEqual(first);
  });

  it("makes the largest cell of each vector positive", async () => {
    const components = 8;
    const { rightVectors } = await randomizedSvd(sparseMap(decayingMatrix().sparse), { components, seed: 1 });
    for (let k = 0; k < components; k++) {
      const column = Array.from({ length: columnCount }, (_, f) => rightVectors[f * components + k]);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
    }
  });

  it("returns as many components as the rank allows", async () => {
    // two distinct rows, one of them twice, and an empty one: rank 2
    const matrix: SparseMatrix = {
      rows: 4,
      columnCount: 3,
      starts: Uint32Array.of(0, 1, 2, 4, 4),
      columns: Uint32Array.of(0, 0, 1, 2),
      weights: Float32Array.of(1, 1, 0.6, 0.8),
    };
    const { singularValues, rightVectors } = await randomizedSvd(sparseMap(matrix), { components: 3, seed: 0 });
    // AᵀA = diag(2, [[.36, .48], [.48, .64]]): eigenvalues 2, 1, 0
    expect(singularValues).toHaveLength(2);
    expect(singularValues[0]).toBeCloseTo(Math.SQRT2, 6);
    expect(singularValues[1]).toBeCloseTo(1, 6);
    const expected = [1, 0, 0, 0.6, 0, 0.8];
    for (const [cell, value] of expected.entries()) expect(rightVectors[cell]).toBeCloseTo(value, 5);
  });

  it("returns no component of an empty or all-zero matrix", async () => {
    for (const [emptyRows, emptyColumns] of [
      [3, 0],
      [0, 3],
      [2, 5],
    ]) {
      const matrix: SparseMatrix = {
        rows: emptyRows,
        columnCount: emptyColumns,
        starts: new Uint32Array(emptyRows + 1),
        columns: new Uint32Array(0),
        weights: new Float32Array(0),
      };
      const { singularValues } = await randomizedSvd(sparseMap(matrix), { components: 4, seed: 0 });
      expect(singularValues).toHaveLength(0);
    }
  });

  it("stops where a step throws", async () => {
    const stop = new Error("stop");
    const onStep = async (done: number): Promise<void> => {
      if (done > 0.3) throw stop;
    };
    await expect(randomizedSvd(sparseMap(decayingMatrix().sparse), { components: 4, seed: 0, onStep })).rejects.toBe(
      stop,
    );
  });
});
