import type { CurveReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { formatCount } from "../../format/format-number.js";
import { CurveChart } from "./curve-chart.js";
import { curvePoints } from "./curve-points.js";
import { CurveTable } from "./curve-table.js";

/** The chart and its numbers; what is touched in one is marked in both. */
export function CurveCards({ report }: { report: CurveReport }): JSX.Element {
  const points = useMemo(() => curvePoints(report), [report]);
  const [active, setActive] = useState<string | null>(null);
  return (
    <div class="curve">
      <section class="card">
        <div class="card-head">
          <div>
            <h2>Predicted quality for its cost</h2>
            <p class="about">Mean of {formatCount(report.prompts)} routed prompts; further up and left is better</p>
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
}
