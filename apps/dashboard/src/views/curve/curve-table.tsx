import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatUsd } from "../../format/format-usd.js";
import { DataTable } from "../../parts/data-table.js";
import type { CurvePoint } from "./curve-points.js";

/** The numbers of the chart; the row under the pointer is marked in both. */
export function CurveTable(props: {
  points: readonly CurvePoint[];
  active: string | null;
  onActive: (key: string | null) => void;
}): JSX.Element {
  const mark = (event: Event): void => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    props.onActive(row?.dataset["key"] ?? null);
  };
  return (
    <section
      class="card curve-table"
      aria-label="Numbers of the curve"
      onPointerOver={mark}
      onPointerLeave={() => props.onActive(null)}
    >
      <DataTable
        caption="The same numbers"
        columns={[
          {
            key: "name",
            label: "Who answers",
            heads: true,
            cell: (point: CurvePoint) =>
              point.kind === "model" ? (
                <ModelName model={point.name} />
              ) : (
                <span class={point.kind}>
                  <i class={point.kind === "chosen" ? "mark diamond" : "mark line"} /> {point.name}
                </span>
              ),
          },
          { key: "quality", label: "Quality", numeric: true, cell: ({ quality }) => quality.toFixed(3) },
          { key: "cost", label: "Cost", numeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
        ]}
        rows={props.points}
        rowKey={({ key }) => key}
        rowClass={({ key }) => (key === props.active ? "active" : undefined)}
      />
    </section>
  );
}
