export type RangeName = "24h" | "7d" | "30d";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The range that a name in the address stands for. */
export function rangeOf(name: string | undefined): RangeName {
  return name === "7d" || name === "30d" ? name : "24h";
}

/** Words for a range within a sentence. */
export const rangeWords: Record<RangeName, string> = {
  "24h": "the last 24 hours",
  "7d": "the last 7 days",
  "30d": "the last 30 days",
};

/** What the gateway is asked for: whole hours or days (of UTC), the present one included. */
export function rangeQuery(name: RangeName, nowMs: number): { from: string; to: string; bucket: "hour" | "day" } {
  const bucket = name === "24h" ? "hour" : "day";
  const unit = bucket === "hour" ? hourMs : dayMs;
  const count = name === "24h" ? 24 : name === "7d" ? 7 : 30;
  const end = Math.floor(nowMs / unit) * unit + unit;
  return { from: new Date(end - count * unit).toISOString(), to: new Date(end).toISOString(), bucket };
}
