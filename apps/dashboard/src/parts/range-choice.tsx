import type { JSX } from "preact";
import type { RangeName } from "./range.js";
import { Segmented } from "./segmented.js";

const options = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
] as const;

/** How far back the numbers go. */
export function RangeChoice({
  value,
  onChange,
}: {
  value: RangeName;
  onChange: (range: RangeName) => void;
}): JSX.Element {
  return <Segmented label="Time range" value={value} options={options} onChange={onChange} />;
}
