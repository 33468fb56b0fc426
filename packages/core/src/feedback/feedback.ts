import type { Candidate } from "../artifact/manifest.js";
import type { Decision, RankedCandidate } from "../decision/decision.js";
import { assertObject } from "../errors/invalid-argument.js";
import { OneheadError } from "../errors/onehead-error.js";
import { assertSource } from "./feedback-state.js";

/** What is needed of a decision to learn from a score of its answer; a log may have no more. */
export interface JudgedDecision extends Pick<Decision, "model"> {
  ranking: ReadonlyArray<Pick<RankedCandidate, "model" | "predictedQuality" | "feedbackShift">>;
}

/** A score of one answer. */
export interface Feedback {
  /** The decision that the answer came from, as `decide` returned it or read back from JSON. This or `embedding`. */
  decision?: JudgedDecision | undefined;
  /** (D) embedding of the question, with `model`. */
  embedding?: Float32Array | undefined;
  /** Who answered: id or alias; the decision's model when left out. */
  model?: string | undefined;
  /** Quality of the answer in [0, 1]. */
  score: number;
  /** Whose score it is: a user, a key, a judge. Opaque; one source moves little, however often it speaks. */
  source: string;
  /**
   * When, in milliseconds of any one clock; needed where learning forgets by time. One score moves the time on by at most one
   * half-life.
   */
  timeMs?: number | undefined;
}

/** The correction of a model after a score. */
export interface FeedbackCorrection {
  model: string;
  /** Sources whose evidence counts now. */
  sources: number;
  /** Change of the model's mean predicted quality on the prompts it was judged on; 0 below `minSources`. */
  meanShift: number;
  /** What is added to the model's calibrated quality logit. */
  logitShift: number;
}

// three thousand years after 1970: what is later is counted in microseconds
const latestMs = 1e14;

/** Position of the candidate that was judged. @throws OneheadError "unknown-model"; "invalid-argument" naming the field */
export function judgedCandidate(feedback: Feedback, candidates: readonly Candidate[]): number {
  assertObject("update: feedback", feedback);
  const { decision, embedding, score, source, timeMs } = feedback;
  if ((decision === undefined) === (embedding === undefined)) {
    const given = decision === undefined ? "neither" : "both";
    throw new OneheadError("invalid-argument", `update: decision and embedding: ${given} given, expected one of them`);
  }
  if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
    throw invalid("score", score, "a number from 0 to 1");
  }
  assertSource("update: source", source);
  if (timeMs !== undefined && !(typeof timeMs === "number" && timeMs >= 0 && timeMs <= latestMs)) {
    throw invalid("timeMs", timeMs, `milliseconds from 0 to ${latestMs}`);
  }
  const model: unknown = feedback.model ?? decision?.model;
  if (typeof model !== "string") throw invalid("model", model, "the id of the model that answered");
  const index = candidates.findIndex(({ id, aliases }) => id === model || aliases?.includes(model));
  if (index >= 0) return index;
  throw new OneheadError("unknown-model", `update: unknown model: ${model}, expected a candidate of this router`);
}

/**
 * The quality that a decision predicted for a model, without what feedback had added by then.
 *
 * @throws OneheadError "invalid-argument" when the decision did not rank the model
 */
export function judgedQuality(decision: JudgedDecision, model: string): number {
  const ranking: unknown = decision.ranking;
  const entry = Array.isArray(ranking)
    ? (ranking as JudgedDecision["ranking"]).find((ranked) => ranked?.model === model)
    : null;
  const quality = (entry?.predictedQuality ?? Number.NaN) - (entry?.feedbackShift ?? 0);
  // quality and shift are rounded apart
  if (quality >= -1e-6 && quality <= 1 + 1e-6) return Math.min(Math.max(quality, 0), 1);
  throw invalid("decision.ranking", entry ? quality : "no entry", `a predicted quality of ${model} from 0 to 1`);
}

function invalid(field: string, value: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `update: ${field}: ${String(value)}, expected ${expected}`);
}
