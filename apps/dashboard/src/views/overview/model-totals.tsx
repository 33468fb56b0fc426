import type { OverviewReport } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatDuration } from "../../format/format-duration.js";
import { formatCount, formatQuality, formatShare } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { Bar } from "../../parts/bar.js";
import { type Column, DataTable } from "../../parts/data-table.js";
import { toHash } from "../../routing/route.js";

type ModelSums = OverviewReport["models"][number];

/** The same range, model by model. */
export function ModelTotals({ report }: { report: OverviewReport }): JSX.Element {
  const share = ({ calls }: ModelSums): number => calls / report.totals.calls;
  const columns: Column<ModelSums>[] = [
    {
      key: "model",
      label: "Model",
      heads: true,
      cell: ({ model }) => (
        <a href={toHash({ view: "decisions", query: { model } })}>
          <ModelName model={model} />
        </a>
      ),
    },
    {
      key: "share",
      label: "Share of calls",
      numeric: true,
      cell: (sums) => (
        <span class="with-bar inline">
          <Bar share={share(sums)} />
          <span>{formatShare(share(sums))}</span>
        </span>
      ),
    },
    { key: "calls", label: "Calls", numeric: true, cell: ({ calls }) => formatCount(calls) },
    { key: "cost", label: "Spend", numeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
    { key: "quality", label: "Quality", numeric: true, cell: (sums) => formatQuality(sums.meanPredictedQuality) },
    { key: "feedback", label: "Feedback", numeric: true, cell: (sums) => formatQuality(sums.meanFeedback) },
    { key: "p50", label: "p50 ≤", numeric: true, cell: ({ latencyMs }) => formatDuration(latencyMs.p50) },
    { key: "p95", label: "p95 ≤", numeric: true, cell: ({ latencyMs }) => formatDuration(latencyMs.p95) },
    { key: "failed", label: "Failures", numeric: true, cell: ({ failed }) => formatCount(failed) },
  ];
  return (
    <section class="card">
      <div class="card-head">
        <h2>By model</h2>
      </div>
      <DataTable
        caption="Calls, spend and quality by model"
        captionHidden
        columns={columns}
        rows={[...report.models].sort((a, b) => b.calls - a.calls)}
        rowKey={({ model }) => model}
        cards
      />
    </section>
  );
}
