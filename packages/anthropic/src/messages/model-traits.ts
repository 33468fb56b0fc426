/** What a model takes, by its name. */
export interface ModelTraits {
  /** `thinking: {type: "enabled", budget_tokens}` */
  budget: boolean;
  /** `thinking: {type: "adaptive"}` */
  adaptive: boolean;
  /** `output_config.effort` */
  effort: boolean;
  /** Whether it thinks when nothing is said of it; undefined where that is not known. */
  thinks: boolean | undefined;
  /** The `thinking.type` that switches it off; null where nothing does. */
  off: "disabled" | "between_tools" | null;
  /** Whether `temperature`, `top_p` and `top_k` may be other than their defaults. */
  sampling: boolean;
  /** Whether a tool can be forced. */
  forcedTools: boolean;
}

/** Of a name that is no Claude's: another server's own model, or one under an alias. */
const unknownModel: ModelTraits = {
  budget: true,
  adaptive: true,
  effort: true,
  thinks: undefined,
  off: "disabled",
  sampling: true,
  forcedTools: true,
};

/**
 * What Claude models take differs from version to version, and what one does not take is a refusal of the whole request. A version
 * that is newer than all of these is taken for the newest.
 *
 * Source: platform.claude.com, "Thinking", "Effort" and the migration guides of Claude 4.6 to 5.5 (2026-11)
 */
export function modelTraits(model: string): ModelTraits {
  const found = versionOf(model);
  if (found === undefined) return unknownModel;
  const { family, version } = found;
  const isMythic = family === "fable" || family === "mythos";
  return {
    budget: version >= 3.07 && version <= 4.06,
    adaptive: version >= 4.06,
    effort: version >= 4.06 || (family === "opus" && version === 4.05),
    thinks: version >= 5,
    off: isMythic || (family === "opus" && version >= 5.05) ? null : offOf(family, version),
    sampling: version <= 4.06,
    forcedTools: family === "haiku" || version < (isMythic ? 5.01 : 5.05),
  };
}

function offOf(family: string, version: number): "disabled" | "between_tools" {
  return family === "sonnet" && version >= 5.05 ? "between_tools" : "disabled";
}

/** Version 4.5 as 4.05, so that 4.10 would come after 4.9. */
function versionOf(model: string): { family: string; version: number } | undefined {
  // claude-sonnet-4-5-20250929, or claude-3-7-sonnet-20250219 in older names; clouds put more before and behind
  const newer = /claude-(opus|sonnet|haiku|fable|mythos)-(\d+)(?:[-.](\d{1,2}))?(?!\d)/.exec(model);
  if (newer) return { family: newer[1], version: Number(newer[2]) + Number(newer[3] ?? 0) / 100 };
  const older = /claude-(\d)(?:[-.](\d))?-(opus|sonnet|haiku)/.exec(model);
  if (older) return { family: older[3], version: Number(older[1]) + Number(older[2] ?? 0) / 100 };
  return undefined;
}
