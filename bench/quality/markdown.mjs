// How figures are written in Markdown tables; "–" stands for what does not exist.

const absent = "–";

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** ".8419 ± .0118" of {mean, deviation}. */
export function spread(value, digits = 4) {
  return value ? `${fixed(value.mean, digits)} ± ${fixed(value.deviation, digits)}` : absent;
}

export function fixed(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return absent;
  return value.toFixed(digits).replace("-", "−");
}

export function signed(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return absent;
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

/** "+0.0012 [−0.0003, +0.0027]" of an estimate. */
export function estimated(estimate, digits = 4) {
  if (!estimate) return absent;
  const [low, high] = estimate.interval;
  return `${signed(estimate.value, digits)} [${signed(low, digits)}, ${signed(high, digits)}]`;
}

/** "+0.31 % [−0.05, +0.66]" of an estimate of a share. */
export function estimatedPercent(estimate, digits = 2) {
  if (!estimate) return absent;
  const [low, high] = estimate.interval.map((value) => signed(100 * value, digits));
  return `${signed(100 * estimate.value, digits)} % [${low}, ${high}]`;
}

export function percent(share, digits = 0) {
  return share === null || share === undefined ? absent : `${(100 * share).toFixed(digits)} %`;
}
