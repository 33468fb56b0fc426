import type { CallStatus, SurfaceName } from "@onehead/serve";

export const filterNames = ["model", "status", "surface", "scored"] as const;
export type Filters = Partial<Record<(typeof filterNames)[number], string>>;

export const statusNames = [
  "open",
  "answered",
  "failed",
  "broken",
  "aborted",
  "left",
  "unresolved",
] as const satisfies readonly CallStatus[];

export const surfaceNames = [
  "chat-completions",
  "completions",
  "messages",
  "responses",
  "embeddings",
] as const satisfies readonly SurfaceName[];

/** The filters among what an address says. */
export function filtersOf(query: Record<string, string>): Filters {
  const filters: Filters = {};
  for (const name of filterNames) {
    const value = query[name];
    if (value !== undefined && value !== "") filters[name] = value;
  }
  return filters;
}
