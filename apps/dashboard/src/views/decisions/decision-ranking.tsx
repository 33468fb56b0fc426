import type { DecisionReport, LoggedCandidate } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatQuality, formatReward } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { ProfileBadge } from "../../parts/badge.js";
import { type Column, DataTable } from "../../parts/data-table.js";
import { ExcludedList } from "./excluded-list.js";

/** The candidates as the decision saw them. */
export function DecisionRanking({ report }: { report: DecisionReport }): JSX.Element {
  const best = report.ranking.at(0);
  const columns: Column<LoggedCandidate>[] = [
    {
      key: "model",
      label: "Candidate",
      heads: true,
      cell: ({ model }) => (
        <span class="candidate">
          <ModelName model={model} strong={model === report.model} />
          {model === report.model && (
            <span class="badge accent">{report.status === "answered" ? "answered" : "last tried"}</span>
          )}
          {model === best?.model && model !== report.model && <span class="badge plain">first choice</span>}
        </span>
      ),
    },
    { key: "quality", label: "Quality", numeric: true, cell: (row) => formatQuality(row.predictedQuality) },
    {
      key: "uncertainty",
      label: "±",
      numeric: true,
      hint: "Uncertainty of the quality",
      cell: ({ uncertainty }) => formatQuality(uncertainty),
    },
    { key: "cost", label: "Cost", numeric: true, cell: ({ predictedCostUsd }) => formatUsd(predictedCostUsd) },
    { key: "reward", label: "Reward", numeric: true, cell: ({ reward }) => formatReward(reward) },
    {
      key: "behind",
      label: "Behind",
      numeric: true,
      hint: "How far the reward lies behind the best",
      cell: ({ reward }) => (best && reward !== best.reward ? formatReward(best.reward - reward) : "–"),
    },
    { key: "profile", label: "Profile", cell: ({ profile }) => <ProfileBadge profile={profile} /> },
  ];
  return (
    <section class="card">
      <div class="card-head">
        <div>
          <h2>Why</h2>
          <p class="about">
            {report.routed
              ? "The candidate with the best reward is tried first, then the next."
              : "The client named the model; nothing was ranked for it."}
          </p>
        </div>
      </div>
      <DataTable
        caption="Candidates by reward, best first"
        captionHidden
        columns={columns}
        rows={report.ranking}
        rowKey={({ model }) => model}
        rowClass={({ model }) => (model === report.model ? "chosen" : undefined)}
        cards
        empty="No ranking was made."
      />
      <ExcludedList excluded={report.excluded} />
    </section>
  );
}
