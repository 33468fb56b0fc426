import type { ModelReport, ModelsReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { useResource } from "../../api/use-resource.js";
import { Loaded } from "../../parts/loaded.js";
import { Segmented } from "../../parts/segmented.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { toHash } from "../../routing/route.js";
import { ModelsTable } from "./models-table.js";

const kinds = [
  { value: "all", label: "All" },
  { value: "candidates", label: "Candidates" },
  { value: "others", label: "Not chosen by auto" },
] as const;
type Kind = (typeof kinds)[number]["value"];

/** What may be chosen: prices, capabilities, what is behind the predictions, and who can be reached. */
export function ModelsView({ query }: { query: Record<string, string> }): JSX.Element {
  const models = useResource<ModelsReport>("api/models");
  const [text, setText] = useState("");
  const id = useId();
  const kind: Kind = kinds.find(({ value }) => value === query["show"])?.value ?? "all";
  return (
    <>
      <ViewHeading title="Models" />
      <search class="filters">
        <div class="filter">
          <label for={id}>Name</label>
          <input id={id} type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <Segmented
          label="Which models"
          value={kind}
          options={kinds}
          onChange={(next) => {
            location.hash = toHash({ view: "models", query: { show: next === "all" ? null : next } });
          }}
        />
      </search>
      <Loaded resource={models}>
        {(report) => {
          const shown = report.models.filter((model) => fits(model, text, kind));
          return (
            <section class="card models">
              <ModelsTable models={shown} />
              <p class="about table-foot" role="status">
                {shown.length} of {report.models.length} models
              </p>
            </section>
          );
        }}
      </Loaded>
    </>
  );
}

function fits(model: ModelReport, text: string, kind: Kind): boolean {
  if (kind !== "all" && model.candidate !== (kind === "candidates")) return false;
  return `${model.id} ${model.provider} ${model.providerModel}`.toLowerCase().includes(text.trim().toLowerCase());
}
