import type { OverviewReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useResource } from "../../api/use-resource.js";
import { useGateway } from "../../app/gateway-context.js";
import { Icon } from "../../parts/icon.js";
import { Loaded } from "../../parts/loaded.js";
import { rangeOf, rangeQuery, rangeWords } from "../../parts/range.js";
import { RangeChoice } from "../../parts/range-choice.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { WithCode } from "../../parts/with-code.js";
import { toHash } from "../../routing/route.js";
import { FirstRequest } from "./first-request.js";
import { ModelTotals } from "./model-totals.js";
import { ShareChart } from "./share-chart.js";
import { Tiles } from "./tiles.js";

/** What the gateway has done, spent and saved over a range of time. */
export function OverviewView({ query }: { query: Record<string, string> }): JSX.Element {
  const { status } = useGateway();
  const range = rangeOf(query["range"]);
  const { from, to, bucket } = rangeQuery(range, Date.now());
  const overview = useResource<OverviewReport>(`api/overview?${new URLSearchParams({ from, to, bucket })}`);
  return (
    <>
      <ViewHeading title="Overview">
        <RangeChoice
          value={range}
          onChange={(next) => {
            location.hash = toHash({ view: "overview", query: { range: next } });
          }}
        />
        <button type="button" class="button icon-only" aria-label="Refresh" title="Refresh" onClick={overview.reload}>
          <Icon name="refresh" />
        </button>
      </ViewHeading>
      {status !== null && status.notices.length > 0 && <Notices notices={status.notices} />}
      <Loaded resource={overview}>
        {(report) =>
          report.totals.calls === 0 ? (
            <FirstRequest range={rangeWords[range]} />
          ) : (
            <>
              <Tiles report={report} />
              <ShareChart report={report} words={rangeWords[range]} />
              <ModelTotals report={report} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Notices({ notices }: { notices: readonly string[] }): JSX.Element {
  return (
    <section class="notice" aria-label="Notices">
      <Icon name="info" />
      <ul>
        {notices.map((notice) => (
          <li key={notice}>
            <WithCode text={notice} />
          </li>
        ))}
      </ul>
    </section>
  );
}
