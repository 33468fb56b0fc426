import { OneheadError } from "../errors/onehead-error.js";

/** How a router learns on from feedback; every field has a default. */
export interface LearningOptions {
  /**
   * Sources that must have spoken of a model before its predictions move; where S speak of another model, at least √S.
   * Default 3; 1 trusts a single user.
   */
  minSources?: number | undefined;
  /** What the rows that the router was trained on weigh, in sources of many scores each. Default 2. */
  priorSources?: number | undefined;
  /** A score counts half after so many further scores, of any model. Default 2,000, unless `halfLifeMs` is given. */
  halfLifeEvents?: number | undefined;
  /** A score counts half after so long, by the `timeMs` of the feedback; no clock is read. Instead of `halfLifeEvents`. */
  halfLifeMs?: number | undefined;
  /** Sources remembered of each model; of more, the one with the least evidence is forgotten. Default 1,000. */
  maxSources?: number | undefined;
  /** Largest correction of a model's mean quality, in (0, 1]. Default 0.5. */
  maxShift?: number | undefined;
  /** What an earlier router has learnt: its `feedbackState()`. */
  state?: unknown;
}

/** Learning options with nothing left open. */
export interface LearningSettings {
  minSources: number;
  priorSources: number;
  halfLife: number;
  /** What half-lives are counted in. */
  clock: "events" | "ms";
  maxSources: number;
  maxShift: number;
}

/** @throws OneheadError "invalid-argument" naming the field */
export function resolveLearning(options: LearningOptions): LearningSettings {
  if (typeof options !== "object" || options === null) throw invalid("options", options, "an object");
  const { minSources = 3, priorSources = 2, halfLifeEvents, halfLifeMs, maxSources = 1000, maxShift = 0.5 } = options;
  if (halfLifeEvents !== undefined && halfLifeMs !== undefined) {
    throw new OneheadError(
      "invalid-argument",
      "learning: halfLifeEvents and halfLifeMs: both given, expected one of them",
    );
  }
  const inMs = halfLifeMs !== undefined;
  const halfLife = halfLifeMs ?? halfLifeEvents ?? 2000;
  if (!(Number.isInteger(maxSources) && maxSources >= 1 && maxSources <= 1e6)) {
    throw invalid("maxSources", maxSources, "a whole number from 1 to 1000000");
  }
  if (!(Number.isInteger(minSources) && minSources >= 1 && minSources <= maxSources)) {
    throw invalid("minSources", minSources, `a whole number from 1 to maxSources, ${maxSources}`);
  }
  if (!isNumber(priorSources) || !(priorSources > 0)) throw invalid("priorSources", priorSources, "a number above 0");
  if (!isNumber(halfLife) || !(halfLife > 0)) {
    throw invalid(inMs ? "halfLifeMs" : "halfLifeEvents", halfLife, "a number above 0");
  }
  if (!isNumber(maxShift) || !(maxShift > 0 && maxShift <= 1)) {
    throw invalid("maxShift", maxShift, "a number above 0, at most 1");
  }
  return { minSources, priorSources, halfLife, clock: inMs ? "ms" : "events", maxSources, maxShift };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function invalid(field: string, value: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `learning: ${field}: ${String(value)}, expected ${expected}`);
}
