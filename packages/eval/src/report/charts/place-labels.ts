/** Something that wants a name beside it. */
export interface LabelledPoint {
  x: number;
  y: number;
  /** Wanted where there is room close by. */
  text: string;
  /** Shorter, for crowds; may stand further away. */
  shortText: string;
}

export interface PlacedLabel {
  text: string;
  /** Left end of the baseline. */
  x: number;
  y: number;
  /** Where a line to the point starts, when the label had to move away; null beside its point. */
  leader: { fromX: number; fromY: number; toX: number; toY: number } | null;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface LabelSpace {
  /** Labels stay inside. */
  bounds: Box;
  fontSize: number;
  /** Half the size of a point's mark. */
  markRadius: number;
  /** Points of lines that labels should rather not cover. */
  lines: readonly (readonly [x: number, y: number])[];
}

/** How far a label may move, in pixels: names nearly touch their points, or a crowd of leaders would cross. */
const nameDistances = [0, 8];
const shortDistances = [0, 8, 15, 24];
/** Directions by preference: right, left, above, below, then the diagonals. */
const directions: readonly (readonly [x: number, y: number])[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -0.7],
  [1, 0.7],
  [-1, -0.7],
  [-1, 0.7],
];

/**
 * Places labels beside their points so that none overlaps another, a mark or the frame.
 *
 * Greedy, in the order given: each label takes the free place that covers the fewest line points and lies nearest. Where no
 * text of a point fits anywhere, its label is left out (null): a table names it then.
 */
export function placeLabels(points: readonly LabelledPoint[], space: LabelSpace): (PlacedLabel | null)[] {
  const { markRadius: radius } = space;
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }));
  return points.map((point) => {
    for (const [text, distances] of [
      [point.text, nameDistances],
      [point.shortText, shortDistances],
    ] as const) {
      const place = bestPlace(point, text, distances, taken, space);
      if (place === null) continue;
      taken.push(place.box);
      return toLabel(point, text, place.box, place.distance, space);
    }
    return null;
  });
}

function bestPlace(
  point: LabelledPoint,
  text: string,
  distances: readonly number[],
  taken: readonly Box[],
  space: LabelSpace,
): { box: Box; distance: number } | null {
  let best: { box: Box; distance: number } | null = null;
  let leastCost = Number.POSITIVE_INFINITY;
  for (const [order, direction] of directions.entries()) {
    for (const distance of distances) {
      const box = boxAt(point, text, direction, distance, space);
      if (!inside(box, space.bounds) || taken.some((other) => overlap(box, other))) continue;
      const covered = space.lines.filter(
        ([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom,
      ).length;
      const cost = distance + order * 0.8 + covered * 4;
      if (cost < leastCost) [best, leastCost] = [{ box, distance }, cost];
    }
  }
  return best;
}

function boxAt(
  { x, y }: LabelledPoint,
  text: string,
  [dx, dy]: readonly [number, number],
  distance: number,
  { fontSize, markRadius }: LabelSpace,
): Box {
  // a proportional sans-serif: 0.6 em a character is on the wide side for model names
  const width = text.length * fontSize * 0.6;
  const reach = markRadius + 3 + distance;
  const centreX = x + dx * reach;
  const left = dx > 0 ? centreX : dx < 0 ? centreX - width : centreX - width / 2;
  const middle = y + dy * (reach + (dx === 0 ? fontSize * 0.45 : 0));
  return { left, right: left + width, top: middle - fontSize * 0.52, bottom: middle + fontSize * 0.52 };
}

function toLabel(point: LabelledPoint, text: string, box: Box, distance: number, space: LabelSpace): PlacedLabel {
  const label = { text, x: box.left, y: box.bottom - space.fontSize * 0.24 };
  if (distance < 12) return { ...label, leader: null };
  const toX = Math.min(Math.max(point.x, box.left), box.right);
  const toY = Math.min(Math.max(point.y, box.top), box.bottom);
  return { ...label, leader: { fromX: point.x, fromY: point.y, toX, toY } };
}

function inside(box: Box, bounds: Box): boolean {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
