import type { Artifact } from "../artifact/artifact.js";
import type { Candidate } from "../artifact/manifest.js";
import type { Decision, RankedCandidate } from "../decision/decision.js";
import { assertRequirements, type Exclusion, findExclusion, type Requirements } from "../decision/eligibility.js";
import { NoEligibleModelError } from "../decision/no-eligible-model-error.js";
import { type PreferenceOptions, resolvePreference } from "../decision/preference.js";
import { argmaxReward, type Preference, rewardOf } from "../decision/reward.js";
import { OneheadError } from "../errors/onehead-error.js";
import { assertLength } from "../errors/shape-error.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { type AnchorInfluence, explainAnchors } from "./explain-anchors.js";
import { type ExternalPredictions, ExternalPredictor } from "./external-predictor.js";
import { type Pool, type PoolOptions, resolvePool } from "./pool.js";
import { type PoolPredictor, type PredictionBatch, Predictor, predictRows } from "./predictor.js";

export interface RouterOptions extends PoolOptions {
  /** The set of kernels to compute with. */
  backend?: Backend | undefined;
  /** Of the package that an artifact of form "external" names: `baselinePredictions` of `@onehead/baselines`. */
  predictions?: ExternalPredictions | undefined;
}

/** What {@link Router.decide} needs to know of one request. */
export interface DecisionRequest extends Requirements, PreferenceOptions {
  /** (D) embedding of the question, by the artifact's embedder. */
  embedding: Float32Array;
  /** Tokens of the whole request, which is what gets priced. */
  inputTokens: number;
  /** "best": when only `minQuality` stands in the way, take the best of those that missed it. Default "throw". */
  onIneligible?: "throw" | "best" | undefined;
}

/** Where {@link Router.choose} writes; make one and reuse it. */
export interface Choice {
  /** Position in {@link Router.candidates}, −1 when no candidate has a price and finite predictions. */
  index: number;
  predictedQuality: number;
  predictedCostUsd: number;
  reward: number;
}

/**
 * Predicts quality and cost of every candidate for a query embedding and picks the one with the highest reward.
 *
 * Synchronous and free of I/O. An instance owns scratch buffers, so it serves one call at a time: give each worker
 * its own.
 *
 * @throws OneheadError "unknown-model" or "invalid-argument" from the pool options; "invalid-argument" naming the package whose
 *   `predictions` an external artifact needs
 */
export class Router {
  /** The pool, in the order of every (N) array that this router returns. */
  readonly candidates: readonly Candidate[];
  /** D and the id of the embedder that the artifact was trained with. */
  readonly dimensions: number;
  readonly embedderId: string;
  readonly backend: Backend["name"];
  readonly #artifact: Artifact;
  readonly #pool: Pool;
  readonly #predictor: PoolPredictor;
  readonly #quality: Float32Array;
  readonly #costUsd: Float64Array;
  readonly #uncertainty: Float32Array;
  readonly #rewards: Float64Array;
  readonly #inputTokens = new Float64Array(1);

