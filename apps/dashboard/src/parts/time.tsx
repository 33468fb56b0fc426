import type { JSX } from "preact";
import { formatTime, formatUtc } from "../format/format-time.js";

/** A moment in local time; UTC in its title. */
export function Time({ at }: { at: string }): JSX.Element {
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatTime(at)}
    </time>
  );
}
