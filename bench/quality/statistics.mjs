// Means and spreads over seeds, and figures short enough to be committed.

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; 0 for one value. */
export function deviation(values) {
  const center = mean(values);
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, v) => sum + (v - center) ** 2, 0) / (values.length - 1));
}

/** {mean, deviation, values} over the seeds; null when some seed has no value. */
export function overSeeds(values) {
  if (values.some((value) => value === null || value === undefined || Number.isNaN(value))) return null;
  return { mean: mean(values), deviation: deviation(values), values };
}

/** A JSON value with every number to so many significant digits. */
export function rounded(value, digits = 6) {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(digits));
  if (Array.isArray(value)) return value.map((entry) => rounded(entry, digits));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry, digits)]));
}
