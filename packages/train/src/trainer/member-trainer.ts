import { OneheadError } from "@onehead/core";
import { AdamW, createRandom, maskedBinaryCrossEntropy, maskedHuber, warmupCosine } from "@onehead/core/training";
import type { Network } from "../network/network.js";
import { forwardBlocks } from "../network/network-outputs.js";
import type { TrainingSettings } from "../settings/training-settings.js";

/** Rows that the network learns from, in the order of their embeddings. */
export interface LabelledRows {
  rows: number;
  /** (R, D). */
  embeddings: Float32Array;
  /** (R, M), NaN where unknown. */
  scores: Float32Array;
  costTargets: Float32Array;
  /** (R) tokens of the prompts: as recorded, else estimated. */
  inputTokens: Float64Array;
}

/** What a finished or interrupted member needs to go on: restoring it equals never having stopped. */
export interface MemberState {
  epoch: number;
  bestEpoch: number;
  bestValidationLoss: number;
  /** Optimiser steps taken. */
  step: number;
  /** Parameters as they are, as they were at the best epoch, and the optimiser's moments, all by name. */
  tensors: Map<string, Float32Array>;
}

export interface EpochReport {
  epoch: number;
  trainingLoss: number;
  validationLoss: number;
}

/**
 * Trains one member: AdamW with warm-up and cosine on masked log loss plus masked Huber loss, with early stop.
 *
 * Epoch e of member s draws its order and dropout from the stream (seed, s, e), so a run resumed at an epoch's start
 * repeats the run that never stopped, bit for bit.
 */
export class MemberTrainer {
  readonly #network: Network;
  readonly #training: LabelledRows;
  readonly #validation: LabelledRows;
  readonly #settings: TrainingSettings;
  readonly #member: number;
  readonly #dimensions: number;
  readonly #models: number;
  readonly #optimizer: AdamW;
  readonly #best = new Map<string, Float32Array>();
  readonly #batch: { embeddings: Float32Array; scores: Float32Array; costTargets: Float32Array };
  readonly #dQuality: Float32Array;
  readonly #dCost: Float32Array;
  #epoch = 0;
  #bestEpoch = 0;
  #bestValidationLoss = Number.POSITIVE_INFINITY;

