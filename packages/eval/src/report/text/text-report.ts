import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import {
  absent,
  formatCount,
  formatDifference,
  formatInterval,
  formatPercent,
  formatQuality,
  formatUsdPerThousand,
} from "../format.js";
import { numberedModels, type ReportRow, reportRows, subjectOf } from "../report-rows.js";
import { toPlainText } from "./plain-text.js";
import { type TextColumn, textTable } from "./text-table.js";

export interface TextReportOptions {
  /** Characters a line, 100 unless given; made for 80 and more. */
  columns?: number;
  /** ANSI colours; off unless given. */
  colors?: boolean;
}

/** The evaluation as text for a terminal: routers, the verdict against the best baseline, and the single models. */
export function toTextReport(result: EvaluationResult, options: TextReportOptions = {}): string {
  const { columns = 100, colors = false } = options;
  const paint = colors ? ansi : { bold: same, dim: same };
  const rows = reportRows(result);
  const style = (line: string, row: number): string => {
    if (row < 0) return paint.dim(line);
    if (rows[row].kind === "subject") return paint.bold(line);
    return rows[row].kind === "reference" ? paint.dim(line) : line;
  };
  const parts = [paint.dim(rowsLine(result)), textTable(routerColumns(result, rows), columns, style)];
  if (result.withoutCurves !== null) parts.push(`No curves: ${result.withoutCurves}.`);
  else {
    parts.push(paint.bold(verdict(result)), paint.dim(legend(result)));
    parts.push(textTable(modelColumns(result), columns, (line, row) => (row < 0 ? paint.dim(line) : line)));
  }
  return `${parts.join("\n\n")}\n`;
}

const same = (text: string): string => text;
const ansi = {
  bold: (text: string): string => `\u001b[1m${text}\u001b[22m`,
  dim: (text: string): string => `\u001b[2m${text}\u001b[22m`,
};

function rowsLine({ heldOut, validation, models }: EvaluationResult): string {
  const left = heldOut.incompleteRows > 0 ? `, ${formatCount(heldOut.incompleteRows)} of them left out of curves` : "";
  const chosen = validation === null ? "settings chosen in hindsight" : `${formatCount(validation.rows)} validation rows`;
  return `${formatCount(heldOut.rows)} held-out rows${left}\n${models.length} models, ${chosen}`;
}

function routerColumns(result: EvaluationResult, rows: readonly ReportRow[]): TextColumn[] {
  const column = (title: string, importance: number, cell: (row: ReportRow) => string): TextColumn => ({
    title,
    importance,
    align: "right",
    cells: rows.map(cell),
  });
  const qnc = (value: { ratio: number; reached: boolean } | null | undefined): string =>
    value ? (value.reached ? formatPercent(value.ratio) : "not reached") : absent;
  return [
    { title: "router", importance: 100, align: "left", cells: rows.map(({ name }) => toPlainText(name)) },
    column("AIQ", 99, ({ curve }) => formatQuality(curve?.aiq.value)),
    column("95 %", 70, ({ curve }) => formatInterval(curve?.aiq)),
    column("logAIQ", 95, ({ curve }) => formatQuality(curve?.logAiq?.value)),
    column("held-out AIQ", 60, ({ curve }) => formatQuality(curve?.aiqHeldOut)),
    column("repo AIQ", 20, ({ curve }) => formatQuality(curve?.aiqRepository)),
    column("best", 80, ({ curve }) =>
      formatQuality((curve?.bestQuality.heldOut ?? curve?.bestQuality.hindsight)?.quality, 3),
    ),
    column("QNC", 85, ({ curve }) => qnc(curve?.qualityNeutralCost.heldOut ?? curve?.qualityNeutralCost.hindsight)),
    column("$/1k at 95 %", 40, ({ curve }) => formatUsdPerThousand(curve?.costAt95?.costUsd)),
    column("log loss", result.pool === null ? 90 : 45, ({ router }) => formatQuality(router?.predictions?.logLoss, 3)),
    column("ECE", result.pool === null ? 90 : 50, ({ router }) =>
      formatQuality(router?.predictions?.calibrationError, 3),
    ),
    column("entropy", 30, ({ router }) => formatQuality(router?.selection?.largestEntropy, 2)),
    ...(result.routers.some(({ pair }) => pair !== null)
      ? [column("APGR", 65, ({ router }) => formatQuality(router?.pair?.apgr, 3))]
      : []),
  ];
}

function verdict(result: EvaluationResult): string {
  const { bestBaseline, comparisons } = result;
  const rival = comparisons.find(({ against }) => against === bestBaseline?.id)!;
  const line = (name: string, difference: { value: number; interval: [number, number] } | null): string =>
    `${name} ${formatDifference(difference?.value)} ${formatInterval(difference, formatDifference)}`;
  const who = `${toPlainText(subjectOf(result).name)} against ${toPlainText(rival.name)}`;
  const how = bestBaseline?.chosenOn === "validation" ? "best baseline on validation rows" : "best baseline in hindsight";
  return `${who} (${how}):\n  ${line("AIQ", rival.aiq)}\n  ${line("logAIQ", rival.logAiq)}`;
}

function legend(result: EvaluationResult): string {
  const { reference } = result.pool!;
  const where = result.validation?.completeRows ? "at settings chosen on validation rows" : "in hindsight";
  return [
    "AIQ      mean height of the hull of (cost, quality) between the cheapest and the dearest model; 95 %: bootstrap over prompts",
    "logAIQ   the same over log cost",
    "best     highest quality, QNC: cost of keeping the reference model's quality over its cost",
    `         (both ${where}; reference: ${toPlainText(reference.model)})`,
    "ECE      pooled, 15 equal-mass bins; zero router: hull of the single models in hindsight",
  ].join("\n");
}

function modelColumns(result: EvaluationResult): TextColumn[] {
  const models = numberedModels(result);
  const right = (title: string, importance: number, cells: string[]): TextColumn => ({
    title,
    importance,
    align: "right",
    cells,
  });
  return [
    { title: "single model", align: "left", importance: 100, cells: models.map(({ model }) => toPlainText(model)) },
    right("quality", 90, models.map(({ quality }) => formatQuality(quality))),
    right("$/1k prompts", 90, models.map(({ costUsd }) => formatUsdPerThousand(costUsd))),
    right("scored rows", 50, models.map(({ scoredRows }) => formatCount(scoredRows))),
  ];
}
