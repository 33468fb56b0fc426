import { OneheadError } from "@onehead/core";
import { AdamW, createRandom, maskedHuber, warmupCosine } from "@onehead/core/training";
import type { Network } from "../network/network.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import { LocalGroup, type ShardGroup, shardRows } from "./shard-group.js";

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
 * repeats the run that never stopped, bit for bit; so does one by any number of threads (`ShardGroup`).
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
  readonly #group: ShardGroup;
  /** Rows of one shard. */
  readonly #batch: { embeddings: Float32Array; scores: Float32Array; costTargets: Float32Array };
  /** Of the whole batch. */
  readonly #draws: Uint32Array;
  /** (R) known scores and costs of each training row. */
  readonly #known: { scores: Int32Array; costTargets: Int32Array };
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
    group: ShardGroup = new LocalGroup(network.backend),
  ) {
    const { backend } = network;
    this.#network = network;
    this.#group = group;
    this.#training = training;
    this.#validation = validation;
    this.#settings = settings;
    this.#member = member;
    this.#dimensions = dimensions;
    this.#models = models;
    this.#optimizer = new AdamW(
      network.parameters,
      {
        weightDecay: settings.weightDecay,
        clipNorm: settings.clipNorm,
        groups: undecayed,
      },
      backend,
    );
    const B = network.maxRows;
    this.#batch = {
      embeddings: backend.allocate(B * dimensions),
      scores: backend.allocate(B * models),
      costTargets: backend.allocate(B * models),
    };
    this.#draws = new Uint32Array(settings.batchRows * network.drawsPerRow);
    this.#known = {
      scores: knownByRow(training.scores, models),
      costTargets: knownByRow(training.costTargets, models),
    };
    this.#dQuality = backend.allocate(B * models);
    this.#dCost = backend.allocate(B * models);
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
    this.#network.prepare();
    for (let start = 0; start < rows; start += batchRows) {
      const picked = order.subarray(start, Math.min(rows, start + batchRows));
      for (let i = 0; i < picked.length * this.#network.drawsPerRow; i++) this.#draws[i] = 2 ** 32 * random.uniform();
      const scoreLabels = sumOf(this.#known.scores, picked);
      const costLabels = sumOf(this.#known.costTargets, picked);
      loss += this.#group.sumShards(Math.ceil(picked.length / shardRows), this.#network.rowSums, (shard) =>
        this.#runShard(picked, shard * shardRows, scoreLabels, costLabels),
      );
      labels += scoreLabels;
      this.#network.finish();
      const step = this.#optimizer.step + 1;
      const rate = learningRate * warmupCosine(step, Math.min(50, stepsPerEpoch), stepsPerEpoch * epochs, 0.05);
      this.#optimizer.update(this.#network.gradients, rate);
      this.#network.prepare();
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
    const { backend, maxRows, qualityLogits } = this.#network;
    const targets = this.#batch.scores;
    this.#network.prepare();
    const loss = this.#group.sumShards(Math.ceil(rows.rows / maxRows), null, (block) => {
      const [start, end] = [block * maxRows, Math.min(rows.rows, (block + 1) * maxRows)];
      const D = this.#dimensions;
      this.#network.forward(rows.embeddings.subarray(start * D, end * D), end - start, null);
      targets.set(rows.scores.subarray(start * M, end * M));
      return backend.maskedBinaryCrossEntropy(this.#dQuality, qualityLogits, targets, (end - start) * M, 0).loss;
    });
    return loss / Math.max(1, knownEntries(rows.scores, rows.scores.length));
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

  /** Leaves the sums of a shard's rows, from `first` of the batch on, in the network, and returns its log loss. */
  #runShard(picked: Int32Array, first: number, scoreLabels: number, costLabels: number): number {
    const network = this.#network;
    const { costWeight } = this.#settings;
    const rows = Math.min(shardRows, picked.length - first);
    const count = rows * this.#models;
    const { embeddings, scores, costTargets } = this.#batch;
    this.#gather(picked.subarray(first, first + rows));
    network.forward(embeddings, rows, this.#draws.subarray(first * network.drawsPerRow));
    const scale = 1 / Math.max(1, scoreLabels);
    const { maskedBinaryCrossEntropy } = network.backend;
    const { loss } = maskedBinaryCrossEntropy(this.#dQuality, network.qualityLogits, scores, count, scale);
    const costScale = costWeight / Math.max(1, costLabels);
    maskedHuber(this.#dCost, network.costOutputs, costTargets, count, 1, costScale);
    network.backward(this.#dQuality, this.#dCost, rows);
    return loss;
  }

  #gather(picked: Int32Array): void {
    const M = this.#models;
    const D = this.#dimensions;
    const { embeddings, scores, costTargets } = this.#training;
    const batch = this.#batch;
    for (let b = 0; b < picked.length; b++) {
      const r = picked[b];
      batch.embeddings.set(embeddings.subarray(r * D, (r + 1) * D), b * D);
      for (let m = 0; m < M; m++) {
        batch.scores[b * M + m] = scores[r * M + m];
        batch.costTargets[b * M + m] = costTargets[r * M + m];
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

/** (R) known values of each row. */
function knownByRow(values: Float32Array, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, r) =>
    knownEntries(values.subarray(r * columns, (r + 1) * columns), columns),
  );
}

function sumOf(counts: Int32Array, picked: Int32Array): number {
  let sum = 0;
  for (let b = 0; b < picked.length; b++) sum += counts[picked[b]];
  return sum;
}
