import { createRandom } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectAnchors } from "./select-anchors.js";

function normals(length: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

describe("selectAnchors", () => {
  it("picks one row of each cluster, the one nearest to its middle", () => {
    // three directions of five rows at angles −2, −1, 0, 1, 2 degrees around 0, 120 and 240: the middle row is nearest
    const angles = [0, 120, 240].flatMap((centre) => [-2, -1, 0, 1, 2].map((offset) => centre + offset));
    const embeddings = Float32Array.from(
      angles.flatMap((angle, i) => {
        const [radians, length] = [(angle * Math.PI) / 180, 1 + i];
        return [length * Math.cos(radians), length * Math.sin(radians)];
      }),
    );
    // whichever rows it starts from, some seed finds the three clusters, and then the medoids are these
    const found = Array.from({ length: 10 }, (_, seed) => [...selectAnchors(embeddings, 15, 2, 3, seed)].join());
    expect(found).toContain("2,7,12");
  });

  it("gives the same rows for the same seed, and others for another", () => {
    const embeddings = normals(200 * 6, 1);
    const first = selectAnchors(embeddings, 200, 6, 12, 3);
    expect(selectAnchors(embeddings, 200, 6, 12, 3)).toEqual(first);
    expect(selectAnchors(embeddings, 200, 6, 12, 4)).not.toEqual(first);
  });

  it("does not change what it reads", () => {
    const embeddings = normals(40 * 3, 2);
    const before = embeddings.slice();
    selectAnchors(embeddings, 40, 3, 5, 0);
    expect(embeddings).toEqual(before);
  });

  it("does not depend on the lengths of the embeddings", () => {
    // powers of two, so that normalising gives the same bits
    const embeddings = normals(60 * 4, 3);
    const scaled = embeddings.map((value, i) => value * 2 ** ((Math.floor(i / 4) % 7) - 3));
    expect(selectAnchors(scaled, 60, 4, 8, 0)).toEqual(selectAnchors(embeddings, 60, 4, 8, 0));
  });

  it("gives P distinct rows in ascending order, also where rows repeat or are zero", () => {
    const row = fc.constantFrom([0, 0], [1, 0], [0, 1], [-1, 0], [2, 2], [1, 2]);
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        (rows, P, seed) => {
          const anchors = [...selectAnchors(Float32Array.from(rows.flat()), rows.length, 2, P, seed)];
          expect(anchors).toHaveLength(Math.min(P, rows.length));
          anchors.forEach((anchor, i) => {
            expect(anchor).toBeLessThan(rows.length);
            expect(anchor).toBeGreaterThan(i === 0 ? -1 : anchors[i - 1]);
          });
        },
      ),
    );
  });

  it("gives all rows when there are no more than P, and none of none", () => {
    expect([...selectAnchors(normals(12, 4), 4, 3, 4, 0)]).toEqual([0, 1, 2, 3]);
    expect([...selectAnchors(normals(12, 4), 4, 3, 9, 0)]).toEqual([0, 1, 2, 3]);
    expect([...selectAnchors(new Float32Array(0), 0, 3, 9, 0)]).toEqual([]);
  });

  it("works through more rows than one block of assignments", () => {
    const anchors = selectAnchors(normals(1100 * 3, 5), 1100, 3, 20, 0);
    expect(new Set(anchors).size).toBe(20);
    expect(Math.max(...anchors)).toBeGreaterThan(511);
  });
});
