import type { CallRecord } from "@onehead/serve";
import type { LogSums } from "@onehead/serve/node";
import { formatUsd } from "../output/decision-table.js";
import { printable } from "../output/printable.js";

/** The last calls and the sums of all, as aligned text. */
export function logTable(database: string, calls: readonly CallRecord[], sums: readonly LogSums[]): string {
  const total = sums.reduce((sum, of) => sum + of.calls, 0);
  if (total === 0) return `${printable(database)}: no calls`;
  const shown = calls.length < total ? `the last ${calls.length} of ${total} calls` : `${total} calls`;
  return [`${printable(database)}: ${shown}`, "", ...aligned(callRows(calls)), "", ...aligned(sumRows(sums))].join(
    "\n",
  );
}

function callRows(calls: readonly CallRecord[]): string[][] {
  const head = ["began (UTC)", "id", "model", "status", "USD", "score", "ms"];
  const rows = calls.map(({ timeMs, id, answeredBy, status, costUsd, feedback, latencyMs }) => [
    new Date(timeMs).toISOString().slice(0, 19).replace("T", " "),
    id,
    answeredBy,
    status,
    typeof costUsd === "number" ? formatUsd(costUsd) : "",
    feedback.length === 0 ? "" : (feedback.reduce((sum, { score }) => sum + score, 0) / feedback.length).toFixed(2),
    latencyMs === undefined ? "" : String(Math.round(latencyMs)),
  ]);
  return [head, ...rows];
}

function sumRows(sums: readonly LogSums[]): string[][] {
  const head = ["model", "calls", "answered", "USD", "unresolved tries", "contents", "scored", "mean score"];
  const rows = sums.map(({ model, calls, answered, costUsd, unresolvedTries, contents, scored, feedback }) => [
    model,
    String(calls),
    String(answered),
    formatUsd(costUsd),
    String(unresolvedTries),
    String(contents),
    String(scored),
    feedback.scores === 0 ? "" : (feedback.sum / feedback.scores).toFixed(2),
  ]);
  return [head, ...rows];
}

function aligned(rows: string[][]): string[] {
  const safe = rows.map((row) => row.map(printable));
  const widths = safe[0].map((_, column) => Math.max(...safe.map((row) => row[column].length)));
  return safe.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}
