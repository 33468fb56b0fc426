import type { DecisionReport } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";

/** Who could not be chosen, and why not. */
export function ExcludedList({ excluded }: { excluded: DecisionReport["excluded"] }): JSX.Element | null {
  if (excluded.length === 0) return null;
  return (
    <div class="excluded">
      <h3>Excluded</h3>
      <ul>
        {excluded.map(({ model, reason, detail }) => (
          <li key={`${model} ${reason}`}>
            <ModelName model={model} />
            <span class="about">
              {reason.replaceAll("-", " ")}
              {detail !== null && detail !== "" && `: ${detail}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
