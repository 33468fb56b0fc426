import { formatUsd } from "../../format/format-usd.js";

/** A logged preference in words: the knob that was turned, then whatever else was stated. */
export function preferenceWords(preference: Record<string, unknown>): { value: string; rest: string } {
  const { willingnessToPayUsd, costQuality, ...others } = preference;
  const rest = Object.entries(others)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  if (typeof willingnessToPayUsd === "number") {
    return { value: `λ ${formatUsd(willingnessToPayUsd)}`, rest: rest || "for a right answer" };
  }
  if (typeof costQuality === "number") return { value: `dial ${costQuality}`, rest: rest || "0 cheapest, 10 best" };
  return { value: "–", rest: rest || "nothing was stated" };
}