  constructor(artifact: Artifact, options: RouterOptions = {}) {
    const backend = options.backend ?? jsBackend;
    this.#artifact = artifact;
    this.#pool = resolvePool(artifact, options);
    this.candidates = this.#pool.candidates;
    this.dimensions = artifact.manifest.embedder.dimensions;
    this.embedderId = artifact.manifest.embedder.id;
    this.backend = backend.name;
    this.#predictor =
      artifact.manifest.model.form === "external"
        ? new ExternalPredictor(artifact, this.#pool, options.predictions)
        : new Predictor(artifact, this.#pool, backend);
    const count = this.candidates.length;
    this.#quality = new Float32Array(count);
    this.#costUsd = new Float64Array(count);
    this.#uncertainty = new Float32Array(count);
    this.#rewards = new Float64Array(count);
  }

  /** Turns a user's knobs into a reward and its λ, with this artifact's dial. */
  resolvePreference(options: PreferenceOptions): Preference {
    return resolvePreference(options, this.#artifact.manifest.dial);
  }

  /** @throws OneheadError "embedder-mismatch" unless this is the embedder that the artifact was trained with */
  assertEmbedder(embedder: { readonly id: string; readonly dimensions: number }): void {
    if (embedder.id === this.embedderId && embedder.dimensions === this.dimensions) return;
    throw new OneheadError(
      "embedder-mismatch",
      `Router: trained with embedder ${this.embedderId} of ${this.dimensions} dimensions, given ${embedder.id} of ${embedder.dimensions}`,
    );
  }

  /**
   * The inner call: allocates nothing and checks nothing but the embedding's length. All candidates are eligible
   * that have a price and finite predictions; for requirements use {@link Router.decide}.
   */
  choose(embedding: Float32Array, inputTokens: number, preference: Preference, out: Choice): Choice {
    this.#predict("choose", embedding, inputTokens);
    const rewards = this.#rewards;
    const index = argmaxReward(preference, this.#quality, this.#costUsd, rewards.length, null, 0, rewards);
    out.index = index;
    out.predictedQuality = index < 0 ? Number.NaN : this.#quality[index];
    out.predictedCostUsd = index < 0 ? Number.NaN : this.#costUsd[index];
    out.reward = index < 0 ? Number.NaN : rewards[index];
    return out;
  }

  /**
   * The explained decision.
   *
   * @throws NoEligibleModelError with every candidate's reason
   * @throws OneheadError "invalid-argument" naming the field; ShapeError for an embedding of another length
   */
  decide(request: DecisionRequest): Decision {
    const startedMs = performance.now();
    const preference = this.resolvePreference(request);
    if (typeof request.inputTokens !== "number") {
      throw new OneheadError(
        "invalid-argument",
        `decide: inputTokens: ${String(request.inputTokens)}, expected a number`,
      );
    }
    assertRequirements(request);
    assertFinite(request.embedding);
    this.#predict("decide", request.embedding, request.inputTokens);

    const excluded = this.#exclusions(request);
    const ranking = this.#rank(preference, new Set(excluded.map(({ model }) => model)));
    const chosen = ranking[0]?.eligible ? ranking[0] : this.#fallback(request, ranking, excluded);
    const next = ranking.find((candidate) => candidate !== chosen && candidate.eligible);
    return {
      schemaVersion: 1,
      model: chosen.model,
      preference,
      ranking,
      margin: marginOf(chosen, next),
      excluded,
      inputTokens: request.inputTokens,
      backend: this.backend,
      elapsedMs: performance.now() - startedMs,
    };
  }

  /**
   * Predictions for many rows.
   *
   * @param embeddings  (R, D)
   * @param inputTokens (R)
   * @returns (R, N) quality, costUsd and uncertainty
   */
  predictBatch(embeddings: Float32Array, inputTokens: ArrayLike<number>): PredictionBatch {
    return predictRows(this.#predictor, this.candidates.length, embeddings, inputTokens);
  }

  /**
   * The anchor prompts that this embedding attends to, strongest first; empty for the form over models.
   *
   * @throws OneheadError "invalid-argument" for an embedding of another length or a count that is no whole number
   */
  explainAnchors(embedding: Float32Array, count = 5): AnchorInfluence[] {
    this.#predict("explainAnchors", embedding, 0);
    return explainAnchors(this.#artifact.manifest, this.#predictor.form.attentionWeights(0), count);
  }

  #predict(caller: string, embedding: Float32Array, inputTokens: number): void {
    assertLength(`${caller}: embedding`, embedding.length, this.dimensions);
    this.#inputTokens[0] = inputTokens;
    this.#predictor.predict(this.#quality, this.#costUsd, this.#uncertainty, embedding, this.#inputTokens, 1);
  }

  #exclusions(requirements: Requirements): Exclusion[] {
    const excluded: Exclusion[] = [];
    this.candidates.forEach((candidate, i) => {
      const exclusion = findExclusion(candidate, this.#quality[i], this.#costUsd[i], requirements);
      if (exclusion !== null) excluded.push(exclusion);
    });
    return excluded;
  }

  #rank(preference: Preference, excluded: ReadonlySet<string>): RankedCandidate[] {
    const ranking: RankedCandidate[] = [];
    this.candidates.forEach(({ id, profile }, i) => {
      const predictedQuality = this.#quality[i];
      const predictedCostUsd = this.#costUsd[i];
      if (!Number.isFinite(predictedQuality) || !Number.isFinite(predictedCostUsd)) return;
      ranking.push({
        model: id,
        predictedQuality,
        predictedCostUsd,
        uncertainty: this.#uncertainty[i],
        reward: rewardOf(preference, predictedQuality, predictedCostUsd),
        profile: profile.kind,
        eligible: !excluded.has(id),
      });
    });
    // sort is stable, so equal reward and cost keep the pool's order, as in argmaxReward
    return ranking.sort(
      (a, b) =>
        Number(b.eligible) - Number(a.eligible) || b.reward - a.reward || a.predictedCostUsd - b.predictedCostUsd,
    );
  }

  /** With `onIneligible: "best"`: the highest predicted quality among those that only missed `minQuality`. */
  #fallback(request: DecisionRequest, ranking: RankedCandidate[], excluded: readonly Exclusion[]): RankedCandidate {
    if (request.onIneligible === "best") {
      const missed = new Set(excluded.filter(({ reason }) => reason === "min-quality").map(({ model }) => model));
      let best: RankedCandidate | undefined;
      for (const candidate of ranking) {
        if (!missed.has(candidate.model)) continue;
        if (best === undefined || candidate.predictedQuality > best.predictedQuality) best = candidate;
      }
      if (best !== undefined) {
        ranking.splice(ranking.indexOf(best), 1);
        ranking.unshift(best);
        return best;
      }
    }
    throw new NoEligibleModelError(excluded);
  }
}

/** Null where there is no runner-up, or the rewards are so far out that their difference is no number. */
function marginOf(chosen: RankedCandidate, next: RankedCandidate | undefined): number | null {
  const margin = next === undefined ? Number.NaN : chosen.reward - next.reward;
  return Number.isFinite(margin) ? margin : null;
}

function assertFinite(embedding: Float32Array): void {
  if (!(embedding instanceof Float32Array)) {
    throw new OneheadError("invalid-argument", `decide: embedding: ${typeof embedding}, expected a Float32Array`);
  }
  for (let i = 0; i < embedding.length; i++) {
    if (!Number.isFinite(embedding[i])) {
      throw new OneheadError("invalid-argument", `decide: embedding[${i}]: ${embedding[i]}, expected a finite number`);
    }
  }
}
