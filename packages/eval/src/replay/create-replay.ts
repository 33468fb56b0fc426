import type { Predictions } from "@onehead/baselines";
import { OneheadError } from "@onehead/core";
import { logLoss } from "../metrics/log-loss.js";
import { Reliability } from "../metrics/reliability.js";
import { assertPredictions, assertReplaySetup, assertTruth } from "./assert-chunk.js";
import { ChoiceRecorder } from "./choice-runs.js";
import { GrowingArray } from "./growing-array.js";
import type { RecordedRows } from "./recorded-rows.js";
import type { Replay, ReplayRouter, RouterReplay } from "./replay.js";

/** Takes recorded rows in chunks of any size; the size changes no figure. */
export interface ReplayRecorder {
  /**
   * Replays rows on every router.
   *
   * @param predictions one a router, in the order of the routers, each (R, N); NaN keeps a model from being chosen
   * @throws OneheadError "invalid-argument" naming router, row and model of a value that is not usable
   */
  add(rows: RecordedRows, predictions: readonly Predictions[]): void;
  finish(): Replay;
}

/**
 * Starts a replay: recorded scores and costs answer what each router would have got and paid at every λ.
 *
 * Kept are the complete rows' (C, N) scores and costs and each router's runs of choices, about 70 bytes a row and router.
 *
 * @param lambdasUsd as of `lambdaGrid`, the same for every router
 * @throws OneheadError "invalid-argument" without models or λ, or when two routers share an id
 */
export function createReplay(
  models: readonly string[],
  routers: readonly ReplayRouter[],
  lambdasUsd: Float64Array,
): ReplayRecorder {
  assertReplaySetup(models, routers, lambdasUsd);
  const N = models.length;
  const recorders = routers.map((router) => new RouterRecorder(router, lambdasUsd));
  const oracle = new ChoiceRecorder("linear", lambdasUsd);
  const promptKeys = new GrowingArray((length) => new Float64Array(length));
  const scores = new GrowingArray((length) => new Float32Array(length));
  const costsUsd = new GrowingArray((length) => new Float64Array(length));
  const scoredRows = new Float64Array(N);
  let rows = 0;

  return {
    add(recorded, predictions) {
      const R = assertTruth(recorded, N, rows);
      assertPredictions(routers, predictions, R, N, rows);
      for (let r = 0; r < R; r++) {
        const complete = isComplete(recorded, r * N, N);
        if (complete) {
          promptKeys.push(recorded.promptKeys?.[r] ?? rows + r);
          for (let i = r * N; i < (r + 1) * N; i++) {
            scores.push(recorded.scores[i]);
            costsUsd.push(recorded.costsUsd[i]);
          }
          oracle.record(recorded.scores, recorded.costsUsd, N, r * N);
        }
        for (let m = 0; m < N; m++) if (!Number.isNaN(recorded.scores[r * N + m])) scoredRows[m]++;
        for (const [k, recorder] of recorders.entries()) {
          recorder.addRow(recorded.scores, predictions[k], N, r * N, complete, rows + r);
        }
      }
      rows += R;
    },
    finish() {
      return {
        models: [...models],
        lambdasUsd,
        rows,
        completeRows: promptKeys.length,
        promptKeys: promptKeys.toArray(),
        scores: scores.toArray(),
        costsUsd: costsUsd.toArray(),
        scoredRows,
        routers: recorders.map((recorder) => recorder.finish()),
        oracle: oracle.finish(),
      };
    },
  };
}

function isComplete({ scores, costsUsd }: RecordedRows, start: number, models: number): boolean {
  for (let i = start; i < start + models; i++) if (Number.isNaN(scores[i]) || Number.isNaN(costsUsd[i])) return false;
  return true;
}

/** One router's share of a replay. */
class RouterRecorder {
  readonly #router: ReplayRouter;
  readonly #choices: ChoiceRecorder;
  readonly #reliability = new Reliability();
  #lossSum = 0;

  constructor(router: ReplayRouter, lambdasUsd: Float64Array) {
    this.#router = router;
    this.#choices = new ChoiceRecorder(router.reward, lambdasUsd);
  }

  addRow(
    scores: Float32Array,
    { quality, costUsd }: Predictions,
    models: number,
    start: number,
    complete: boolean,
    row: number,
  ): void {
    if (complete && !this.#choices.record(quality, costUsd, models, start)) {
      const found = "every prediction is NaN";
      const where = `createReplay: router ${this.#router.id} can choose no model for row ${row}`;
      throw new OneheadError("invalid-argument", `${where}: ${found}, expected at least one quality with a cost`);
    }
    if (!this.#router.estimatesQuality) return;
    for (let i = start; i < start + models; i++) {
      if (Number.isNaN(scores[i]) || Number.isNaN(quality[i])) continue;
      this.#lossSum += logLoss(quality[i], scores[i]);
      this.#reliability.add(quality[i], scores[i]);
    }
  }

  finish(): RouterReplay {
    const { total } = this.#reliability;
    const predictions = total === 0 ? null : { logLoss: this.#lossSum / total, reliability: this.#reliability };
    return { ...this.#router, choices: this.#choices.finish(), predictions };
  }
}
