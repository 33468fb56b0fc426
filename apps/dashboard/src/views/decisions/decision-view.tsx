import type { DecisionReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useResource } from "../../api/use-resource.js";
import { ModelName } from "../../charts/model-name.js";
import { StatusBadge } from "../../parts/badge.js";
import { CopyButton } from "../../parts/copy-button.js";
import { Icon } from "../../parts/icon.js";
import { Loaded } from "../../parts/loaded.js";
import { Time } from "../../parts/time.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { toHash } from "../../routing/route.js";
import { DecisionContents } from "./decision-contents.js";
import { DecisionFacts } from "./decision-facts.js";
import { DecisionFeedback } from "./decision-feedback.js";
import { DecisionRanking } from "./decision-ranking.js";
import { DecisionTries } from "./decision-tries.js";

/** One decision with its why. */
export function DecisionView({ id }: { id: string }): JSX.Element {
  const decision = useResource<DecisionReport>(`v1/decisions/${encodeURIComponent(id)}`);
  return (
    <>
      <a class="back" href={toHash({ view: "decisions" })}>
        <Icon name="back" /> All decisions
      </a>
      <ViewHeading title="Decision" />
      <Loaded resource={decision}>
        {(report) => (
          <>
            <p class="decision-line">
              <ModelName model={report.model} strong />
              <StatusBadge status={report.status} />
              {report.cached && <span class="badge plain">from the cache</span>}
              <span class="about">
                <Time at={report.at} />, {report.surface}, asked for {report.requestedModel}
              </span>
            </p>
            <DecisionFacts report={report} />
            <DecisionRanking report={report} />
            <DecisionTries report={report} />
            <DecisionFeedback report={report} reload={decision.reload} />
            {report.contents !== null && <DecisionContents contents={report.contents} />}
            <Raw report={report} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Raw({ report }: { report: DecisionReport }): JSX.Element {
  const text = JSON.stringify(report, null, 2);
  return (
    <details class="card raw">
      <summary>As JSON</summary>
      <CopyButton text={text} label="Copy the JSON" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
