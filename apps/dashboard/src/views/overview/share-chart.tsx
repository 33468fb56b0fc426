import type { OverviewReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useGateway } from "../../app/gateway-context.js";
import { ChartFrame } from "../../charts/chart-frame.js";
import { modelFill } from "../../charts/model-fill.js";
import { otherModels, seriesOf, stackCalls } from "../../charts/stack-calls.js";
import { formatCount, formatShare } from "../../format/format-number.js";
import { formatClock, formatTime, formatUtcDay } from "../../format/format-time.js";
import { DataTable } from "../../parts/data-table.js";
import { Segmented } from "../../parts/segmented.js";
import { StackedBars } from "./stacked-bars.js";

const measures = [
  { value: "share", label: "Share" },
  { value: "calls", label: "Calls" },
] as const;

/** Which models were chosen, over time. */
export function ShareChart({ report, words }: { report: OverviewReport; words: string }): JSX.Element {
  const { slotOf } = useGateway();
  const [measure, setMeasure] = useState<"share" | "calls">("share");
  const series = seriesOf(report, 9);
  const bars = stackCalls(report, series, measure);
  const daily = report.bucket === "day";
  const label = daily ? formatUtcDay : formatClock;
  const fillOf = (name: string): { class: string; fill: string } =>
    name === otherModels ? { class: "", fill: "var(--muted)" } : modelFill(slotOf(name));

  const table = (
    <DataTable
      caption={`Calls by model in ${words}`}
      columns={[
        {
          key: "start",
          label: daily ? "Day (UTC)" : "Hour",
          heads: true,
          cell: ({ start }) => (daily ? formatUtcDay(start) : formatTime(start)),
        },
        { key: "total", label: "All", numeric: true, cell: ({ total }) => formatCount(total) },
        ...series.map((name) => ({
          key: `model ${name}`,
          label: name,
          numeric: true,
          cell: (bar: (typeof bars)[number]) => {
            const calls = bar.parts.find((part) => part.series === name)?.calls ?? 0;
            return measure === "calls" || bar.total === 0 ? formatCount(calls) : formatShare(calls / bar.total);
          },
        })),
      ]}
      rows={bars}
      rowKey={({ start }) => start}
    />
  );

  return (
    <ChartFrame
      title="Which models were chosen"
      about={`${measure === "share" ? "Share of the calls" : "Calls"} by model, ${daily ? "by day (UTC)" : "by hour"}, in ${words}`}
      tools={<Segmented label="Measure" value={measure} options={measures} onChange={setMeasure} />}
      table={table}
    >
      <StackedBars
        bars={bars}
        measure={measure}
        labelOf={label}
        fillOf={fillOf}
        name={`Stacked bars: calls by model in ${words}. The button “Table” gives the numbers.`}
      />
      <ul class="legend">
        {series.map((name) => (
          <li key={name}>
            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2.5" {...fillOf(name)} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
