import type { Artifact } from "../artifact/artifact.js";
import { findCandidate } from "../artifact/find-candidate.js";
import type { Candidate, Manifest, Prices } from "../artifact/manifest.js";
import type { Decision, RankedCandidate } from "../decision/decision.js";
import { assertRequirements, type Exclusion, findExclusion, type Requirements } from "../decision/eligibility.js";
import { explore } from "../decision/exploration.js";
import { fallback } from "../decision/fallback.js";
import { type PreferenceOptions, resolvePreference } from "../decision/preference.js";
import { type Preference, rewardOf } from "../decision/reward.js";
import { assertObject, invalidArgument } from "../errors/invalid-argument.js";
import { OneheadError } from "../errors/onehead-error.js";
import { assertLength } from "../errors/shape-error.js";
import type { ExternalPredictions } from "../external/external-predictions.js";
import type { Feedback, FeedbackCorrection } from "../feedback/feedback.js";
import type { FeedbackState } from "../feedback/feedback-state.js";
import type { Learner } from "../feedback/learner.js";
import type { Learning } from "../feedback/learning.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { addProbedModel, removeProbedModel } from "../new-models/add-probed-model.js";
import type { NewModel } from "../new-models/new-model.js";
import { assertEmbedding } from "./assert-embedding.js";
import { emptyChoices } from "./batch-choices.js";
import type { DecisionRequest } from "./decision-request.js";
import { type AnchorInfluence, explainAnchors } from "./explain-anchors.js";
import { type Pool, type PoolOptions, type PriceFactor, resolvePool } from "./pool.js";
import { type PoolPredictor, type PredictionBatch, Predictor, predictRows } from "./predictor.js";
import { type BatchInput, type ScoreBatchOptions, type ScoredBlock, scoreBatch } from "./score-batch.js";

export interface RouterOptions extends PoolOptions {
  /** The set of kernels to compute with. */
  backend?: Backend | undefined;
  /** Turns {@link Router.update} on: `learning()` of `@onehead/core/feedback`. Off when left out. */
  learning?: Learning | undefined;
  /** Of the package that an artifact of form "external" names: `baselinePredictions` of `@onehead/baselines`. */
  predictions?: ExternalPredictions | undefined;
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
  /** D and the id of the embedder that the artifact was trained with. */
  readonly dimensions: number;
  readonly embedderId: string;
  readonly #backend: Backend;
  readonly #predictions: ExternalPredictions | undefined;
  #bound: BoundPool;
  readonly #learner: Learner | null;
  // of one request, (N)
  #quality = new Float32Array(0);
  #costUsd = new Float64Array(0);
  #uncertainty = new Float32Array(0);
  readonly #chosen = emptyChoices(1);
  readonly #inputTokens = new Float64Array(1);

  constructor(artifact: Artifact, options: RouterOptions = {}) {
    assertObject("Router: artifact", artifact);
    assertObject("Router: options", options);
    this.#backend = options.backend ?? jsBackend;
    this.dimensions = artifact.manifest.embedder.dimensions;
    this.embedderId = artifact.manifest.embedder.id;
    this.#predictions = options.predictions;
    this.#bound = this.#bindPool(artifact, options);
    this.#learner = options.learning?.(artifact.manifest.training.dataHash) ?? null;
    this.#allocate();
  }

  /** The kernels that the pool is bound to: those of `RouterOptions.backend`, or "js" where there was no memory left for these. */
  get backend(): Backend["name"] {
    return this.#bound.predictor.backend ?? this.#backend.name;
  }

  /** The pool, in the order of every (N) array that this router returns. */
  get candidates(): readonly Candidate[] {
    return this.#bound.pool.candidates;
  }

