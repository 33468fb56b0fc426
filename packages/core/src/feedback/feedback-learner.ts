import type { Candidate } from "../artifact/manifest.js";
import { OneheadError } from "../errors/onehead-error.js";
import { sigmoid } from "../kernels/exp.js";
import { type Feedback, type FeedbackCorrection, judgedCandidate, judgedQuality } from "./feedback.js";
import { type FeedbackState, parseFeedbackState } from "./feedback-state.js";
import type { Learner } from "./learner.js";
import { type LearningOptions, type LearningSettings, resolveLearning } from "./learning-options.js";
import { logit } from "./logit-shift.js";
import { decay, SourceLedger } from "./source-ledger.js";

// models that nobody speaks of fade by less than 1 % between two looks at them
const looksPerHalfLife = 64;

/**
 * Learns a correction of every model's quality logit from scores of its answers.
 *
 * What counts of a score is its residual, score − predicted quality, with the prediction as it was before any correction.
 * Per source and model residuals are averaged with decay; over the sources they are joined by `robustShift`; the joint mean
 * is turned into a shift of the logit by `toLogitShift`. Nothing is drawn and no clock is read: equal feedback in equal
 * order gives equal corrections.
 *
 * Memory: at most `maxSources` names and three numbers each a model.
 */
export class FeedbackLearner implements Learner {
  readonly #settings: LearningSettings;
  readonly #trainedOn: string;
  readonly #ledgers = new Map<string, SourceLedger>();
  #clock = 0;
  /** Decayed number of all scores. */
  #evidence = 0;
  #lookedAt = 0;

  /**
   * @param trainedOn hash of the rows behind the predictions
   * @throws OneheadError "invalid-argument" naming the field
   */
  constructor(options: LearningOptions, trainedOn: string) {
    this.#settings = resolveLearning(options);
    this.#trainedOn = trainedOn;
    if (options.state !== undefined) this.#restore(parseFeedbackState(options.state, trainedOn, this.#settings.clock));
  }

  /**
   * Who is judged, and the quality that was predicted without any correction; null where an embedding is given, whose
   * prediction the router has to make.
   *
   * @throws OneheadError "unknown-model"; "invalid-argument" naming the field
   */
  judged(feedback: Feedback, candidates: readonly Candidate[]): { index: number; quality: number | null } {
    const index = judgedCandidate(feedback, candidates);
    const { decision } = feedback;
    return { index, quality: decision === undefined ? null : judgedQuality(decision, candidates[index].id) };
  }

  /**
   * @param quality predicted quality in [0, 1], without any correction
   * @throws OneheadError "invalid-argument" where time decides and none is given
   */
  learn(model: string, quality: number, score: number, source: string, timeMs: number | undefined): FeedbackCorrection {
    const byTime = this.#settings.clock === "ms";
    if (byTime && timeMs === undefined) {
      throw new OneheadError("invalid-argument", "update: timeMs: missing, expected a time, since halfLifeMs is set");
    }
    let ledger = this.#ledgers.get(model);
    if (ledger === undefined) {
      ledger = new SourceLedger(this.#settings);
      this.#ledgers.set(model, ledger);
    }
    const novelty = this.#noveltyOf(ledger, source);
    const before = this.#clock;
    this.#clock = byTime ? this.#movedTo(timeMs ?? 0) : before + novelty;
    this.#evidence = this.#evidence * decay(this.#clock - before, this.#settings.halfLife) + 1;
    ledger.add(source, quality, score, novelty, this.#clock);
    if (this.#clock - this.#lookedAt > this.#settings.halfLife / looksPerHalfLife) this.#correctAll();
    else ledger.correct(this.#clock, this.#quorum());
    const { speaking, meanShift, logitShift } = ledger;
    return { model, sources: speaking, meanShift, logitShift };
  }

  /** What is added to the calibrated quality logit of a model: 0 where nothing was learnt. */
  logitShift(model: string): number {
    return this.#ledgers.get(model)?.logitShift ?? 0;
  }

  /** How much of a corrected quality is correction. */
  qualityShift(model: string, corrected: number): number {
    return corrected - this.uncorrected(model, corrected);
  }

  /** The predicted quality that a corrected one came from. */
  uncorrected(model: string, corrected: number): number {
    const shift = this.logitShift(model);
    return shift === 0 ? corrected : sigmoid(logit(corrected) - shift);
  }

  /** Drops what was learnt of a model. */
  forget(model: string): void {
    this.#ledgers.delete(model);
  }

  /** All that was learnt, to go on from it later: `state` of {@link LearningOptions}. */
  state(): FeedbackState {
    const models = [...this.#ledgers].map(([model, { histogram, countedAt, sources }]) => [
      model,
      {
        histogram: [...histogram],
        countedAt,
        sources: [...sources].map(([source, { scores, residuals, at }]) => [source, scores, residuals, at]),
      },
    ]);
    return {
      version: 1,
      trainedOn: this.#trainedOn,
      clockIn: this.#settings.clock,
      clock: this.#clock,
      evidence: this.#evidence,
      models: Object.fromEntries(models),
    };
  }

  /**
   * The clock at a time: what comes late counts as of now, and one score moves it on by at most one half-life, so that no single
   * wrong time wipes out what all have said. After a long silence the next few scores make up for it.
   */
  #movedTo(timeMs: number): number {
    if (this.#evidence === 0) return timeMs;
    return Math.min(Math.max(this.#clock, timeMs), this.#clock + this.#settings.halfLife);
  }

  /**
   * Share of an event that a further score of this source makes: 1 for what others say as well, and for one that has said
   * more than the mean of all sources and models, the mean over what it has said. A flood ages the evidence of others by
   * little more than the logarithm of its length.
   */
  #noveltyOf(ledger: SourceLedger, source: string): number {
    let pairs = 0;
    for (const { sources } of this.#ledgers.values()) pairs += sources.size;
    const said = ledger.scoresOf(source, this.#clock);
    return said * pairs <= this.#evidence ? 1 : this.#evidence / (said * pairs);
  }

  #restore(state: FeedbackState): void {
    this.#clock = state.clock;
    this.#evidence = state.evidence;
    for (const [model, { histogram, countedAt, sources }] of Object.entries(state.models)) {
      const ledger = new SourceLedger(this.#settings);
      ledger.histogram.set(histogram);
      ledger.countedAt = countedAt;
      for (const [source, scores, residuals, at] of sources.slice(-this.#settings.maxSources)) {
        ledger.sources.set(source, { scores, residuals, at });
      }
      this.#ledgers.set(model, ledger);
    }
    // the quorum hangs on who speaks, which the first look finds out
    this.#correctAll();
    this.#correctAll();
  }

  /**
   * `minSources`, and at least √S where a model has S sources that speak: a few must not decide on a model that the many have
   * no word on.
   */
  #quorum(): number {
    let most = 0;
    for (const { speaking } of this.#ledgers.values()) most = Math.max(most, speaking);
    return Math.max(this.#settings.minSources, Math.ceil(Math.sqrt(most)));
  }

  #correctAll(): void {
    this.#lookedAt = this.#clock;
    const quorum = this.#quorum();
    for (const ledger of this.#ledgers.values()) ledger.correct(this.#clock, quorum);
  }
}
