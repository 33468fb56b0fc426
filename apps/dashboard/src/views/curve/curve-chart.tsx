import type { JSX } from "preact";
import { useGateway } from "../../app/gateway-context.js";
import { linearTicks } from "../../charts/linear-ticks.js";
import { logScale } from "../../charts/log-scale.js";
import { modelFill } from "../../charts/model-fill.js";
import { placeLabels } from "../../charts/place-labels.js";
import { shortNames } from "../../charts/short-names.js";
import { useWidth } from "../../charts/use-width.js";
import { formatQuality } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import type { CurvePoint } from "./curve-points.js";

const margin = { left: 44, right: 12, top: 12, bottom: 44 };
const lineHeight = 15;
// a little more than the mean width of a character at the labels' size; longer is safe, shorter overlaps
const characterWidth = 6.6;

/** Quality over the logarithm of cost. */
export function CurveChart(props: {
  points: readonly CurvePoint[];
  active: string | null;
  onActive: (key: string | null) => void;
}): JSX.Element {
  const { slotOf } = useGateway();
  const [box, width] = useWidth<HTMLDivElement>();
  const height = Math.round(Math.min(500, Math.max(360, width * 0.72)));
  const { points, active } = props;
  const router = points.filter(({ kind }) => kind === "router");
  const models = points.filter(({ kind }) => kind === "model");
  const chosen = points.find(({ kind }) => kind === "chosen");

  const x = logScale(
    points.map(({ costUsd }) => costUsd),
    margin.left,
    Math.max(margin.left + 1, width - margin.right),
  );
  const qualities = points.map(({ quality }) => quality);
  const spread = Math.max(...qualities) - Math.min(...qualities) || 0.1;
  const low = Math.max(0, Math.min(...qualities) - 0.08 * spread);
  const high = Math.min(1, Math.max(...qualities) + 0.08 * spread);
  const y = (quality: number): number =>
    height - margin.bottom - ((quality - low) / (high - low || 1)) * (height - margin.top - margin.bottom);

  const names = shortNames(models.map(({ name }) => name));
  const labelled = [...models, ...(chosen ? [chosen] : [])];
  const text = (point: CurvePoint): string => names.get(point.name) ?? point.name;
  const labels = placeLabels(
    labelled.map((point) => ({
      x: x.at(point.costUsd),
      y: y(point.quality),
      radius: point.kind === "chosen" ? 8 : 5.5,
      width: text(point).length * characterWidth,
    })),
    { left: margin.left, right: width - 2, top: 2, bottom: height - margin.bottom },
    lineHeight,
    alongLine(router.map((point) => ({ x: x.at(point.costUsd), y: y(point.quality) }))),
  );
  const tickEvery = Math.max(1, Math.ceil((x.ticks.length * 62) / Math.max(1, width - margin.left)));

  return (
    <div ref={box} class="plot" onPointerLeave={() => props.onActive(null)}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label="Mean predicted quality over mean cost: the router's curve, and each model as a point. The table on this page gives the numbers."
        >
          {linearTicks(low, high, 5).map((tick) => (
            <g key={tick}>
              <line class="grid" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={margin.left - 8} y={y(tick)} text-anchor="end" dominant-baseline="central">
                {formatQuality(tick)}
              </text>
            </g>
          ))}
          {x.clamps && (
            <text class="tick" x={margin.left} y={height - margin.bottom + 18}>
              $0
            </text>
          )}
          {x.ticks.map((tick, index) => (
            <g key={tick}>
              <line class="grid" x1={x.at(tick)} x2={x.at(tick)} y1={margin.top} y2={height - margin.bottom} />
              {index % tickEvery === 0 && !(x.clamps && x.at(tick) < margin.left + 48) && (
                <text class="tick" x={x.at(tick)} y={height - margin.bottom + 18} text-anchor="middle">
                  {formatUsd(tick)}
                </text>
              )}
            </g>
          ))}
          <text class="axis" x={width - margin.right} y={height - 6} text-anchor="end">
            mean cost of a prompt, USD (logarithmic)
          </text>
          {labels.map((label, index) => {
            const point = labelled[index];
            if (!label.away) return null;
            const x1 = x.at(point.costUsd);
            const y1 = y(point.quality);
            return (
              <line
                key={point.key}
                class="leader"
                x1={x1}
                y1={y1}
                x2={Math.min(Math.max(x1, label.x), label.x + text(point).length * characterWidth)}
                y2={label.y + Math.sign(y1 - label.y) * 5}
              />
            );
          })}
          <polyline
            class="router-line"
            points={router.map((point) => `${x.at(point.costUsd).toFixed(1)},${y(point.quality).toFixed(1)}`).join(" ")}
          />
          {router.map((point) => (
            <circle
              key={point.key}
              class={active === point.key ? "router-point active" : "router-point"}
              cx={x.at(point.costUsd)}
              cy={y(point.quality)}
              r={active === point.key ? 6 : 3}
              onPointerEnter={() => props.onActive(point.key)}
            >
              <title>{titleOf(point)}</title>
            </circle>
          ))}
          {models.map((point) => (
            <g key={point.key} onPointerEnter={() => props.onActive(point.key)}>
              <circle
                {...modelFill(slotOf(point.name))}
                stroke={active === point.key ? "var(--text)" : "var(--surface)"}
                stroke-width={active === point.key ? 2 : 1}
                cx={x.at(point.costUsd)}
                cy={y(point.quality)}
                r={active === point.key ? 7.5 : 5.5}
              >
                <title>{titleOf(point)}</title>
              </circle>
            </g>
          ))}
          {chosen && (
            <path
              class="chosen-point"
              d={diamond(x.at(chosen.costUsd), y(chosen.quality), 7)}
              onPointerEnter={() => props.onActive(chosen.key)}
            >
              <title>{titleOf(chosen)}</title>
            </path>
          )}
          {labels.map((label, index) => (
            <text
              key={labelled[index].key}
              class={`point-label${labelled[index].kind === "chosen" || active === labelled[index].key ? " strong" : ""}`}
              x={label.x}
              y={label.y}
              dominant-baseline="central"
            >
              {text(labelled[index])}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}

function titleOf(point: CurvePoint): string {
  return `${point.kind === "router" ? `Router at ${point.name}` : point.name}: quality ${formatQuality(point.quality)}, ${formatUsd(point.costUsd)} a prompt`;
}

function diamond(x: number, y: number, radius: number): string {
  return `M${x} ${y - radius}L${x + radius} ${y}L${x} ${y + radius}L${x - radius} ${y}Z`;
}

/** Places every few pixels along a line. */
function alongLine(corners: ReadonlyArray<{ x: number; y: number }>): Array<{ x: number; y: number }> {
  return corners.slice(1).flatMap((to, index) => {
    const from = corners[index];
    const count = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / 4));
    return Array.from({ length: count }, (_, i) => ({
      x: from.x + ((to.x - from.x) * i) / count,
      y: from.y + ((to.y - from.y) * i) / count,
    }));
  });
}
