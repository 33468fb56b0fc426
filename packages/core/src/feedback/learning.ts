import { FeedbackLearner } from "./feedback-learner.js";
import type { Learner } from "./learner.js";
import type { LearningOptions } from "./learning-options.js";

/** Makes a router's learner; `trainedOn` is the hash of the rows behind its predictions. */
export type Learning = (trainedOn: string) => Learner;

/**
 * Turns learning on: `new Router(artifact, { learning: learning() })`. It stands in an entry point of its own, so that a
 * router that does not learn does not carry it.
 *
 * @returns what throws OneheadError "invalid-argument", naming the field, where the router is made
 */
export function learning(options: LearningOptions = {}): Learning {
  return (trainedOn) => new FeedbackLearner(options, trainedOn);
}
