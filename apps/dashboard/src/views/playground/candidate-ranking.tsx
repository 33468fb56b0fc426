import type { DecisionReport, LoggedCandidate } from "@onehead/serve";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ModelName } from "../../charts/model-name.js";
import type { Dial, Preference } from "../../decision/preference.js";
import { rankCandidates } from "../../decision/rank-candidates.js";
import { formatCount, formatQuality, formatReward, formatShare } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { ProfileBadge } from "../../parts/badge.js";
import { Bar } from "../../parts/bar.js";
import { type Column, DataTable } from "../../parts/data-table.js";
import { ExcludedList } from "../decisions/excluded-list.js";
import { useReorderAnimation } from "./use-reorder-animation.js";

type Ranked = LoggedCandidate & { reward: number; place: number };

/** The candidates of a decision, ranked again here for whatever the slider says. */
export function CandidateRanking(props: {
  decision: DecisionReport;
  preference: Preference;
  dial: Dial;
  busy: boolean;
}): JSX.Element {
  const { decision, preference, dial } = props;
  const ranked: Ranked[] = rankCandidates(decision.ranking, preference, dial).map((candidate, place) => ({
    ...candidate,
    place,
  }));
  const dearest = Math.max(...ranked.map(({ predictedCostUsd }) => predictedCostUsd), 0);
  const box = useRef<HTMLElement>(null);
  useReorderAnimation(box, ranked.map(({ model }) => model).join("\n"));
  const best = ranked.at(0);

  const columns: Column<Ranked>[] = [
    {
      key: "model",
      label: "Candidate",
      heads: true,
      cell: ({ model, place, profile }) => (
        <span class="stacked">
          <ModelName model={model} strong={place === 0} />
          <span class="badges">
            {place === 0 && <span class="badge accent">chosen</span>}
            <ProfileBadge profile={profile} />
          </span>
        </span>
      ),
    },
    {
      key: "quality",
      label: "Quality",
      numeric: true,
      hint: "Predicted, 0 to 1, with its uncertainty",
      cell: ({ predictedQuality, uncertainty, place }) => (
        <span class="with-bar">
          <span>
            {formatQuality(predictedQuality)}
            {uncertainty !== null && <span class="faint"> ±{formatQuality(uncertainty)}</span>}
          </span>
          <Bar share={predictedQuality} tone={place === 0 ? "accent" : "quiet"} />
        </span>
      ),
    },
    {
      key: "cost",
      label: "Cost",
      numeric: true,
      hint: "Predicted for this prompt; the longest bar is the dearest candidate",
      cell: ({ predictedCostUsd, place }) => (
        <span class="with-bar">
          {formatUsd(predictedCostUsd)}
          <Bar share={dearest > 0 ? predictedCostUsd / dearest : 0} tone={place === 0 ? "accent" : "quiet"} />
        </span>
      ),
    },
    {
      key: "reward",
      label: "Reward",
      numeric: true,
      hint: "A full bar is the best reward; an empty one lies 1 or more behind it",
      cell: ({ reward, place }) => (
        <span class="with-bar">
          {formatReward(reward)}
          <Bar share={best ? 1 - (best.reward - reward) : 0} tone={place === 0 ? "accent" : "quiet"} />
        </span>
      ),
    },
  ];

  return (
    <section ref={box} class={props.busy ? "card ranking busy" : "card ranking"} aria-busy={props.busy}>
      <div class="card-head">
        <div>
          <h2>Candidates</h2>
          <p class="about">
            {"costQuality" in preference ? "Reward: ln quality − cost ÷ λ" : "Reward: quality − cost ÷ λ"}, for{" "}
            {formatCount(decision.inputTokens)} input tokens
            {decision.familiarity !== null && <>; the prompt is {formatShare(decision.familiarity)} familiar</>}
          </p>
        </div>
      </div>
      <Choice model={best?.model ?? null} />
      <DataTable
        caption="Candidates by reward, best first"
        captionHidden
        columns={columns}
        rows={ranked}
        rowKey={({ model }) => model}
        rowClass={({ place }) => (place === 0 ? "chosen" : undefined)}
        cards
        empty="No candidate may answer this prompt."
      />
      <ExcludedList excluded={decision.excluded} />
    </section>
  );
}

/** Says a new choice to readers of the screen once the slider rests. */
function Choice({ model }: { model: string | null }): JSX.Element {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(model), 500);
    return () => clearTimeout(timer);
  }, [model]);
  return (
    <p class="hidden" role="status">
      {said === null ? "" : `Chosen: ${said}`}
    </p>
  );
}
