import type { GatewayModel } from "@onehead/serve";
import { keyNames } from "../providers/find-providers.js";

const dayMs = 86_400_000;
const staleAfterDays = 90;

export interface NoticeFacts {
  models: readonly GatewayModel[];
  candidates: readonly string[];
  /** Names of the configuration that are no candidate's. */
  unknown: readonly string[];
  echo: boolean;
  nowMs: number;
}

/** What an operator should know of an engine before trusting its choices. */
export function engineNotices({ models, candidates, unknown, echo, nowMs }: NoticeFacts): string[] {
  const routed = models.filter(({ id }) => candidates.includes(id));
  const notices: string[] = [];
  if (echo) {
    const some = keyNames().slice(0, 3).join(", ");
    notices.push(
      `No provider key is set: a local echo answers instead of a model. Set one such as ${some} and start again.`,
    );
  }
  if (!echo && candidates.length === 0) {
    notices.push(
      'No candidate of the router can be reached with the keys that are set: "auto" has no model, names still work.',
    );
  }
  if (unknown.length > 0) {
    notices.push(
      `Named in \`models\` and never chosen, since the router has no scores of it: ${unknown.join(", ")}. \`onehead probe\` measures a model.`,
    );
  }
  const inherited = routed.filter(({ profile }) => profile.kind === "inherited").map(({ id }) => id);
  if (inherited.length > 0) {
    notices.push(
      `Not measured but taken from older relatives, with a large uncertainty: ${inherited.join(", ")}. \`onehead probe\` measures a model.`,
    );
  }
  const stale = routed.filter(
    ({ prices }) => prices !== undefined && nowMs - Date.parse(prices.asOf) > staleAfterDays * dayMs,
  );
  if (stale.length > 0) {
    notices.push(
      `Prices older than ${staleAfterDays} days: ${stale.map(({ id }) => id).join(", ")}. \`serve.priceLists\` takes a newer list.`,
    );
  }
  return notices;
}
