import { createRandom } from "@onehead/core/training";
import type { RecordedRows } from "../replay/recorded-rows.js";
import type { EvaluatedRouter } from "./replay-chunks.js";

/** Rows with what the routers of {@link routersOf} predict from. */
export interface HintedRows extends RecordedRows {
  /** (R, N) the chance that each answer is right. */
  chances: Float32Array;
}

/** Prompts of two kinds; models get dearer and better, and the cheapest is as good as the best on the easy kind. */
export function rowsOf(seed: number, rows: number, models: number): HintedRows {
  const random = createRandom(seed);
  const chances = new Float32Array(rows * models);
  for (let r = 0; r < rows; r++) {
    const easy = random.uniform() < 0.5;
    for (let m = 0; m < models; m++) chances[r * models + m] = easy ? 0.9 : 0.2 + (0.6 * (m + 1)) / models;
  }
  return {
    chances,
    scores: chances.map((chance) => (random.uniform() < chance ? 1 : 0)),
    costsUsd: Float64Array.from(chances, (_, i) => 1e-4 * 3 ** (i % models) * (0.5 + random.uniform())),
  };
}

/** The subject knows every chance, its variant asks the same under the other reward, the rival knows the models' means. */
export function routersOf(models: number): EvaluatedRouter<HintedRows>[] {
  const prices = (rows: HintedRows): Float64Array => rows.costsUsd.map((_, i) => 1e-4 * 3 ** (i % models));
  const knowing = (rows: HintedRows) => ({ quality: rows.chances, costUsd: prices(rows) });
  return [
    { id: "knowing", name: "knowing", role: "subject", predict: knowing },
    {
      id: "knowing-exponential",
      name: "knowing, exponential",
      role: "variant",
      reward: "exponential",
      predict: knowing,
    },
    {
      id: "constant",
      name: "constant",
      predict: async (rows) => ({
        quality: rows.chances.map((_, i) => 0.55 + (0.3 * ((i % models) + 1)) / models),
        costUsd: prices(rows),
      }),
    },
  ];
}

export function modelNames(models: number): string[] {
  return Array.from({ length: models }, (_, m) => `vendor/model-${m}`);
}
