import type { DecisionSummary } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatDuration } from "../../format/format-duration.js";
import { formatQuality } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { StatusBadge } from "../../parts/badge.js";
import { type Column, DataTable } from "../../parts/data-table.js";
import { Time } from "../../parts/time.js";
import { toHash } from "../../routing/route.js";

const columns: Column<DecisionSummary>[] = [
  {
    key: "at",
    label: "Time",
    heads: true,
    cell: ({ id, at }) => (
      <a href={toHash({ view: "decisions", id })}>
        <Time at={at} />
      </a>
    ),
  },
  { key: "status", label: "Status", class: "bare", cell: ({ status }) => <StatusBadge status={status} /> },
  {
    key: "model",
    label: "Model",
    class: "wide",
    cell: ({ model, requestedModel, fallbacks }) => (
      <span class="stacked">
        <ModelName model={model} />
        {(requestedModel !== "auto" || fallbacks > 0) && (
          <span class="about">
            {requestedModel !== "auto" && `asked for ${requestedModel}`}
            {requestedModel !== "auto" && fallbacks > 0 && ", "}
            {fallbacks > 0 && `after ${fallbacks} ${fallbacks === 1 ? "fallback" : "fallbacks"}`}
          </span>
        )}
      </span>
    ),
  },
  { key: "surface", label: "Surface", class: "surface", cell: ({ surface }) => surface },
  {
    key: "quality",
    label: "Quality",
    numeric: true,
    hint: "Predicted",
    cell: ({ predictedQuality }) => formatQuality(predictedQuality),
  },
  {
    key: "predicted",
    label: "Predicted",
    numeric: true,
    hint: "Predicted cost",
    cell: ({ predictedCostUsd }) => formatUsd(predictedCostUsd),
  },
  { key: "cost", label: "Cost", numeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
  { key: "latency", label: "Latency", numeric: true, cell: ({ latencyMs }) => formatDuration(latencyMs) },
  { key: "feedback", label: "Score", numeric: true, cell: ({ feedback }) => formatQuality(feedback) },
];

/** A page of calls. */
export function DecisionsTable({ decisions }: { decisions: readonly DecisionSummary[] }): JSX.Element {
  return (
    <DataTable
      caption="Decisions, newest first"
      captionHidden
      columns={columns}
      rows={decisions}
      rowKey={({ id }) => id}
      cards
    />
  );
}
