/** How figures are written everywhere in reports. "–" stands for what does not exist. */
export const absent = "–";

/** "0.8410"; four digits, because routers differ in the third. */
export function formatQuality(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined || !Number.isFinite(value) ? absent : value.toFixed(digits);
}

/** "+0.0124"; a true minus sign, so that columns of both signs align. */
export function formatDifference(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return absent;
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

/** "94 %". */
export function formatPercent(share: number | null | undefined, digits = 0): string {
  return share === null || share === undefined || !Number.isFinite(share)
    ? absent
    : `${(share * 100).toFixed(digits)} %`;
}

/** "$0.0612": three significant digits, plain notation down to a millionth of a dollar. */
export function formatUsd(usd: number | null | undefined): string {
  if (usd === null || usd === undefined || !Number.isFinite(usd)) return absent;
  if (usd === 0) return "$0";
  if (usd >= 1000) return `$${Math.round(usd).toLocaleString("en-US")}`;
  if (usd < 1e-6) return `$${usd.toExponential(1)}`;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(Math.min(digits, 9))}`;
}

/** USD for a thousand prompts at a mean cost: the unit of every cost that reports show. */
export function formatUsdPerThousand(usd: number | null | undefined): string {
  return formatUsd(usd === null || usd === undefined ? usd : usd * 1000);
}

/** "[0.827, 0.856]". */
export function formatInterval(
  estimate: { interval: [number, number] } | null | undefined,
  format: (value: number) => string = (value) => value.toFixed(3),
): string {
  return estimate ? `[${format(estimate.interval[0])}, ${format(estimate.interval[1])}]` : absent;
}

/** "12,032". */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
