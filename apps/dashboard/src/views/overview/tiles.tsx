import type { OverviewReport } from "@onehead/serve";
import type { ComponentChildren, JSX } from "preact";
import { Sparkline } from "../../charts/sparkline.js";
import { formatDuration } from "../../format/format-duration.js";
import { formatCount, formatQuality, formatShare } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";

/** The numbers of a range, each with what it is measured against. */
export function Tiles({ report }: { report: OverviewReport }): JSX.Element {
  const sums = report.totals;
  const over = (pick: (sum: OverviewReport["totals"]) => number | null): Array<number | null> =>
    report.buckets.map(({ totals }) => pick(totals));
  return (
    <dl class="tiles">
      <Tile name="Spend" value={formatUsd(sums.costUsd)} series={over(({ costUsd }) => costUsd)}>
        {formatCount(sums.calls)} calls, {formatCount(sums.cached)} from the cache
      </Tile>
      <Tile name="Saved" value={formatUsd(sums.savedUsd)} strong>
        {sums.savedUsd === null || sums.alwaysBestUsd === null
          ? "nothing to compare yet"
          : `${formatShare(sums.savedUsd / sums.alwaysBestUsd)} of the ${formatUsd(sums.alwaysBestUsd)} that always taking the best model would have cost`}
      </Tile>
      <Tile
        name="Predicted quality"
        value={formatQuality(sums.meanPredictedQuality)}
        series={over(({ meanPredictedQuality }) => meanPredictedQuality)}
        seriesFrom="least"
      >
        {sums.feedbackScores === 0
          ? "no feedback yet"
          : `feedback ${formatQuality(sums.meanFeedback)} from ${formatCount(sums.feedbackScores)} scores`}
      </Tile>
      <Tile name="Latency, median" value={atMost(sums.latencyMs.p50)}>
        95 % within {formatDuration(sums.latencyMs.p95)}
      </Tile>
      <Tile
        name="Failures"
        value={formatCount(sums.failed)}
        warn={sums.failed / sums.calls > 0.05}
        series={over(({ failed }) => failed)}
      >
        {formatShare(sums.failed / sums.calls)} of all calls
      </Tile>
      <Tile name="Unresolved spend" value={formatCount(sums.unresolvedTries)} warn={sums.unresolvedTries > 0}>
        {sums.unresolvedTries === 0
          ? "the cost of every try is known"
          : `${sums.unresolvedTries === 1 ? "try" : "tries"} that may have cost up to ${formatUsd(sums.unresolvedAtMostUsd)}`}
      </Tile>
      <Tile name="Predicted cost" value={formatUsd(sums.predictedCostUsd)}>
        {sums.comparedCostUsd > 0
          ? `${formatShare(sums.predictedCostUsd / sums.comparedCostUsd)} of the ${formatUsd(sums.comparedCostUsd)} that the same calls cost`
          : "no cost to compare it with"}
      </Tile>
      <Tile name="Drift" value={formatShare(sums.drift)} warn={(sums.drift ?? 0) > 0.3}>
        of the prompts are unlike those that the router learnt from
      </Tile>
    </dl>
  );
}

function Tile(props: {
  name: string;
  value: string;
  children: ComponentChildren;
  strong?: boolean;
  warn?: boolean;
  series?: Array<number | null>;
  seriesFrom?: "zero" | "least";
}): JSX.Element {
  return (
    <div class={`tile${props.strong ? " strong" : ""}${props.warn ? " warn" : ""}`}>
      <dt>{props.name}</dt>
      <dd class="value">{props.value}</dd>
      <dd class="about">{props.children}</dd>
      {props.series && (
        <dd class="series" aria-hidden="true">
          <Sparkline values={props.series} from={props.seriesFrom ?? "zero"} />
        </dd>
      )}
    </div>
  );
}

// what is known of a quantile is the bucket that it lies in
function atMost(ms: number | null): string {
  return ms === null ? "–" : `≤ ${formatDuration(ms)}`;
}
