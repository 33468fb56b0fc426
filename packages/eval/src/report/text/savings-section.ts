import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { formatDifference, formatInterval } from "../format.js";
import { subjectOf } from "../report-rows.js";
import { formatSavedShare, formatSavedUsd, savingsReasons, savingsRows, savingsSetting } from "../savings-rows.js";
import { toPlainText, wrap } from "./plain-text.js";
import { type TextColumn, textTable } from "./text-table.js";

/** How lines are emphasised: with colours, or not at all. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
}

/** The router instead of one model for everything. */
export function savingsSection(result: EvaluationResult, columns: number, paint: Paint): string {
  const rows = savingsRows(result.savings!);
  const right = (title: string, importance: number, cells: string[]): TextColumn => ({
    title,
    importance,
    align: "right",
    cells,
  });
  const table: TextColumn[] = [
    {
      title: "instead of",
      align: "left",
      importance: 100,
      cells: rows.map((row) => `${row.insteadOf}: ${toPlainText(row.model)}`),
    },
    right(
      "saved",
      95,
      rows.map((row) => formatSavedShare(row.savings.savedShare)),
    ),
    right(
      "saved, $/1k",
      60,
      rows.map((row) => formatSavedUsd(row.savings.savedUsd)),
    ),
    right(
      "quality",
      70,
      rows.map(({ savings: { quality } }) => {
        const difference = (value: number): string => formatDifference(value, 3);
        return `${difference(quality.value)} ${formatInterval(quality, difference)}`;
      }),
    ),
    { title: "verdict", align: "left", importance: 80, cells: rows.map(({ verdict: words }) => words) },
  ];
  const heading = wrap(
    `What ${toPlainText(subjectOf(result).name)} would have saved ${savingsSetting(result)}:`,
    columns,
    0,
  );
  const reasons = savingsReasons(result).map((reason) =>
    wrap(`not enough evidence  ${toPlainText(reason)}`, columns, 21),
  );
  const body = textTable(table, columns, (line, row) => (row < 0 ? paint.dim(line) : line));
  return [paint.bold(heading), body, ...reasons].join("\n");
}
