import type { Candidate } from "../artifact/manifest.js";
import { invalidArgument } from "../errors/invalid-argument.js";
import { matchesGlob } from "./glob.js";

/** What the request needs of a model, and what the user allows. Everything is optional. */
export interface Requirements {
  /** Tokens of the whole request; with `maxOutputTokens` they must fit the context window, with a margin. */
  inputTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  tools?: boolean | undefined;
  vision?: boolean | undefined;
  jsonMode?: boolean | undefined;
  /** Region the request must stay in, as named in the candidate's capabilities. */
  region?: string | undefined;
  /** Globs over model ids: only these; and none of those. */
  allow?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
  /** Bounds on what is predicted for this request. */
  maxCostUsd?: number | undefined;
  minQuality?: number | undefined;
}

/** Why a candidate may not be chosen, as data. */
export type ExclusionReason =
  | "no-price"
  | "not-finite"
  | "not-allowed"
  | "denied"
  | "context-length"
  | "tools"
  | "vision"
  | "json-mode"
  | "region"
  | "max-cost"
  | "min-quality";

export interface Exclusion {
  model: string;
  reason: ExclusionReason;
  /** One sentence with the values that were compared. */
  detail: string;
}

/** Token counts are estimates: a request must fit with this much to spare. */
const contextMargin = 1.1;

/**
 * First reason why `candidate` may not serve the request, or null. Order: what the candidate lacks, what the user
 * forbids, what the request needs, what is predicted.
 *
 * A capability that is not recorded counts as missing, except the context length, which every model has:
 * where it is not recorded the request is let through.
 */
export function findExclusion(
  candidate: Candidate,
  predictedQuality: number,
  predictedCostUsd: number,
  requirements: Requirements,
): Exclusion | null {
  const exclude = (reason: ExclusionReason, detail: string): Exclusion => ({ model: candidate.id, reason, detail });
  const { allow, deny, tools, vision, jsonMode, region, maxCostUsd, minQuality } = requirements;
  const capabilities = candidate.capabilities ?? {};

  if (candidate.costKind === "tokens" && candidate.prices === undefined) {
    return exclude("no-price", "its price is not known");
  }
  if (!Number.isFinite(predictedQuality) || !Number.isFinite(predictedCostUsd)) {
    return exclude("not-finite", "its predicted quality or cost is not a finite number");
  }
  if (deny?.some((pattern) => matchesGlob(pattern, candidate.id))) return exclude("denied", "it is on the deny list");
  if (allow && !allow.some((pattern) => matchesGlob(pattern, candidate.id))) {
    return exclude("not-allowed", "it is not on the allow list");
  }
  const contextTokens = capabilities.contextTokens;
  const neededTokens = (requirements.inputTokens ?? 0) * contextMargin + (requirements.maxOutputTokens ?? 0);
  if (contextTokens !== undefined && neededTokens > contextTokens) {
    return exclude("context-length", `needs about ${Math.ceil(neededTokens)} tokens, its context is ${contextTokens}`);
  }
  const outputLimit = capabilities.maxOutputTokens;
  if (outputLimit !== undefined && (requirements.maxOutputTokens ?? 0) > outputLimit) {
    return exclude(
      "context-length",
      `asked for ${requirements.maxOutputTokens} output tokens, its limit is ${outputLimit}`,
    );
  }
  if (tools && capabilities.tools !== true) return exclude("tools", "not known to call tools");
  if (vision && capabilities.vision !== true) return exclude("vision", "not known to read images");
  if (jsonMode && capabilities.jsonMode !== true) return exclude("json-mode", "not known to have a JSON mode");
  if (region !== undefined && !capabilities.regions?.includes(region)) {
    return exclude("region", `not known to run in ${region}`);
  }
  if (maxCostUsd !== undefined && predictedCostUsd > maxCostUsd) {
    return exclude("max-cost", `predicted cost ${predictedCostUsd.toPrecision(3)} USD is above ${maxCostUsd}`);
  }
  if (minQuality !== undefined && predictedQuality < minQuality) {
    return exclude("min-quality", `predicted quality ${predictedQuality.toFixed(3)} is below ${minQuality}`);
  }
  return null;
}

/** Throws OneheadError "invalid-argument" naming the first requirement that is out of range. */
export function assertRequirements(requirements: Requirements): void {
  for (const field of ["inputTokens", "maxOutputTokens", "maxCostUsd", "minQuality"] as const) {
    const value = requirements[field];
    // no bound on the cost is a bound of Infinity; a length has to be known
    const most = field === "maxCostUsd" ? Number.POSITIVE_INFINITY : Number.MAX_VALUE;
    if (value !== undefined && (typeof value !== "number" || !(value >= 0 && value <= most))) {
      throw invalidArgument(`requirements: ${field}`, value, "a number of at least 0");
    }
  }
  for (const field of ["allow", "deny"] as const) {
    const value: unknown = requirements[field];
    if (value !== undefined && !(Array.isArray(value) && value.every((pattern) => typeof pattern === "string"))) {
      throw invalidArgument(`requirements: ${field}`, typeof value, "a list of globs, as text");
    }
  }
}
