import { describe, expect, it } from "vitest";
import { chance } from "../mock-data.fixture.js";
import { placeLabels } from "./place-labels.js";

const bounds = { left: 0, top: 0, right: 640, bottom: 400 };
const height = 14;

describe("placeLabels", () => {
  it("puts a lone text right of its point", () => {
    const [label] = placeLabels([{ x: 100, y: 100, radius: 5, width: 60 }], bounds, height);
    expect(label).toEqual({ x: 109, y: 100, away: false });
  });

  it("stays within the bounds", () => {
    const [label] = placeLabels([{ x: 635, y: 100, radius: 5, width: 60 }], bounds, height);
    expect(label!.x + 60).toBeLessThanOrEqual(640);
  });

  it("keeps off a line that is better not covered", () => {
    const line = Array.from({ length: 40 }, (_, i) => ({ x: 100 + 4 * i, y: 100 }));
    const [label] = placeLabels([{ x: 100, y: 100, radius: 5, width: 60 }], bounds, height, line);
    expect(label!.x + 60).toBeLessThanOrEqual(100);
  });

  it.each([12, 40, 100])("lets no two texts overlap, and none cover a point, among %i in a cloud", (count) => {
    for (let seed = 0; seed < 10; seed++) {
      const points = Array.from({ length: count }, (_, i) => ({
        x: 200 + 200 * chance(seed * 1000 + i),
        y: 120 + 120 * chance(seed * 1000 + i + 300),
        radius: 5,
        width: 50 + 60 * chance(seed * 1000 + i + 600),
        first: i === 7,
      }));
      const labels = placeLabels(points, bounds, height);
      // a dozen all find a place, and so does who comes first among forty
      if (count === 12) expect(labels).not.toContain(null);
      if (count <= 40) expect(labels[7]).not.toBeNull();
      const boxes = labels.flatMap((label, i) =>
        label === null
          ? []
          : [
              {
                left: label.x,
                right: label.x + points[i].width,
                top: label.y - height / 2,
                bottom: label.y + height / 2,
              },
            ],
      );
      const marks = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
      const overlaps = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
        a.left < b.right - 1e-6 && b.left < a.right - 1e-6 && a.top < b.bottom - 1e-6 && b.top < a.bottom - 1e-6;
      for (let i = 0; i < boxes.length; i++) {
        for (let j = 0; j < i; j++) expect(overlaps(boxes[i], boxes[j]), `seed ${seed}: ${i}, ${j}`).toBe(false);
        for (const mark of marks) expect(overlaps(boxes[i], mark), `seed ${seed}: ${i}`).toBe(false);
      }
    }
  });

  it("leaves a text out where there is no room for it", () => {
    expect(
      placeLabels([{ x: 10, y: 10, radius: 5, width: 300 }], { left: 0, top: 0, right: 40, bottom: 20 }, height),
    ).toEqual([null]);
  });
});
