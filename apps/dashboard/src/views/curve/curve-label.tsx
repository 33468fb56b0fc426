import type { JSX } from "preact";
import type { PlacedPoint } from "./curve-layout.js";

/** The name of a point, with a line to it where it stands off; one that found no room is shown while its point is touched. */
export function CurveLabel(props: { point: PlacedPoint; active: boolean; right: number }): JSX.Element | null {
  const { point, active, right } = props;
  if (point.label === null && !active) return null;
  const beside = point.x + 11 + point.textWidth <= right ? point.x + 11 : point.x - 11 - point.textWidth;
  const label = point.label ?? { x: beside, y: point.y, away: false };
  return (
    <>
      {label.away && (
        <line
          class="leader"
          x1={point.x}
          y1={point.y}
          x2={Math.min(Math.max(point.x, label.x), label.x + point.textWidth)}
          y2={label.y + Math.sign(point.y - label.y) * 5}
        />
      )}
      <text
        class={active || point.kind === "chosen" ? "point-label strong" : "point-label"}
        x={label.x}
        y={label.y}
        dominant-baseline="central"
      >
        {point.text}
      </text>
    </>
  );
}
