import { createRandom } from "@onehead/core/training";

/** Predictions are told apart to 1/65,536, far finer than a score's noise: ECE is exact to 1.6e-5. */
const cellCount = 65_536;

/** One bin of a reliability plot. */
export interface ReliabilityBin {
  /** Entries, not always whole: a cell of equal predictions may be split between two bins. */
  count: number;
  /** Mean prediction. */
  predicted: number;
  /** Mean score. */
  observed: number;
}

/**
 * Predicted against observed quality, pooled over (prompt, model), in memory that does not grow with the rows.
 *
 * Entries are summed in 65,536 cells over [0, 1]. Entries of one cell count as equal predictions: they share their mean
 * score wherever a bin's edge cuts them, so that no order of rows matters.
 */
export class Reliability {
  readonly #count = new Float64Array(cellCount);
  readonly #predicted = new Float64Array(cellCount);
  readonly #observed = new Float64Array(cellCount);
  #total = 0;

  /** Entries so far. */
  get total(): number {
    return this.#total;
  }

  /** Counts one entry; both values in [0, 1]. Unknown ones are the caller's to leave out. */
  add(prediction: number, score: number): void {
    const cell = Math.min(cellCount - 1, Math.floor(prediction * cellCount));
    this.#count[cell]++;
    this.#predicted[cell] += prediction;
    this.#observed[cell] += score;
    this.#total++;
  }

  /** The entries by rising prediction in `bins` bins of equal mass; none when there is no entry. */
  bins(bins = 15): ReliabilityBin[] {
    return this.#equalMass(bins, this.#observed);
  }

  /**
   * Expected calibration error: Σ_b n_b/n · |mean prediction − mean score| over bins of equal mass.
   *
   * @returns NaN when there is no entry
   * Source: Naeini et al. 2015, with bins of equal mass (Nguyen and O'Connor 2015)
   */
  error(bins = 15): number {
    return binError(this.bins(bins));
  }

  /**
   * What {@link error} would be on as many entries if every prediction were the true probability: the mean over seeded
   * simulations in which each score is drawn as Bernoulli(prediction). An error near it is noise.
   *
   * @param simulations 20 know the mean to a twentieth of itself
   * @returns NaN when there is no entry
   */
  errorIfCalibrated(seed: number, bins = 15, simulations = 20): number {
    const random = createRandom(seed);
    const drawn = new Float64Array(cellCount);
    let sum = 0;
    for (let simulation = 0; simulation < simulations; simulation++) {
      for (let cell = 0; cell < cellCount; cell++) {
        const count = this.#count[cell];
        drawn[cell] = count === 0 ? 0 : drawBinomial(random, count, this.#predicted[cell] / count);
      }
      sum += binError(this.#equalMass(bins, drawn));
    }
    return sum / simulations;
  }

  #equalMass(bins: number, observed: Float64Array): ReliabilityBin[] {
    const filled: ReliabilityBin[] = [];
    const mass = this.#total / bins;
    let bin = { count: 0, predicted: 0, observed: 0 };
    const close = (): void => {
      const { count } = bin;
      filled.push({ count, predicted: bin.predicted / count, observed: bin.observed / count });
      bin = { count: 0, predicted: 0, observed: 0 };
    };
    for (let cell = 0; cell < cellCount; cell++) {
      const count = this.#count[cell];
      let left = count;
      while (left > 0) {
        const taken = Math.min(left, mass - bin.count);
        bin.count += taken;
        bin.predicted += (taken / count) * this.#predicted[cell];
        bin.observed += (taken / count) * observed[cell];
        left -= taken;
        // fractions of cells round: a remainder below a billionth of a bin belongs to nobody
        if (bin.count >= mass * (1 - 1e-9)) close();
        if (left <= mass * 1e-9) left = 0;
      }
    }
    if (bin.count > mass / 2) close();
    return filled;
  }
}

function binError(bins: readonly ReliabilityBin[]): number {
  let weighted = 0;
  let total = 0;
  for (const { count, predicted, observed } of bins) {
    weighted += count * Math.abs(predicted - observed);
    total += count;
  }
  return weighted / total;
}

/** Successes in `count` draws; the normal limit where it is good to a fraction of a success. */
function drawBinomial(random: { uniform(): number; normal(): number }, count: number, probability: number): number {
  const variance = count * probability * (1 - probability);
  if (variance > 100) {
    return Math.min(count, Math.max(0, Math.round(count * probability + Math.sqrt(variance) * random.normal())));
  }
  if (count > 10_000) {
    // rare (or almost sure) successes in many draws: jump from one to the next by geometric gaps
    const rare = Math.min(probability, 1 - probability);
    const successes = rare === 0 ? 0 : drawRare(random, count, rare);
    return probability <= 0.5 ? successes : count - successes;
  }
  let successes = 0;
  for (let i = 0; i < count; i++) if (random.uniform() < probability) successes++;
  return successes;
}

function drawRare(random: { uniform(): number }, count: number, probability: number): number {
  const scale = Math.log1p(-probability);
  let successes = -1;
  for (let at = 0; at <= count; successes++) at += Math.floor(Math.log(1 - random.uniform()) / scale) + 1;
  return successes;
}
