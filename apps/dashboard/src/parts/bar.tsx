import type { JSX } from "preact";

/** A share of 0..1 as a bar behind a number that says it. */
export function Bar({ share, tone }: { share: number; tone?: "accent" | "quiet" }): JSX.Element {
  const width = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 100;
  return (
    <svg class={`bar ${tone ?? "quiet"}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="4" />
      <rect class="bar-value" width={width} height="4" />
    </svg>
  );
}
