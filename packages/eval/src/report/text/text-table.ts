import { clip, pad } from "./plain-text.js";

/** One column: its cells are already text. */
export interface TextColumn {
  title: string;
  align: "left" | "right";
  cells: string[];
  /** Columns of the lowest importance go first when the terminal is too narrow. */
  importance: number;
}

const gap = "  ";
const shortestName = 8;
// names are worth more than the last figure, but not the whole line
const narrowestFirstColumn = 26;

/**
 * An aligned table of at most `width` characters a line: header, rule, one line a row.
 *
 * Columns are dropped by importance, never broken; then the first column, which holds the names, is clipped.
 *
 * @param style applied to each finished line (row −1 is the header, −2 the rule), for colours
 */
export function textTable(
  columns: readonly TextColumn[],
  width: number,
  style: (line: string, row: number) => string = (line) => line,
): string {
  const kept = [...columns];
  while (kept.length > 2 && widthOf(kept, narrowestFirstColumn) > width) {
    const dropped = kept.slice(1).reduce((least, column) => (column.importance < least.importance ? column : least));
    kept.splice(kept.indexOf(dropped), 1);
  }
  const others = widthOf(kept, 0);
  const widths = kept.map(naturalWidth);
  widths[0] = Math.min(widths[0], Math.max(shortestName, width - others));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(clip(cell, widths[i]), widths[i], kept[i].align))
      .join(gap)
      .trimEnd();
  const rule = widths.map((columnWidth) => "─".repeat(columnWidth)).join(gap);
  const rows = Array.from({ length: columns[0].cells.length }, (_, row) => line(kept.map(({ cells }) => cells[row])));
  return [
    style(line(kept.map(({ title }) => title)), -1),
    style(rule, -2),
    ...rows.map((text, row) => style(text, row)),
  ].join("\n");
}

function naturalWidth({ title, cells }: TextColumn): number {
  return Math.max([...title].length, ...cells.map((cell) => [...cell].length));
}

/** Width of a line when the first column takes at most `first`. */
function widthOf(columns: readonly TextColumn[], first: number): number {
  const rest = columns.slice(1).reduce((sum, column) => sum + gap.length + naturalWidth(column), 0);
  return Math.min(first, naturalWidth(columns[0])) + rest;
}
