import type { DecisionReport } from "@onehead/serve";
import type { ComponentChildren, JSX } from "preact";
import { formatDuration } from "../../format/format-duration.js";
import { formatCount, formatQuality, formatShare } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { preferenceWords } from "./preference-words.js";

/** What was predicted and what it came to. */
export function DecisionFacts({ report }: { report: DecisionReport }): JSX.Element {
  const { usage, overheadUs } = report;
  return (
    <dl class="tiles three">
      <Fact name="Cost" value={formatUsd(report.costUsd)}>
        {report.costUsd !== null && report.predictedCostUsd !== null && report.predictedCostUsd > 0 && (
          <>{formatShare(report.costUsd / report.predictedCostUsd)} of the </>
        )}
        {report.predictedCostUsd === null ? "nothing was predicted" : `${formatUsd(report.predictedCostUsd)} predicted`}
        {report.unresolvedTries > 0 && (
          <>
            ; {report.unresolvedTries === 1 ? "one try" : `${report.unresolvedTries} tries`} may have cost up to{" "}
            {formatUsd(report.unresolvedAtMostUsd)} more
          </>
        )}
      </Fact>
      <Fact name="Predicted quality" value={formatQuality(report.predictedQuality)}>
        {report.familiarity === null
          ? "the client named the model"
          : `the prompt is ${formatShare(report.familiarity)} familiar`}
      </Fact>
      <Fact name="Latency" value={formatDuration(report.latencyMs)}>
        first content after {formatDuration(report.firstContentMs)}
      </Fact>
      <Fact name="Overhead" value={formatDuration(overheadUs.total / 1000)}>
        embedding {formatDuration(overheadUs.embed / 1000)}, routing {formatDuration(overheadUs.route / 1000)}, the rest{" "}
        {formatDuration(Math.max(0, overheadUs.total - overheadUs.embed - overheadUs.route) / 1000)}
      </Fact>
      <Fact
        name="Tokens"
        value={usage === null ? "–" : `${formatCount(usage.inputTokens)} + ${formatCount(usage.outputTokens)}`}
      >
        in and out{report.estimated && ", counted here"}; priced with {formatCount(report.inputTokens)} in
        {usage?.cachedInputTokens ? `, ${formatCount(usage.cachedInputTokens)} cached` : ""}
        {usage?.reasoningTokens ? `, ${formatCount(usage.reasoningTokens)} of reasoning` : ""}
      </Fact>
      <Fact name="Preference" value={preferenceWords(report.preference).value}>
        {preferenceWords(report.preference).rest}
      </Fact>
    </dl>
  );
}

function Fact({ name, value, children }: { name: string; value: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
      <dd class="about">{children}</dd>
    </div>
  );
}
