import { pairGap } from "../metrics/pair-gap.js";
import { predictedIncurred } from "../metrics/predicted-incurred.js";
import { selectionOf } from "../metrics/selection.js";
import { selectionCounts } from "../replay/choice-runs.js";
import type { Replay, RouterReplay } from "../replay/replay.js";
import type {
  ChosenResult,
  CurveResult,
  PairResult,
  PredictionResult,
  RouterResult,
  SelectionResult,
} from "./evaluation-result.js";

/** The two models of a pair, by index and by what they score; null for other pools. */
export interface PairOfModels {
  weak: number;
  strong: number;
  weakQuality: number;
  strongQuality: number;
}

/** Gathers what is known of one router. `curve` and `pair` are null without complete rows. */
export function routerResult(
  replay: Replay,
  router: RouterReplay,
  curve: CurveResult | null,
  pair: PairOfModels | null,
  seed: number,
): RouterResult {
  const { id, name, role, reward } = router;
  const selection = curve === null ? null : selectionResult(replay, router);
  return {
    id,
    name,
    role,
    reward,
    curve,
    selection,
    pair: curve === null || selection === null || pair === null ? null : pairResult(replay, curve, selection, pair),
    predictions: predictionResult(router, seed),
    chosen: curve === null ? null : chosenResult(replay, router),
  };
}

function selectionResult(replay: Replay, router: RouterReplay): SelectionResult {
  const settings = replay.lambdasUsd.length;
  const models = replay.models.length;
  const { share, entropy } = selectionOf(selectionCounts(router.choices, settings, models), models);
  return {
    share: Array.from({ length: settings }, (_, l) => Array.from(share.subarray(l * models, (l + 1) * models))),
    entropy: Array.from(entropy),
    largestEntropy: Math.max(...entropy),
  };
}

function pairResult(
  replay: Replay,
  curve: CurveResult,
  selection: SelectionResult,
  { weak, strong, weakQuality, strongQuality }: PairOfModels,
): PairResult | null {
  const points = curve.points.map(({ quality }, l) => ({ strongShare: selection.share[l][strong], quality }));
  const gap = pairGap(points, weakQuality, strongQuality);
  return gap && { ...gap, weak: replay.models[weak], strong: replay.models[strong] };
}

function chosenResult(replay: Replay, { choices, estimatesQuality }: RouterReplay): ChosenResult {
  const { optimism, costError, costWithin } = predictedIncurred(replay, choices);
  return { optimism: estimatesQuality ? optimism : null, costError, costWithin };
}

function predictionResult({ predictions }: RouterReplay, seed: number): PredictionResult | null {
  if (predictions === null) return null;
  const { logLoss, reliability } = predictions;
  return {
    entries: reliability.total,
    logLoss,
    calibrationError: reliability.error(),
    calibrationErrorIfCalibrated: reliability.errorIfCalibrated(seed),
    bins: reliability.bins(),
  };
}
