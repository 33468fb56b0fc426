import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LabelSpace, type PlacedLabel, placeLabels } from "./place-labels.js";

const space: LabelSpace = {
  bounds: { left: 0, right: 400, top: 0, bottom: 200 },
  fontSize: 10,
  markRadius: 4,
  lines: [],
};

function boxOf({ text, x, y }: PlacedLabel) {
  return { left: x, right: x + text.length * 6, top: y - 8, bottom: y + 2.4 };
}

const points = fc.array(
  fc.record({
    x: fc.integer({ min: 5, max: 395 }),
    y: fc.integer({ min: 5, max: 195 }),
    text: fc.string({ minLength: 3, maxLength: 20 }),
    shortText: fc.constant("12"),
  }),
  { maxLength: 30 },
);

describe("placeLabels", () => {
  it("puts a lone label right of its point, without a leader", () => {
    expect(placeLabels([{ x: 100, y: 100, text: "model", shortText: "1" }], space)).toEqual([
      { text: "model", x: 107, y: expect.closeTo(102.8, 6), leader: null },
    ]);
  });

  it("puts it left at the right edge", () => {
    const [label] = placeLabels([{ x: 390, y: 100, text: "model", shortText: "1" }], space);
    expect(label?.x).toBe(353);
  });

  it("avoids lines where there is room beside them", () => {
    const lines = Array.from({ length: 60 }, (_, i): [number, number] => [100 + i, 100]);
    const [label] = placeLabels([{ x: 100, y: 100, text: "model", shortText: "1" }], { ...space, lines });
    expect(label?.x).toBe(63);
  });

  it("lets no label overlap another, a mark or the frame", () => {
    fc.assert(
      fc.property(points, (crowd) => {
        const labels = placeLabels(crowd, space).filter((label) => label !== null);
        const boxes = labels.map(boxOf);
        for (const [i, box] of boxes.entries()) {
          expect(box.left).toBeGreaterThanOrEqual(-1e-9);
          expect(box.right).toBeLessThanOrEqual(400 + 1e-9);
          expect(box.top).toBeGreaterThanOrEqual(-0.5);
          expect(box.bottom).toBeLessThanOrEqual(200.5);
          const marks = crowd.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
          for (const other of [...boxes.slice(0, i), ...marks]) {
            const apart =
              box.left >= other.right - 1e-9 ||
              other.left >= box.right - 1e-9 ||
              box.top >= other.bottom - 0.5 ||
              other.top >= box.bottom - 0.5;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it("leaves a label out where even the short text finds no room", () => {
    const tight = { ...space, bounds: { left: 96, right: 104, top: 96, bottom: 104 } };
    expect(placeLabels([{ x: 100, y: 100, text: "model", shortText: "1" }], tight)).toEqual([null]);
  });
});
