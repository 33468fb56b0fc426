import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useGateway } from "../../app/gateway-context.js";
import { modelFill } from "../../charts/model-fill.js";
import { useWidth } from "../../charts/use-width.js";
import { formatQuality } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { CurveLabel } from "./curve-label.js";
import { type CurveLayout, curveLayout, curveMargin } from "./curve-layout.js";
import type { CurvePoint } from "./curve-points.js";

/** Quality over the logarithm of cost. */
export function CurveChart(props: {
  points: readonly CurvePoint[];
  active: string | null;
  onActive: (key: string | null) => void;
}): JSX.Element {
  const { slotOf } = useGateway();
  const [box, width] = useWidth<HTMLDivElement>();
  const { points, active, onActive } = props;
  const layout = useMemo(() => curveLayout(points, width), [points, width]);
  const { router, models, chosen } = layout;
  const named = chosen === null ? models : [...models, chosen];
  const touch = (key: string) => ({ onPointerEnter: () => onActive(key) });

  return (
    <div ref={box} class="plot" onPointerLeave={() => onActive(null)}>
      {width > 0 && (
        <svg
          width={width}
          height={layout.height}
          role="img"
          aria-label="Mean predicted quality over mean cost: the router's curve, and each model as a point. The table on this page gives the numbers."
        >
          <Axes layout={layout} width={width} />
          <polyline
            class="router-line"
            points={router.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
          />
          {router.map((point) => (
            <circle
              key={point.key}
              class="router-point"
              cx={point.x}
              cy={point.y}
              r={active === point.key ? 6 : 3}
              {...touch(point.key)}
            >
              <title>{titleOf(point)}</title>
            </circle>
          ))}
          {models.map((point) => (
            <circle
              key={point.key}
              {...modelFill(slotOf(point.name))}
              stroke={active === point.key ? "var(--text)" : "var(--surface)"}
              stroke-width={active === point.key ? 2 : 1}
              cx={point.x}
              cy={point.y}
              r={active === point.key ? 7.5 : 5.5}
              {...touch(point.key)}
            >
              <title>{titleOf(point)}</title>
            </circle>
          ))}
          {chosen && (
            <path class="chosen-point" d={diamond(chosen.x, chosen.y, 7)} {...touch(chosen.key)}>
              <title>{titleOf(chosen)}</title>
            </path>
          )}
          {named.map((point) => (
            <CurveLabel key={point.key} point={point} active={active === point.key} right={width - curveMargin.right} />
          ))}
        </svg>
      )}
    </div>
  );
}

function Axes({ layout, width }: { layout: CurveLayout; width: number }): JSX.Element {
  const { x, y, height } = layout;
  const bottom = height - curveMargin.bottom;
  const right = width - curveMargin.right;
  const every = Math.max(1, Math.ceil((x.ticks.length * 62) / Math.max(1, width - curveMargin.left)));
  return (
    <>
      {layout.qualityTicks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={curveMargin.left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text class="tick" x={curveMargin.left - 8} y={y(tick)} text-anchor="end" dominant-baseline="central">
            {formatQuality(tick)}
          </text>
        </g>
      ))}
      {x.clamps && (
        <text class="tick" x={curveMargin.left} y={bottom + 18}>
          $0
        </text>
      )}
      {x.ticks.map((tick, index) => (
        <g key={tick}>
          <line class="grid" x1={x.at(tick)} x2={x.at(tick)} y1={curveMargin.top} y2={bottom} />
          {/* not over the $0 */}
          {index % every === 0 && !(x.clamps && x.at(tick) < curveMargin.left + 48) && (
            <text class="tick" x={x.at(tick)} y={bottom + 18} text-anchor="middle">
              {formatUsd(tick)}
            </text>
          )}
        </g>
      ))}
      <text class="axis" x={right} y={height - 6} text-anchor="end">
        mean cost of a prompt, USD (logarithmic)
      </text>
    </>
  );
}

function titleOf(point: CurvePoint): string {
  const name = point.kind === "router" ? `Router at ${point.name}` : point.name;
  return `${name}: quality ${formatQuality(point.quality)}, ${formatUsd(point.costUsd)} a prompt`;
}

function diamond(x: number, y: number, radius: number): string {
  return `M${x} ${y - radius}L${x + radius} ${y}L${x} ${y + radius}L${x - radius} ${y}Z`;
}
