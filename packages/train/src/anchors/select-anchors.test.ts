import { createRandom } from "@onehead/core/training";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectAnchors } from "./select-anchors.js";

function normals(length: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

const noPause = async (): Promise<void> => {};
const select = (embeddings: Float32Array, rows: number, D: number, P: number, seed: number): Promise<Int32Array> =>
  selectAnchors(embeddings, rows, D, P, seed, noPause);

describe("selectAnchors", () => {
  it("picks one row of each cluster, the one nearest to its middle", async () => {
    // three directions of five rows at angles −2, −1, 0, 1, 2 degrees around 0, 120 and 240: the middle row is nearest
    const angles = [0, 120, 240].flatMap((centre) => [-2, -1, 0, 1, 2].map((offset) => centre + offset));
    const embeddings = Float32Array.from(
      angles.flatMap((angle, i) => {
        const [radians, length] = [(angle * Math.PI) / 180, 1 + i];
        return [length * Math.cos(radians), length * Math.sin(radians)];
      }),
    );
    // whichever rows it starts from, some seed finds the three clusters, and then the medoids are these
    const found = await Promise.all(Array.from({ length: 10 }, (_, seed) => select(embeddings, 15, 2, 3, seed)));
    expect(found.map((rows) => rows.join())).toContain("2,7,12");
  });

  it("gives the same rows for the same seed, and others for another", async () => {
    const embeddings = normals(200 * 6, 1);
    const first = await select(embeddings, 200, 6, 12, 3);
    expect(await select(embeddings, 200, 6, 12, 3)).toEqual(first);
    expect(await select(embeddings, 200, 6, 12, 4)).not.toEqual(first);
  });

  it("does not change what it reads", async () => {
    const embeddings = normals(40 * 3, 2);
    const before = embeddings.slice();
    await select(embeddings, 40, 3, 5, 0);
    expect(embeddings).toEqual(before);
  });

  it("does not depend on the lengths of the embeddings", async () => {
    // powers of two, so that normalising gives the same bits
    const embeddings = normals(60 * 4, 3);
    const scaled = embeddings.map((value, i) => value * 2 ** ((Math.floor(i / 4) % 7) - 3));
    expect(await select(scaled, 60, 4, 8, 0)).toEqual(await select(embeddings, 60, 4, 8, 0));
  });

  it("gives P distinct rows in ascending order, also where rows repeat or are zero", async () => {
    const row = fc.constantFrom([0, 0], [1, 0], [0, 1], [-1, 0], [2, 2], [1, 2]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        async (rows, P, seed) => {
          const anchors = [...(await select(Float32Array.from(rows.flat()), rows.length, 2, P, seed))];
          expect(anchors).toHaveLength(Math.min(P, rows.length));
          anchors.forEach((anchor, i) => {
            expect(anchor).toBeLessThan(rows.length);
            expect(anchor).toBeGreaterThan(i === 0 ? -1 : anchors[i - 1]);
          });
        },
      ),
    );
  });

  it("gives all rows when there are no more than P, and none of none", async () => {
    expect([...(await select(normals(12, 4), 4, 3, 4, 0))]).toEqual([0, 1, 2, 3]);
    expect([...(await select(normals(12, 4), 4, 3, 9, 0))]).toEqual([0, 1, 2, 3]);
    expect([...(await select(new Float32Array(0), 0, 3, 9, 0))]).toEqual([]);
  });

  it("works through more rows than one block of assignments", async () => {
    const anchors = await select(normals(1100 * 3, 5), 1100, 3, 20, 0);
    expect(new Set(anchors).size).toBe(20);
    expect(Math.max(...anchors)).toBeGreaterThan(511);
  });
});
