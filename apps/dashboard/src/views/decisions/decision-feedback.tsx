import type { DecisionReport } from "@onehead/serve";
import type { JSX } from "preact";
import { formatQuality } from "../../format/format-number.js";
import { DataTable } from "../../parts/data-table.js";
import { FeedbackButtons } from "../../parts/feedback-buttons.js";
import { Time } from "../../parts/time.js";

type Score = DecisionReport["feedbackScores"][number] & { place: number };

/** The scores that the answer got, and a place for one more. */
export function DecisionFeedback({ report, reload }: { report: DecisionReport; reload: () => void }): JSX.Element {
  return (
    <section class="card">
      <div class="card-head">
        <h2>Feedback</h2>
        {report.status !== "open" && <FeedbackButtons decisionId={report.id} onSent={reload} />}
      </div>
      <DataTable
        caption="Scores of the answer"
        captionHidden
        columns={[
          { key: "at", label: "Time", heads: true, cell: ({ at }: Score) => <Time at={at} /> },
          { key: "score", label: "Score", numeric: true, cell: ({ score }) => formatQuality(score) },
          { key: "source", label: "Source", cell: ({ source }) => source ?? "–" },
          { key: "comment", label: "Comment", cell: ({ comment }) => comment ?? "–" },
        ]}
        rows={report.feedbackScores.map((score, place) => ({ ...score, place }))}
        rowKey={({ place }) => String(place)}
        cards
        empty="No score yet."
      />
    </section>
  );
}
