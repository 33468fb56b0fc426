/** How a request says what quality is worth; the names are the gateway's. */
export type Preference = { willingnessToPayUsd: number } | { costQuality: number };

/** λ at the two ends of the dial. */
export interface Dial {
  lowUsd: number;
  highUsd: number;
}

/** λ in USD; the dial's runs evenly in log λ from one end to the other. */
export function lambdaOf(preference: Preference, dial: Dial): number {
  if ("willingnessToPayUsd" in preference) return preference.willingnessToPayUsd;
  const low = Math.log(dial.lowUsd);
  const high = Math.log(dial.highUsd);
  return Math.exp(low + (preference.costQuality / 10) * (high - low));
}
