/** A point with a text that is to stand near it. */
export interface LabelledPoint {
  x: number;
  y: number;
  radius: number;
  width: number;
  /** Whether it has its text before the others get theirs. */
  first?: boolean;
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
 * Places texts so that they cover neither each other nor a point; null where there is no room for that.
 *
 * Greedy, most crowded points first: each takes the free spot around its point that lies over the least of a line and is not far
 * off. Small, and good for the few dozen points that a curve has.
 *
 * @param line places along a line that is better not covered
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  bounds: Box,
  height: number,
  line: ReadonlyArray<{ x: number; y: number }> = [],
): Array<PlacedLabel | null> {
  const taken: Box[] = points.map(({ x, y, radius }) => boxAround(x, y, radius));
  const better: Box[] = line.map(({ x, y }) => boxAround(x, y, 1));
  const crowd = (point: LabelledPoint): number =>
    points.filter((other) => Math.abs(other.x - point.x) < point.width && Math.abs(other.y - point.y) < 2 * height)
      .length;
  const order = points
    .map((_, index) => index)
    .sort(
      (a, b) =>
        Number(points[b].first ?? false) - Number(points[a].first ?? false) ||
        crowd(points[b]) - crowd(points[a]) ||
        a - b,
    );
  const placed = new Array<PlacedLabel | null>(points.length).fill(null);

  for (const index of order) {
    const point = points[index];
    let best: PlacedLabel | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const spot of spots(point, height)) {
      const box = {
        left: spot.x,
        right: spot.x + point.width,
        top: spot.y - height / 2,
        bottom: spot.y + height / 2,
      };
      if (box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom)
        continue;
      if (covered(box, taken) > 0) continue;
      const regret = covered(box, better) + 25 * spot.ring;
      if (regret < least) {
        best = { x: spot.x, y: spot.y, away: spot.ring > 0 };
        least = regret;
      }
    }
    if (best === null) continue;
    placed[index] = best;
    taken.push({ left: best.x, right: best.x + point.width, top: best.y - height / 2, bottom: best.y + height / 2 });
  }
  return placed;
}

/** Right, left, above, below, then the same further off. */
function* spots(
  { x, y, radius, width }: LabelledPoint,
  height: number,
): Generator<{ x: number; y: number; ring: number }> {
  const gap = radius + 4;
  for (let ring = 0; ring < 5; ring++) {
    const rise = ring * height * 0.9;
    for (const sign of ring === 0 ? [1] : [-1, 1]) {
      yield { x: x + gap, y: y + sign * rise, ring };
      yield { x: x - gap - width, y: y + sign * rise, ring };
    }
    const lift = radius + 2 + height / 2 + rise;
    yield { x: x - width / 2, y: y - lift, ring };
    yield { x: x - width / 2, y: y + lift, ring };
  }
}

function boxAround(x: number, y: number, radius: number): Box {
  return { left: x - radius - 1, right: x + radius + 1, top: y - radius - 1, bottom: y + radius + 1 };
}

function covered(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + overlapOf(box, other), 0);
}

function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
