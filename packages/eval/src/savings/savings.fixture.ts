import type { Predictions } from "@onehead/baselines";
import { createReplay } from "../replay/create-replay.js";
import type { RecordedRows } from "../replay/recorded-rows.js";
import type { Replay } from "../replay/replay.js";

/** λ of the sweep: the cheapest, 1 and 10 USD, the best. */
const savingsLambdas = Float64Array.of(0, 1, 10, Number.POSITIVE_INFINITY);

/** A replay of one router, the subject, over models named a, b, … */
export function savingsReplay(models: number, rows: RecordedRows, predictions: Predictions): Replay {
  const names = Array.from({ length: models }, (_, m) => String.fromCharCode(97 + m));
  const router = { id: "r", name: "r", role: "subject", reward: "linear", estimatesQuality: true } as const;
  const recorder = createReplay(names, [router], savingsLambdas);
  recorder.add(rows, [predictions]);
  return recorder.finish();
}

/** Equal rows: what every model scores and costs, truly and as predicted. */
export function equalRows(
  count: number,
  scores: number[],
  costsUsd: number[],
): { rows: RecordedRows; predictions: Predictions } {
  const repeat = (values: number[]): number[] => Array.from({ length: count }, () => values).flat();
  return {
    rows: { scores: Float32Array.from(repeat(scores)), costsUsd: Float64Array.from(repeat(costsUsd)) },
    predictions: { quality: Float32Array.from(repeat(scores)), costUsd: Float64Array.from(repeat(costsUsd)) },
  };
}
