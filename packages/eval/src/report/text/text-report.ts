import type { Comparison, EvaluationResult } from "../../evaluation/evaluation-result.js";
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
import { pad, toPlainText, wrap } from "./plain-text.js";
import { savingsSection } from "./savings-section.js";
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
  if (result.withoutCurves !== null) {
    parts.push(
      wrap(`No curves: ${result.withoutCurves}.`, columns, 0),
      "Savings: not enough evidence, for the same reason.",
    );
  } else {
    parts.push(savingsSection(result, columns, paint));
    parts.push(paint.bold(verdict(result, columns)), paint.dim(legend(result, columns)));
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
  const chosen =
    validation === null ? "settings chosen in hindsight" : `${formatCount(validation.rows)} validation rows`;
  return `${formatCount(heldOut.rows)} held-out rows${left}\n${models.length} models, ${chosen}`;
}

function routerColumns(result: EvaluationResult, rows: readonly ReportRow[]): TextColumn[] {
  const column = (title: string, importance: number, cell: (row: ReportRow) => string): TextColumn => ({
    title,
    importance,
    align: "right",
    cells: rows.map(cell),
  });
  const predictions = result.pool === null ? 90 : 45;
  const columns: TextColumn[] = [
    { title: "router", importance: 100, align: "left", cells: rows.map(({ name }) => toPlainText(name)) },
    column("AIQ", 99, ({ curve }) => formatQuality(curve?.aiq.value)),
    column("95 %", 30, ({ curve }) => formatInterval(curve?.aiq)),
    column("subject ahead by", 85, ({ difference }) => aheadBy(difference)),
    column("logAIQ", 95, ({ curve }) => formatQuality(curve?.logAiq?.value)),
    column("held-out AIQ", 60, ({ curve }) => formatQuality(curve?.aiqHeldOut)),
    column("repo AIQ", 20, ({ curve }) => formatQuality(curve?.aiqRepository)),
    column("best", 80, ({ curve }) =>
      formatQuality((curve?.bestQuality.heldOut ?? curve?.bestQuality.hindsight)?.quality, 3),
    ),
    column("QNC", 70, ({ curve }) => neutralCost(curve)),
    column("$/1k at 95 %", 40, ({ curve }) => formatUsdPerThousand(curve?.costAt95?.costUsd)),
    column("log loss", predictions, ({ router }) => formatQuality(router?.predictions?.logLoss, 3)),
    column("ECE", predictions + 1, ({ router }) => formatQuality(router?.predictions?.calibrationError, 3)),
    column("optimism", predictions - 20, ({ router }) => formatDifference(router?.chosen?.optimism, 3)),
    column("cost error", predictions - 21, ({ router }) => formatPercent(router?.chosen?.costError, 1)),
    column("entropy", 35, ({ router }) => formatQuality(router?.selection?.largestEntropy, 2)),
  ];
  if (result.routers.some(({ pair }) => pair !== null)) {
    columns.push(column("APGR", 65, ({ router }) => formatQuality(router?.pair?.apgr, 3)));
  }
  // a column without any figure says nothing
  return columns.filter(({ cells }, index) => index === 0 || cells.some((cell) => cell !== absent));
}

function aheadBy(difference: ReportRow["difference"]): string {
  if (difference === null) return absent;
  const interval = formatInterval(difference.aiq, (value) => formatDifference(value, 3));
  return `${formatDifference(difference.aiq.value)} ${interval}`;
}

function neutralCost(curve: ReportRow["curve"]): string {
  const value = curve?.qualityNeutralCost.heldOut ?? curve?.qualityNeutralCost.hindsight;
  return value ? `${formatPercent(value.ratio)}${value.reached ? " " : "*"}` : absent;
}

function verdict(result: EvaluationResult, columns: number): string {
  const { bestBaseline, comparisons } = result;
  const rival = comparisons.find(({ against }) => against === bestBaseline?.id)!;
  const line = (name: string, difference: Comparison["logAiq"]): string =>
    `  ${pad(name, 6)} ${formatDifference(difference?.value)} ${formatInterval(difference, formatDifference)}`;
  const who = `${toPlainText(subjectOf(result).name)} against ${toPlainText(rival.name)}`;
  const how = bestBaseline?.chosenOn === "validation" ? "on validation rows" : "in hindsight";
  const heading = wrap(`${who} (best baseline ${how}):`, columns, 0);
  return `${heading}\n${line("AIQ", rival.aiq)}\n${line("logAIQ", rival.logAiq)}`;
}

function legend(result: EvaluationResult, columns: number): string {
  const chosen = result.validation?.completeRows ? "at settings chosen on validation rows" : "in hindsight";
  const entries = [
    ["AIQ", "mean height of the hull of (cost, quality) between the cheapest and the dearest model"],
    ["logAIQ", "the same over log cost"],
    ["held-out AIQ", "hull vertices chosen on validation rows; repo AIQ: as RouterBench's code has it"],
    ["ahead by", "AIQ of the subject less this one's, with its 95 % interval (paired bootstrap over prompts)"],
    ["best", `highest mean quality, ${chosen}`],
    ["QNC", `cost of keeping the quality of ${toPlainText(result.pool!.reference.model)}, ${chosen}; * not reached`],
    ["optimism", "predicted less incurred quality of the chosen answers, mean over λ; cost error likewise"],
    ["saved", "λ, unless given: the least that keeps the best model's quality on validation rows, if any does"],
    ["zero router", "hull of the single models in hindsight"],
    ...(result.routers.some(({ role }) => role === "reference")
      ? [["true-task", "is told the recorded task of each prompt: a line to look up to, no router"]]
      : []),
  ];
  return entries.map(([term, meaning]) => wrap(`${pad(term, 12)}  ${meaning}`, columns, 14)).join("\n");
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
    right(
      "quality",
      90,
      models.map(({ quality }) => formatQuality(quality)),
    ),
    right(
      "$/1k prompts",
      90,
      models.map(({ costUsd }) => formatUsdPerThousand(costUsd)),
    ),
    right(
      "scored rows",
      50,
      models.map(({ scoredRows }) => formatCount(scoredRows)),
    ),
  ];
}
