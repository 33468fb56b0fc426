import type { DecisionReport } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatDuration } from "../../format/format-duration.js";
import { formatUsd } from "../../format/format-usd.js";
import { DataTable } from "../../parts/data-table.js";

type Try = DecisionReport["tries"][number] & { place: number };

/** Who was asked, in what order, and what came of it. */
export function DecisionTries({ report }: { report: DecisionReport }): JSX.Element {
  return (
    <section class="card">
      <div class="card-head">
        <h2>Tries</h2>
      </div>
      <DataTable
        caption="Tries in order"
        captionHidden
        columns={[
          { key: "place", label: "#", class: "place", cell: ({ place }: Try) => place },
          { key: "model", label: "Model", heads: true, cell: ({ model }) => <ModelName model={model} /> },
          {
            key: "outcome",
            label: "Outcome",
            cell: ({ outcome, status, error }) => (
              <span class="stacked">
                <span>
                  {outcome}
                  {status !== null && `, status ${status}`}
                </span>
                {error !== null && <span class="about">{error}</span>}
              </span>
            ),
          },
          { key: "elapsed", label: "Took", numeric: true, cell: ({ elapsedMs }) => formatDuration(elapsedMs) },
          {
            key: "cost",
            label: "Cost",
            numeric: true,
            hint: "Unknown where a try may have cost something that nobody has said",
            cell: ({ costUsd }) => (costUsd === null ? "unknown" : formatUsd(costUsd)),
          },
        ]}
        rows={report.tries.map((each, index) => ({ ...each, place: index + 1 }))}
        rowKey={({ place }) => String(place)}
        cards
        empty="Nothing has been tried."
      />
    </section>
  );
}
