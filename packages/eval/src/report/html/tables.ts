import type { Estimate } from "../../bootstrap/intervals.js";
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
import { numberedModels, type ReportRow, reportRows } from "../report-rows.js";
import { formatSavedShare, formatSavedUsd, type SavingsRow, savingsRows } from "../savings-rows.js";
import { type Markup, type MarkupValue, markup } from "./markup.js";

interface Column<Row> {
  title: MarkupValue;
  cell: (row: Row) => MarkupValue;
}

/** All figures of all routers; scrolls sideways on its own where the page is narrower. */
export function routerTable(result: EvaluationResult): Markup {
  const rows = reportRows(result);
  const columns: Column<ReportRow>[] = [
    ...(result.pool === null ? [] : curveColumns),
    ...(result.routers.some(({ pair }) => pair !== null) ? pairColumns : []),
    ...predictionColumns,
  ];
  const caption = "Routers by AIQ, then the pool's own references. Small: 95 % interval, bootstrap over prompts.";
  return table("All routers", caption, "Router", columns, rows, ({ name, kind }) => ({ name, className: kind }));
}

/** The single models by cost, with the numbers that pictures use. */
export function modelTable(result: EvaluationResult): Markup {
  const models = numberedModels(result);
  const reference = result.pool?.reference.model;
  const columns: Column<(typeof models)[number]>[] = [
    { title: "No.", cell: ({ number }) => number },
    { title: "Quality", cell: ({ quality }) => formatQuality(quality) },
    { title: "USD per 1,000", cell: ({ costUsd }) => formatUsdPerThousand(costUsd) },
    { title: "AIQ", cell: ({ aiq }) => withInterval(aiq) },
    { title: "logAIQ", cell: ({ logAiq }) => withInterval(logAiq) },
    { title: "Scored rows", cell: ({ scoredRows }) => formatCount(scoredRows) },
  ];
  const caption = `Single models by cost, on the rows that all of them have. Reference model: ${reference ?? absent}.`;
  return table("Single models", caption, "Model", columns, models, ({ model }) => ({ name: model, className: "" }));
}

/** The router instead of one model for everything. */
export function savingsTable(result: EvaluationResult): Markup {
  const columns: Column<SavingsRow>[] = [
    { title: "Which is", cell: ({ model }) => model },
    { title: "Its USD per 1,000", cell: ({ savings }) => formatUsdPerThousand(savings.modelCostUsd) },
    { title: "Saved", cell: ({ savings }) => formatSavedShare(savings.savedShare) },
    { title: "Saved, USD per 1,000", cell: ({ savings }) => formatSavedUsd(savings.savedUsd) },
    { title: "Its quality", cell: ({ savings }) => formatQuality(savings.modelQuality) },
    { title: "Quality gained", cell: ({ savings }) => withSign(savings.quality) },
    { title: "Verdict", cell: ({ verdict }) => verdict },
  ];
  const caption = "The router instead of one model for everything. 95 % intervals, bootstrap over prompts.";
  const rows = savingsRows(result.savings!);
  return table("Savings", caption, "Instead of", columns, rows, ({ insteadOf }) => ({
    name: insteadOf,
    className: "",
  }));
}

const curveColumns: Column<ReportRow>[] = [
  { title: "AIQ", cell: ({ curve }) => withInterval(curve?.aiq) },
  { title: "Subject ahead by (AIQ)", cell: ({ difference }) => withSign(difference?.aiq) },
  { title: "logAIQ", cell: ({ curve }) => withInterval(curve?.logAiq) },
  { title: "Subject ahead by (logAIQ)", cell: ({ difference }) => withSign(difference?.logAiq) },
  { title: "AIQ, held-out hull", cell: ({ curve }) => formatQuality(curve?.aiqHeldOut) },
  { title: "AIQ, repository", cell: ({ curve }) => formatQuality(curve?.aiqRepository) },
  {
    title: "Best quality",
    cell: ({ curve }) =>
      chosenAndHindsight(
        formatQuality(curve?.bestQuality.heldOut?.quality),
        formatQuality(curve?.bestQuality.hindsight.quality),
      ),
  },
  {
    title: "QNC",
    cell: ({ curve }) =>
      chosenAndHindsight(
        neutralCost(curve?.qualityNeutralCost.heldOut),
        neutralCost(curve?.qualityNeutralCost.hindsight),
      ),
  },
  { title: "USD per 1,000 at 95 % quality", cell: ({ curve }) => formatUsdPerThousand(curve?.costAt95?.costUsd) },
  { title: "Oracle gap", cell: ({ curve }) => formatQuality(curve?.oracleGap) },
  { title: "Largest entropy", cell: ({ router }) => formatQuality(router?.selection?.largestEntropy, 2) },
];

const pairColumns: Column<ReportRow>[] = [
  { title: "APGR", cell: ({ router }) => formatQuality(router?.pair?.apgr, 3) },
  { title: "CPT 50 %", cell: ({ router }) => formatPercent(router?.pair?.cpt50) },
  { title: "CPT 80 %", cell: ({ router }) => formatPercent(router?.pair?.cpt80) },
];

const predictionColumns: Column<ReportRow>[] = [
  { title: "Log loss", cell: ({ router }) => formatQuality(router?.predictions?.logLoss) },
  {
    title: "ECE",
    cell: ({ router }) => {
      if (!router?.predictions) return absent;
      const { calibrationError, calibrationErrorIfCalibrated } = router.predictions;
      return markup`${formatQuality(calibrationError)}<small>perfect: ${formatQuality(calibrationErrorIfCalibrated)}</small>`;
    },
  },
  { title: "Optimism", cell: ({ router }) => formatDifference(router?.chosen?.optimism, 3) },
  { title: "Cost error", cell: ({ router }) => formatPercent(router?.chosen?.costError, 1) },
];

function withInterval(estimate: Estimate | null | undefined): MarkupValue {
  if (!estimate) return absent;
  return markup`${formatQuality(estimate.value)}<small>${formatInterval(estimate)}</small>`;
}

function withSign(difference: Estimate | null | undefined): MarkupValue {
  if (!difference) return absent;
  return markup`${formatDifference(difference.value)}<small>${formatInterval(difference, (value) => formatDifference(value, 3))}</small>`;
}

/** The figure with the setting chosen on validation rows, below it the one in hindsight. */
function chosenAndHindsight(chosen: string, hindsight: string): MarkupValue {
  return chosen === absent
    ? markup`${hindsight}<small>hindsight</small>`
    : markup`${chosen}<small>hindsight: ${hindsight}</small>`;
}

function neutralCost(value: { ratio: number; reached: boolean } | null | undefined): string {
  return value ? `${formatPercent(value.ratio)}${value.reached ? "" : "*"}` : absent;
}

function table<Row>(
  label: string,
  caption: string,
  rowTitle: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  head: (row: Row) => { name: string; className: string },
): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><caption><span>${caption}</span></caption>
<thead><tr><th scope="col">${rowTitle}</th>${columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => {
    const { name, className } = head(row);
    return markup`<tr class="${className}"><th scope="row">${name}</th>${columns.map(({ cell }) => markup`<td>${cell(row)}</td>`)}</tr>\n`;
  })}</tbody></table></div>`;
}
