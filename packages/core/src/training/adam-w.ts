import { OneheadError } from "../errors/onehead-error.js";
import { assertLength } from "../errors/shape-error.js";
import { jsTrainingBackend, type TrainingBackend } from "./training-backend.js";

/** Settings of {@link AdamW}. */
export interface AdamWOptions {
  /** β₁ and β₂ of the running moments. Default 0.9 and 0.999. */
  beta1?: number;
  beta2?: number;
  /** ε, added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Decoupled decay: each step takes rate · weightDecay of the parameter away. Default 0. */
  weightDecay?: number;
  /** Euclidean norm of all gradients together above which they are scaled down to it. Default: none. */
  clipNorm?: number;
  /** By parameter name: factor on the learning rate, and a decay of its own. */
  groups?: Readonly<Record<string, { rate?: number; weightDecay?: number }>>;
}

/** Squares are summed in rows of so many, so many rows at a time. */
const clipRow = 256;
const clipScratch = 256;

/** Floats that an optimiser of so many parameters allocates, at most. */
export const adamFloats = (parameters: number): number => 2 * parameters + clipScratch;

/**
 * AdamW: Adam with decoupled weight decay, bias-corrected.
 *
 *   m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
 *   p ← p − η (m̂ / (√v̂ + ε) + decay · p),  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
 *
 * Parameters are updated in place, in the order of the map: the same calls give the same bits.
 * Source: Loshchilov & Hutter 2019, algorithm 2
 */
export class AdamW {
  /** Updates made so far. */
  step = 0;
  readonly #parameters: ReadonlyMap<string, Float32Array>;
  readonly #options: Required<Omit<AdamWOptions, "groups">> & Pick<AdamWOptions, "groups">;
  readonly #first = new Map<string, Float32Array>();
  readonly #second = new Map<string, Float32Array>();
  readonly #backend: TrainingBackend;
  readonly #squares: Float32Array;

  /**
   * @param backend whose memory has the parameters and the gradients; the moments and a scratch of `clipScratch` floats are allocated
   *   from it
   */
  constructor(
    parameters: ReadonlyMap<string, Float32Array>,
    options: AdamWOptions = {},
    backend: TrainingBackend = jsTrainingBackend,
  ) {
    this.#parameters = parameters;
    this.#backend = backend;
    this.#options = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      clipNorm: Number.POSITIVE_INFINITY,
      ...options,
    };
    for (const [name, values] of parameters) {
      this.#first.set(name, backend.allocate(values.length));
      this.#second.set(name, backend.allocate(values.length));
    }
    this.#squares = backend.allocate(clipScratch);
  }

  /**
   * One update with the gradients of all parameters, by name.
   *
   * A NaN or infinite gradient is not caught here: it shows in the loss of the next step.
   *
   * @param learningRate η of this step, before the groups' factors
   * @throws OneheadError "invalid-argument" for a missing gradient, ShapeError for one of another length; either before
   *   any parameter has changed
   */
  update(gradients: ReadonlyMap<string, Float32Array>, learningRate: number): void {
    const { beta1, beta2, epsilon, groups } = this.#options;
    for (const [name, parameter] of this.#parameters) arrayOf(gradients, name, parameter.length);
    const clip = this.#clipFactor(gradients);
    this.step++;
    const correction1 = 1 / (1 - beta1 ** this.step);
    const correction2 = 1 / (1 - beta2 ** this.step);
    for (const [name, parameter] of this.#parameters) {
      const gradient = arrayOf(gradients, name, parameter.length);
      const first = this.#first.get(name)!;
      const second = this.#second.get(name)!;
      const group = groups !== undefined && Object.hasOwn(groups, name) ? groups[name] : undefined;
      const rate = learningRate * (group?.rate ?? 1);
      const decay = group?.weightDecay ?? this.#options.weightDecay;
      this.#backend.adamStep(parameter, gradient, first, second, parameter.length, {
        clip,
        beta1,
        beta2,
        rate,
        correction1,
        correction2,
        epsilon,
        weightDecay: decay,
      });
    }
  }

  /** Copies of both moments, as `first.<name>` and `second.<name>`. */
  state(): Map<string, Float32Array> {
    const state = new Map<string, Float32Array>();
    for (const [name, values] of this.#first) state.set(`first.${name}`, values.slice());
    for (const [name, values] of this.#second) state.set(`second.${name}`, values.slice());
    return state;
  }

  /**
   * Goes on from a state: the next update equals, to the bit, that of the optimiser that gave it.
   *
   * @throws OneheadError "invalid-argument" for a missing array, ShapeError for one of another length
   */
  restore(step: number, state: ReadonlyMap<string, Float32Array>): void {
    for (const [name, values] of this.#first) values.set(arrayOf(state, `first.${name}`, values.length));
    for (const [name, values] of this.#second) values.set(arrayOf(state, `second.${name}`, values.length));
    this.step = step;
  }

  #clipFactor(gradients: ReadonlyMap<string, Float32Array>): number {
    const { clipNorm } = this.#options;
    if (clipNorm === Number.POSITIVE_INFINITY) return 1;
    let squares = 0;
    for (const [name, parameter] of this.#parameters) {
      squares += this.#squareSum(arrayOf(gradients, name, parameter.length));
    }
    const norm = Math.sqrt(squares);
    return norm > clipNorm ? clipNorm / norm : 1;
  }

  /** By rows, whose sums are added in float64: one long sum of float32 would lose digits. */
  #squareSum(values: Float32Array): number {
    let sum = 0;
    for (let start = 0; start < values.length; start += clipScratch * clipRow) {
      const rows = Math.min(clipScratch, Math.floor((values.length - start) / clipRow));
      this.#backend.squaredNorms(this.#squares, values.subarray(start), rows, clipRow);
      for (let r = 0; r < rows; r++) sum += this.#squares[r];
      if (rows === clipScratch) continue;
      for (let i = start + rows * clipRow; i < values.length; i++) sum += values[i] * values[i];
    }
    return sum;
  }
}

function arrayOf(arrays: ReadonlyMap<string, Float32Array>, name: string, length: number): Float32Array {
  const values = arrays.get(name);
  if (values === undefined) throw new OneheadError("invalid-argument", `AdamW: no array for parameter ${name}`);
  assertLength(`AdamW: ${name}`, values.length, length);
  return values;
}
