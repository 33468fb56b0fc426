import type { CurveReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useResource } from "../../api/use-resource.js";
import { Loaded } from "../../parts/loaded.js";
import { rangeOf, rangeQuery, rangeWords } from "../../parts/range.js";
import { RangeChoice } from "../../parts/range-choice.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { toHash } from "../../routing/route.js";
import { CurveCards } from "./curve-cards.js";

/** What the router would make of the recent prompts at every λ, beside each model alone. */
export function CurveView({ query }: { query: Record<string, string> }): JSX.Element {
  const range = rangeOf(query["range"] ?? "7d");
  const { from, to } = rangeQuery(range, Date.now());
  const curve = useResource<CurveReport>(`api/curve?${new URLSearchParams({ from, to })}`);
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
        {(report) =>
          report.prompts === 0 ? (
            <section class="card placeholder">
              <h2>No routed prompts in {rangeWords[range]}</h2>
              <p class="about">
                The curve is a mean over prompts that the router has seen. Try one in the{" "}
                <a href={toHash({ view: "playground" })}>playground</a>.
              </p>
            </section>
          ) : (
            <CurveCards report={report} />
          )
        }
      </Loaded>
    </>
  );
}
