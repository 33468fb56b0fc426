import type { CurveReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useResource } from "../../api/use-resource.js";
import { formatCount } from "../../format/format-number.js";
import { Loaded } from "../../parts/loaded.js";
import { rangeOf, rangeQuery, rangeWords } from "../../parts/range.js";
import { RangeChoice } from "../../parts/range-choice.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { toHash } from "../../routing/route.js";
import { CurveChart } from "./curve-chart.js";
import { curvePoints } from "./curve-points.js";
import { CurveTable } from "./curve-table.js";

/** What the router would make of the recent prompts at every λ, beside each model alone. */
export function CurveView({ query }: { query: Record<string, string> }): JSX.Element {
  const range = rangeOf(query["range"] ?? "7d");
  const { from, to } = rangeQuery(range, Date.now());
  const curve = useResource<CurveReport>(`api/curve?${new URLSearchParams({ from, to })}`);
  const [active, setActive] = useState<string | null>(null);
  return (
    <>
      <ViewHeading title="Cost-quality curve">
        <RangeChoice
          value={range}
          onChange={(next) => {
            location.hash = toHash({ view: "curve", query: { range: next } });
          }}
        />
      </ViewHeading>
      <Loaded resource={curve}>
        {(report) => {
          if (report.prompts === 0) {
            return (
              <section class="card placeholder">
                <h2>No routed prompts in {rangeWords[range]}</h2>
                <p class="about">
                  The curve is a mean over prompts that the router has seen. Try one in the{" "}
                  <a href={toHash({ view: "playground" })}>playground</a>.
                </p>
              </section>
            );
          }
          const points = curvePoints(report);
          return (
            <div class="curve">
              <section class="card">
                <div class="card-head">
                  <div>
                    <h2>Predicted quality for its cost</h2>
                    <p class="about">
                      Mean of {formatCount(report.prompts)} routed prompts; further up and left is better
                    </p>
                  </div>
                </div>
                <CurveChart points={points} active={active} onActive={setActive} />
                <ul class="legend">
                  <li>
                    <i class="mark line" /> router at growing λ
                  </li>
                  <li>
                    <i class="mark dot" /> one model for all prompts
                  </li>
                  {report.chosen !== null && (
                    <li>
                      <i class="mark diamond" /> your calls, as routed
                    </li>
                  )}
                </ul>
              </section>
              <CurveTable points={points} active={active} onActive={setActive} />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