  constructor(
    network: Network,
    training: LabelledRows,
    validation: LabelledRows,
    settings: TrainingSettings,
    member: number,
    dimensions: number,
    models: number,
  ) {
    this.#network = network;
    this.#training = training;
    this.#validation = validation;
    this.#settings = settings;
    this.#member = member;
    this.#dimensions = dimensions;
    this.#models = models;
    this.#optimizer = new AdamW(network.parameters, {
      weightDecay: settings.weightDecay,
      clipNorm: settings.clipNorm,
      groups: undecayed,
    });
    const B = settings.batchRows;
    this.#batch = {
      embeddings: new Float32Array(B * dimensions),
      scores: new Float32Array(B * models),
      costTargets: new Float32Array(B * models),
    };
    this.#dQuality = new Float32Array(network.maxRows * models);
    this.#dCost = new Float32Array(network.maxRows * models);
    this.#keepBest();
  }

  get epoch(): number {
    return this.#epoch;
  }

  get bestValidationLoss(): number {
    return this.#bestValidationLoss;
  }

  /** True once all epochs are done or `patience` of them brought nothing. */
  get finished(): boolean {
    const { epochs, patience } = this.#settings;
    return this.#epoch >= epochs || (this.#epoch > 0 && this.#epoch - this.#bestEpoch >= patience);
  }

  /**
   * One pass over the training rows. `pause` is awaited now and then, so that the event loop sees Ctrl-C.
   *
   * @throws OneheadError "diverged" when a loss is not finite
   */
  async runEpoch(pause: () => Promise<void>): Promise<EpochReport> {
    const { seed, batchRows, learningRate, epochs } = this.#settings;
    const rows = this.#training.rows;
    const random = createRandom(seed, 1_000_000 * (this.#member + 1) + this.#epoch);
    const order = Int32Array.from({ length: rows }, (_, r) => r);
    random.shuffle(order);
    const stepsPerEpoch = Math.ceil(rows / batchRows);
    let loss = 0;
    let labels = 0;
    for (let start = 0; start < rows; start += batchRows) {
      const count = Math.min(batchRows, rows - start);
      this.#gather(order, start, count);
      this.#network.forward(this.#batch.embeddings, count, { rate: this.#settings.dropout, random });
      const result = this.#losses(this.#batch.scores, this.#batch.costTargets, count);
      loss += result.loss;
      labels += result.labels;
      this.#network.backward(this.#dQuality, this.#dCost, this.#batch.embeddings, count);
      const step = this.#optimizer.step + 1;
      const rate = learningRate * warmupCosine(step, Math.min(50, stepsPerEpoch), stepsPerEpoch * epochs, 0.05);
      this.#optimizer.update(this.#network.gradients, rate);
      await pause();
    }
    const trainingLoss = loss / Math.max(1, labels);
    const validationLoss = this.validationLoss();
    if (!Number.isFinite(trainingLoss) || !Number.isFinite(validationLoss)) {
      throw new OneheadError(
        "diverged",
        `train: the loss of member ${this.#member} is ${trainingLoss} in epoch ${this.#epoch + 1}: try a lower learningRate than ${learningRate}`,
      );
    }
    this.#epoch++;
    if (validationLoss < this.#bestValidationLoss) {
      this.#bestValidationLoss = validationLoss;
      this.#bestEpoch = this.#epoch;
      this.#keepBest();
    }
    return { epoch: this.#epoch, trainingLoss, validationLoss };
  }

  /** Mean log loss per known score of the validation rows; of the training rows where no validation row has a score. */
  validationLoss(): number {
    const { scores } = this.#validation;
    const rows = knownEntries(scores, scores.length) > 0 ? this.#validation : this.#training;
    const M = this.#models;
    let loss = 0;
    let labels = 0;
    forwardBlocks(this.#network, rows.embeddings, rows.rows, this.#dimensions, (start, count) => {
      const result = maskedBinaryCrossEntropy(
        this.#dQuality,
        this.#network.qualityLogits,
        rows.scores.subarray(start * M, (start + count) * M),
        count * M,
        0,
      );
      loss += result.loss;
      labels += result.labels;
    });
    return loss / Math.max(1, labels);
  }

  /** Restores the parameters of the best epoch; call when finished. */
  takeBest(): void {
    for (const [name, values] of this.#best) (this.#network.parameters.get(name) as Float32Array).set(values);
  }

  state(): MemberState {
    const tensors = new Map<string, Float32Array>();
    for (const [name, values] of this.#network.parameters) tensors.set(`parameter.${name}`, values.slice());
    for (const [name, values] of this.#best) tensors.set(`best.${name}`, values.slice());
    for (const [name, values] of this.#optimizer.state()) tensors.set(`optimizer.${name}`, values);
    return {
      epoch: this.#epoch,
      bestEpoch: this.#bestEpoch,
      bestValidationLoss: this.#bestValidationLoss,
      step: this.#optimizer.step,
      tensors,
    };
  }

  /** @throws OneheadError "artifact" naming a tensor that is missing or of another length; nothing is changed then */
  restore(state: MemberState): void {
    for (const [name, { length }] of this.state().tensors) {
      const found = state.tensors.get(name)?.length ?? 0;
      if (found === length) continue;
      throw new OneheadError("artifact", `checkpoint: ${name}: length is ${found}, expected ${length}`);
    }
    const moments = new Map<string, Float32Array>();
    for (const [name, values] of state.tensors) {
      const [kind] = name.split(".", 1);
      const rest = name.slice(kind.length + 1);
      if (kind === "parameter") this.#network.parameters.get(rest)?.set(values);
      else if (kind === "best") this.#best.get(rest)?.set(values);
      else moments.set(rest, values);
    }
    this.#optimizer.restore(state.step, moments);
    this.#epoch = state.epoch;
    this.#bestEpoch = state.bestEpoch;
    this.#bestValidationLoss = state.bestValidationLoss;
  }

  #losses(scores: Float32Array, costTargets: Float32Array, rows: number): { loss: number; labels: number } {
    const count = rows * this.#models;
    const scoreLabels = knownEntries(scores, count);
    const costLabels = knownEntries(costTargets, count);
    const quality = maskedBinaryCrossEntropy(
      this.#dQuality,
      this.#network.qualityLogits,
      scores,
      count,
      1 / Math.max(1, scoreLabels),
    );
    const costScale = this.#settings.costWeight / Math.max(1, costLabels);
    maskedHuber(this.#dCost, this.#network.costOutputs, costTargets, count, 1, costScale);
    return quality;
  }

  #gather(order: Int32Array, start: number, count: number): void {
    const M = this.#models;
    const D = this.#dimensions;
    const { embeddings, scores, costTargets } = this.#training;
    for (let b = 0; b < count; b++) {
      const r = order[start + b];
      for (let d = 0; d < D; d++) this.#batch.embeddings[b * D + d] = embeddings[r * D + d];
      for (let m = 0; m < M; m++) {
        this.#batch.scores[b * M + m] = scores[r * M + m];
        this.#batch.costTargets[b * M + m] = costTargets[r * M + m];
      }
    }
  }

  #keepBest(): void {
    for (const [name, values] of this.#network.parameters) this.#best.set(name, values.slice());
  }
}

/** Biases and norms are not decayed. */
const undecayed = Object.fromEntries(
  ["bias.quality", "bias.cost", "trunk.bias", "head.bias", "queryNorm.gain", "queryNorm.bias"].map((name) => [
    name,
    { weightDecay: 0 },
  ]),
);

function knownEntries(values: Float32Array, count: number): number {
  let known = 0;
  for (let i = 0; i < count; i++) if (!Number.isNaN(values[i])) known++;
  return known;
}
