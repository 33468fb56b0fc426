import type { JSX } from "preact";

/** The shape of a series, beside a number that says it: decoration, so hidden from readers of the screen. */
export function Sparkline(props: { values: ReadonlyArray<number | null>; from: "zero" | "least" }): JSX.Element | null {
  const { values } = props;
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return null;
  const greatest = Math.max(...known);
  const least = props.from === "zero" ? Math.min(0, ...known) : Math.min(...known);
  const height = (value: number): number => 23 - ((value - least) / (greatest - least || 1)) * 21;
  const points = values.flatMap((value, i) =>
    value === null ? [] : [`${((i / (values.length - 1)) * 100).toFixed(1)},${height(value).toFixed(1)}`],
  );
  return (
    <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(" ")} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
