import type { Candidate } from "../artifact/manifest.js";
import type { Feedback, FeedbackCorrection } from "./feedback.js";
import type { FeedbackState } from "./feedback-state.js";

/** What a router asks of its learner; `FeedbackLearner` says what each does. */
export interface Learner {
  /** Position of the judged candidate, and the quality that its decision predicted; null where an embedding was given. */
  judged(feedback: Feedback, candidates: readonly Candidate[]): { index: number; quality: number | null };
  learn(model: string, quality: number, score: number, source: string, timeMs: number | undefined): FeedbackCorrection;
  logitShift(model: string): number;
  qualityShift(model: string, corrected: number): number;
  uncorrected(model: string, corrected: number): number;
  forget(model: string): void;
  state(): FeedbackState;
}
