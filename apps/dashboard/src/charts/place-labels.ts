/** A point with a text that is to stand near it. */
export interface LabelledPoint {
  x: number;
  y: number;
  radius: number;
  width: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where a text goes: its left end and its middle line; `away` where it needs a line back to its point. */
export interface PlacedLabel {
  x: number;
  y: number;
  away: boolean;
}

/**
 * Places texts so that they cover neither each other nor a point, where there is room for that.
 *
 * Greedy, most crowded points first: beside the point if it is free there, else further and further off. Small, and good for
 * the few dozen points that a curve has.
 *
 * @param obstacles further points to stay clear of
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  bounds: Box,
  height: number,
  obstacles: ReadonlyArray<{ x: number; y: number; radius: number }> = [],
): PlacedLabel[] {
  const taken: Box[] = [...points, ...obstacles].map(({ x, y, radius }) => boxAround(x, y, radius));
  const crowd = (point: LabelledPoint): number =>
    points.filter((other) => Math.abs(other.x - point.x) < point.width && Math.abs(other.y - point.y) < 2 * height)
      .length;
  const order = points.map((_, index) => index).sort((a, b) => crowd(points[b]) - crowd(points[a]) || a - b);
  const placed: PlacedLabel[] = new Array(points.length);

  for (const index of order) {
    const point = points[index];
    let best: PlacedLabel | null = null;
    let bestOverlap = Number.POSITIVE_INFINITY;
    for (const spot of spots(point, height)) {
      const box = {
        left: spot.x,
        right: spot.x + point.width,
        top: spot.y - height / 2,
        bottom: spot.y + height / 2,
      };
      if (box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom)
        continue;
      const overlap = taken.reduce((sum, other) => sum + overlapOf(box, other), 0);
      if (overlap < bestOverlap) {
        best = spot;
        bestOverlap = overlap;
      }
      if (overlap === 0) break;
    }
    // no room at all, on a chart narrower than the text
    best ??= { x: bounds.left, y: point.y, away: true };
    placed[index] = best;
    taken.push({ left: best.x, right: best.x + point.width, top: best.y - height / 2, bottom: best.y + height / 2 });
  }
  return placed;
}

/** Right, left, above, below, then the same further off. */
function* spots({ x, y, radius, width }: LabelledPoint, height: number): Generator<PlacedLabel> {
  const gap = radius + 4;
  for (let ring = 0; ring < 7; ring++) {
    const rise = ring * height * 0.9;
    const away = ring > 0;
    for (const sign of ring === 0 ? [1] : [-1, 1]) {
      yield { x: x + gap, y: y + sign * rise, away };
      yield { x: x - gap - width, y: y + sign * rise, away };
    }
    const lift = radius + 2 + height / 2 + rise;
    yield { x: x - width / 2, y: y - lift, away };
    yield { x: x - width / 2, y: y + lift, away };
  }
}

function boxAround(x: number, y: number, radius: number): Box {
  return { left: x - radius - 1, right: x + radius + 1, top: y - radius - 1, bottom: y + radius + 1 };
}

function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
