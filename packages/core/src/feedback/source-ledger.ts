import { fastExp } from "../kernels/exp.js";
import type { LearningSettings } from "./learning-options.js";
import { qualityBin, qualityBins, toLogitShift } from "./logit-shift.js";
import { robustShift } from "./robust-shift.js";

/** What one source has said of one model: decayed sums as of `at`. */
export interface SourceRecord {
  scores: number;
  residuals: number;
  at: number;
}

// a source that is remembered of less than this is forgotten
const leastScores = 0.02;
// of this much evidence and more, a source counts for the quorum
const speakingScores = 0.5;

/** What is left of evidence after `age`: 2^(−age / halfLife). */
export function decay(age: number, halfLife: number): number {
  return fastExp((-Math.LN2 * age) / halfLife);
}

/**
 * What feedback says of one model: a bounded number of sources, each with its decayed scores and residuals, and the
 * correction that follows from them.
 */
export class SourceLedger {
  readonly sources = new Map<string, SourceRecord>();
  /** Predictions that were judged, in bins; decayed as of `countedAt`. */
  readonly histogram = new Float64Array(qualityBins);
  countedAt = 0;
  /** Sources that count for the quorum, and the correction of the model's mean quality and logit. */
  speaking = 0;
  meanShift = 0;
  logitShift = 0;
  readonly #settings: LearningSettings;

  constructor(settings: LearningSettings) {
    this.#settings = settings;
  }

  /** Scores of this source that are left at `clock`. */
  scoresOf(source: string, clock: number): number {
    const record = this.sources.get(source);
    return record === undefined ? 0 : record.scores * decay(clock - record.at, this.#settings.halfLife);
  }

  /**
   * Adds a score of a prompt whose quality was predicted as `quality`, without any correction.
   *
   * @param novelty share of an event that this score makes, in (0, 1]
   */
  add(source: string, quality: number, score: number, novelty: number, clock: number): void {
    const record = this.sources.get(source) ?? { scores: 0, residuals: 0, at: clock };
    const kept = this.#decay(clock - record.at);
    record.scores = record.scores * kept + 1;
    record.residuals = record.residuals * kept + score - quality;
    record.at = clock;
    // at the end of the order: of equal evidence the oldest goes first
    this.sources.delete(source);
    this.sources.set(source, record);
    if (this.sources.size > this.#settings.maxSources) this.#forgetLightest(source, clock);
    const countKept = this.#decay(clock - this.countedAt);
    for (let bin = 0; bin < qualityBins; bin++) this.histogram[bin] *= countKept;
    // as with the clock, a source that floods counts less and less
    this.histogram[qualityBin(quality)] += novelty;
    this.countedAt = clock;
  }

  /**
   * Derives the correction from what is left of the evidence at `clock`.
   *
   * @param quorum sources that must speak for it
   */
  correct(clock: number, quorum: number): void {
    const { priorSources, maxShift } = this.#settings;
    const means = new Float64Array(this.sources.size);
    const scores = new Float64Array(this.sources.size);
    let count = 0;
    this.speaking = 0;
    for (const [source, record] of this.sources) {
      scores[count] = record.scores * this.#decay(clock - record.at);
      if (scores[count] < leastScores) {
        this.sources.delete(source);
        continue;
      }
      means[count] = record.residuals / record.scores;
      if (scores[count] >= speakingScores) this.speaking++;
      count++;
    }
    const shift = this.speaking < quorum ? 0 : robustShift(means, scores, count, priorSources, quorum);
    this.meanShift = Math.max(-maxShift, Math.min(shift, maxShift));
    this.logitShift = toLogitShift(this.histogram, this.meanShift);
  }

  #decay(age: number): number {
    return decay(age, this.#settings.halfLife);
  }

  /** Forgets the source with the least evidence, never the one that has just spoken. */
  #forgetLightest(spoken: string, clock: number): void {
    let lightest = spoken;
    let least = Number.POSITIVE_INFINITY;
    for (const [source, record] of this.sources) {
      const scores = record.scores * this.#decay(clock - record.at);
      if (source === spoken || scores >= least) continue;
      lightest = source;
      least = scores;
    }
    // with room for one source alone the map holds two here, so that there is always another
    this.sources.delete(lightest);
  }
}