  /**
   * Adds a model that the router was not trained with, from a few scored prompts; it becomes the last candidate, or takes the
   * place of an inherited candidate of that id. Nothing is retrained.
   *
   * @returns the new candidate, whose `profile` says how many samples it rests on
   * @throws as `addProbedModel`; the router is then as it was
   */
  addModel(model: NewModel): Candidate {
    const extended = addProbedModel(this.toArtifact(), model, this.#backend);
    const ids = this.candidates.map(({ id }) => id);
    if (!ids.includes(model.id)) ids.push(model.id);
    // what was learnt of an inherited profile says nothing of the measured one
    this.#learner?.forget(model.id);
    this.#bind(extended, ids);
    return this.candidates[ids.indexOf(model.id)];
  }

  /**
   * Takes a model out of the pool. A probed one is forgotten, with the inherited profile that it replaced, if it did; the
   * others stay in the artifact.
   *
   * @throws OneheadError "unknown-model"; "invalid-argument" for the last candidate; the router is then as it was
   */
  removeModel(id: string): void {
    const found = findCandidate("removeModel", this.candidates, id);
    if (this.candidates.length === 1) {
      throw invalidArgument(`removeModel: ${id}`, "the last candidate", "another one to be left");
    }
    const artifact = this.toArtifact();
    const ids = this.candidates.filter((candidate) => candidate !== found).map((candidate) => candidate.id);
    this.#learner?.forget(id);
    this.#bind(found.profile.kind === "probed" ? removeProbedModel(artifact, id) : artifact, ids);
  }

  /**
   * From now on these candidates have these prices, or `{ factor }` times those they have; nothing has to be retrained.
   *
   * @throws OneheadError "unknown-model" for an id that is no candidate; "invalid-argument" for a price or factor out of range,
   *   prices of a candidate whose cost was learnt in USD, or a factor on a price that is not known; the router is then as it was
   */
  updatePrices(prices: Readonly<Record<string, Prices | PriceFactor>>): void {
    assertObject("updatePrices: prices", prices, "an object by id");
    for (const id of Object.keys(prices)) findCandidate("updatePrices", this.candidates, id);
    const ids = this.candidates.map(({ id }) => id);
    this.#bind(this.toArtifact(), ids, prices);
  }

  /**
   * The artifact with the models and prices that this router has now; `serializeArtifact` turns it into a file. Its manifest is a
   * copy, its tensors are the router's own.
   */
  toArtifact(): Artifact {
    const { artifact, pool } = this.#bound;
    const current = new Map(pool.candidates.map((candidate) => [candidate.id, candidate]));
    const candidates = artifact.manifest.candidates.map((candidate) => current.get(candidate.id) ?? candidate);
    const defaultPool = pool.candidates.map(({ id }) => id);
    return { ...artifact, manifest: copyOf({ ...artifact.manifest, candidates, defaultPool }) };
  }

  /** Turns a user's knobs into a reward and its λ, with this artifact's dial. */
  resolvePreference(options: PreferenceOptions): Preference {
    return resolvePreference(options, this.#bound.artifact.manifest.dial);
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
    assertLength("choose: embedding", embedding.length, this.dimensions);
    this.#inputTokens[0] = inputTokens;
    const chosen = this.#chosen;
    this.#bound.predictor.choose(chosen, embedding, this.#inputTokens, 1, preference);
    out.index = chosen.index[0];
    out.predictedQuality = chosen.predictedQuality[0];
    out.predictedCostUsd = chosen.predictedCostUsd[0];
    out.reward = chosen.reward[0];
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
    assertObject("decide: request", request);
    const preference = this.resolvePreference(request);
    if (typeof request.inputTokens !== "number") {
      throw invalidArgument("decide: inputTokens", request.inputTokens, "a number");
    }
    assertRequirements(request);
    const { onIneligible = "throw" } = request;
    if (onIneligible !== "throw" && onIneligible !== "best") {
      throw invalidArgument("decide: onIneligible", onIneligible, "throw or best");
    }
    assertEmbedding("decide: embedding", request.embedding);
    this.#predict("decide", request.embedding, request.inputTokens, this.#uncertainty);

    const excluded = this.#exclusions(request);
    const ranking = this.#rank(preference, new Set(excluded.map(({ model }) => model)));
    const best = ranking[0]?.eligible ? ranking[0] : fallback(request, ranking, excluded);
    const { exploration } = request;
    const explored =
      exploration === undefined
        ? undefined
        : explore(exploration, ranking.filter(({ eligible }) => eligible).length || 1);
    const chosen = explored === undefined ? best : ranking[explored.index];
    const next = ranking.find((candidate) => candidate !== chosen && candidate.eligible);
    return {
      schemaVersion: 1,
      model: chosen.model,
      preference,
      ranking,
      margin: marginOf(chosen, next),
      ...(explored === undefined ? {} : { propensity: explored.propensity }),
      excluded,
      familiarity: this.#bound.predictor.familiarity(0),
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
    return predictRows(this.#bound.predictor, this.candidates.length, embeddings, inputTokens);
  }

  /**
   * {@link Router.choose} for any number of rows, in their order and with the same bits: as the choices are read, and no further
   * ahead than one block of 64 rows, or what keeps the `workers` busy. Memory does not grow with the rows. Blocks of rows cost less than rows
   * one by one. The pool, prices and preference are those of the call.
   *
   * Whatever ends it closes the input; workers stay open. An input's arrays are its own again when the choices for them are there.
   *
   * @throws OneheadError "invalid-argument" for a preference or workers that do not fit, at once. After the choices for the rows before
   *   it: OneheadError "invalid-argument" or ShapeError naming row (from 0) and field; what the input or the workers throw
   */
  scoreBatch(input: BatchInput, options: ScoreBatchOptions = {}): AsyncGenerator<ScoredBlock, void> {
    const preference = this.resolvePreference(options);
    const { candidates, backend } = this;
    const { predictor } = this.#bound;
    const terms = { preference, candidates, backend, feedbackShifts: predictor.feedbackShifts };
    return scoreBatch(predictor, input, terms, options.workers);
  }

  /**
   * The anchor prompts that this embedding attends to, strongest first; empty where nothing attends to anchors.
   *
   * @throws OneheadError "invalid-argument" for an embedding of another length or a count that is no whole number
   */
  explainAnchors(embedding: Float32Array, count = 5): AnchorInfluence[] {
    this.#predict("explainAnchors", embedding, 0, null);
    return explainAnchors(this.#bound.artifact.manifest, this.#bound.predictor.anchorWeights(0), count);
  }

  /** All or nothing: whatever throws does so before anything has changed. */
  #bind(artifact: Artifact, models: readonly string[], prices?: PoolOptions["prices"]): void {
    this.#bound = this.#bindPool(artifact, { models, prices });
    this.#allocate();
  }

  #bindPool(given: Artifact, options: PoolOptions): BoundPool {
    // a copy: what a caller does to the manifest afterwards is not the router's
    const artifact = { ...given, manifest: copyOf(given.manifest) };
    const pool = resolvePool(artifact, options);
    const { model } = artifact.manifest;
    if (model.form !== "external") return { artifact, pool, predictor: new Predictor(artifact, pool, this.#backend) };
    const predictions = this.#predictions;
    if (predictions?.package === model.package) return { artifact, pool, predictor: predictions.bind(artifact, pool) };
    const found = predictions === undefined ? "missing" : `of ${predictions.package}`;
    const expected = `those of ${model.package}, which this artifact (${model.kind}) needs`;
    throw invalidArgument("Router: options.predictions", found, expected);
  }

  #allocate(): void {
    const count = this.candidates.length;
    this.#quality = new Float32Array(count);
    this.#costUsd = new Float64Array(count);
    this.#uncertainty = new Float32Array(count);
    this.#applyFeedback();
  }

  /**
   * Learns from the score of one answer: the model's predicted quality moves once `minSources` sources have spoken.
   *
   * @throws OneheadError "learning-off" unless the router was made with `learning`; "unknown-model"; "invalid-argument"
   *   naming the field
   */
  update(feedback: Feedback): FeedbackCorrection {
    const learner = this.#learning("update");
    const judged = learner.judged(feedback, this.candidates);
    const { id } = this.candidates[judged.index];
    const { embedding, score, source, timeMs } = feedback;
    let { quality } = judged;
    if (quality === null) {
      assertEmbedding("update: embedding", embedding);
      this.#predict("update", embedding, 0, null);
      quality = learner.uncorrected(id, this.#quality[judged.index]);
    }
    const correction = learner.learn(id, quality, score, source, timeMs);
    this.#applyFeedback();
    return correction;
  }

  /** What was learnt, as JSON: another router goes on from it with `learning({ state })`. @throws OneheadError "learning-off" */
  feedbackState(): FeedbackState {
    return this.#learning("feedbackState").state();
  }

  #learning(caller: string): Learner {
    if (this.#learner !== null) return this.#learner;
    throw new OneheadError("learning-off", `${caller}: learning: off, expected a router made with the option learning`);
  }

  /** By id, so that a changed pool keeps what was learnt of those that stay. */
  #applyFeedback(): void {
    this.#bound.predictor.applyFeedback(this.candidates.map(({ id }) => this.#learner?.logitShift(id) ?? 0));
  }

  #predict(caller: string, embedding: Float32Array, inputTokens: number, uncertainty: Float32Array | null): void {
    assertLength(`${caller}: embedding`, embedding.length, this.dimensions);
    this.#inputTokens[0] = inputTokens;
    this.#bound.predictor.predict(this.#quality, this.#costUsd, uncertainty, embedding, this.#inputTokens, 1);
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
        ...(this.#learner === null ? {} : { feedbackShift: this.#learner.qualityShift(id, predictedQuality) }),
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
}

/** An artifact with one choice of its candidates. */
interface BoundPool {
  artifact: Artifact;
  pool: Pool;
  predictor: PoolPredictor;
}

/** Null where there is no runner-up, or the rewards are so far out that their difference is no number. */
function marginOf(chosen: RankedCandidate, next: RankedCandidate | undefined): number | null {
  const margin = next === undefined ? Number.NaN : chosen.reward - next.reward;
  return Number.isFinite(margin) ? margin : null;
}

/** A manifest is JSON, most of it texts of anchors; not every runtime has structuredClone. */
function copyOf({ anchors, ...rest }: Manifest): Manifest {
  const lists = Object.entries(anchors).map(([name, list]) => [name, [...list]]);
  return { ...JSON.parse(JSON.stringify(rest)), anchors: Object.fromEntries(lists) } as Manifest;
}
