import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { linearTicks } from "../../charts/linear-ticks.js";
import type { StackedBar } from "../../charts/stack-calls.js";
import { useWidth } from "../../charts/use-width.js";
import { formatCount, formatShare } from "../../format/format-number.js";

const height = 240;
const margin = { left: 44, right: 4, top: 8, bottom: 24 };

/** Stacked bars over time, and what is in the one under the pointer. */
export function StackedBars(props: {
  bars: readonly StackedBar[];
  measure: "share" | "calls";
  labelOf: (start: string) => string;
  fillOf: (series: string) => { class: string; fill: string };
  name: string;
}): JSX.Element {
  const { bars, measure } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<number | null>(null);
  const plotWidth = Math.max(0, width - margin.left - margin.right);
  const plotHeight = height - margin.top - margin.bottom;
  const greatest = measure === "share" ? 1 : Math.max(1, ...bars.map(({ total }) => total));
  const ticks = measure === "share" ? [0, 0.25, 0.5, 0.75, 1] : linearTicks(0, greatest, 4).filter(Number.isInteger);
  const y = (value: number): number => margin.top + plotHeight * (1 - value / greatest);
  const step = plotWidth / Math.max(1, bars.length);
  const gap = step > 8 ? 2 : 1;
  // a label about every 64 pixels, counted from the newest bar, which people look for first
  const every = Math.max(1, Math.ceil(64 / Math.max(1, step)));
  const shown = active === null ? null : bars[active];

  return (
    <div ref={box} class="plot" onPointerLeave={() => setActive(null)}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={props.name}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line class="grid" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={margin.left - 8} y={y(tick)} text-anchor="end" dominant-baseline="central">
                {measure === "share" ? formatShare(tick) : formatCount(tick)}
              </text>
            </g>
          ))}
          {bars.map((bar, index) => {
            const left = margin.left + index * step;
            return (
              <g
                key={bar.start}
                class={active === null || active === index ? "column" : "column faded"}
                onPointerEnter={() => setActive(index)}
              >
                <rect class="hit" x={left} y={margin.top} width={step} height={plotHeight} />
                {bar.parts.map((part) => (
                  <rect
                    key={part.series}
                    x={left + gap / 2}
                    y={y(part.to)}
                    width={Math.max(1, step - gap)}
                    // a hair of the background between two models
                    height={Math.max(0.5, y(part.from) - y(part.to) - 1)}
                    {...props.fillOf(part.series)}
                  />
                ))}
                {(bars.length - 1 - index) % every === 0 && left + step / 2 > margin.left + 14 && (
                  <text class="tick" x={left + step / 2} y={height - 6} text-anchor="middle">
                    {props.labelOf(bar.start)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
      {shown && active !== null && (
        <div
          class={active > bars.length / 2 ? "tooltip at-right" : "tooltip"}
          aria-hidden="true"
          style={
            active > bars.length / 2
              ? { right: `${width - margin.left - active * step + 6}px` }
              : { left: `${margin.left + (active + 1) * step + 6}px` }
          }
        >
          <strong>{props.labelOf(shown.start)}</strong>
          {shown.total === 0 && <p>no calls</p>}
          <ul>
            {[...shown.parts].reverse().map((part) => (
              <li key={part.series}>
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                  <rect width="10" height="10" rx="2.5" {...props.fillOf(part.series)} />
                </svg>
                <span>{part.series}</span>
                <b>{formatCount(part.calls)}</b>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
