const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12,345; "–" where nothing is known. */
export function formatCount(count: number | null | undefined): string {
  return count == null ? "–" : whole.format(count);
}

/** 128k, 1M, 950: lengths in tokens, which are round numbers. */
export function formatTokens(tokens: number | null | undefined): string {
  if (tokens == null) return "–";
  if (tokens >= 1e6) return `${trimmed(tokens / 1e6)}M`;
  if (tokens >= 1e3) return `${trimmed(tokens / 1e3)}k`;
  return whole.format(tokens);
}

/** A share of 0..1 as percent: 42 %, 3.4 %, <0.1 %. */
export function formatShare(share: number | null | undefined): string {
  if (share == null || !Number.isFinite(share)) return "–";
  const percent = share * 100;
  if (percent !== 0 && Math.abs(percent) < 0.1) return "<0.1 %";
  return `${Math.abs(percent) < 9.95 && percent !== 0 ? trimmed(percent) : whole.format(percent)} %`;
}

/** A quality of 0..1: 0.84. */
export function formatQuality(quality: number | null | undefined): string {
  return quality == null || !Number.isFinite(quality) ? "–" : quality.toFixed(2);
}

/** A reward, with a real minus sign; more digits where it is small enough for them. */
export function formatReward(reward: number): string {
  if (!Number.isFinite(reward)) return "–";
  const size = Math.abs(reward);
  const text =
    size >= 1e4 ? size.toExponential(1).replace("e+", "e") : size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 3);
  return (reward < 0 ? "−" : "") + text;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
