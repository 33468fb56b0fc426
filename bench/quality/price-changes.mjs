// What happens when one model's price changes after training: its predicted and its incurred costs times a factor, nothing else.
import { createReplay, predictedIncurred, selectionCounts } from "@onehead/eval";
import { mean } from "./statistics.mjs";

/** Half and double. */
export const priceFactors = [0.5, 2];

/** A model that got fewer prompts than this, mean over λ, can hardly lose any. */
const leastShare = 0.01;

/**
 * Each model in turn at each factor, on held-out rows.
 *
 * @param recorded  as a replay takes rows: {scores, costsUsd, promptKeys}
 * @param predicted {quality, costUsd} of the same rows
 * @returns list of {factor, costError, costWithin, optimism: means over the models; worstCostError; followed: share of the models
 *   that were chosen at all and get more prompts when cheaper, fewer when dearer; moved: mean share of all prompts, over λ, that
 *   such a model gains or loses}
 */
export function priceChanges(models, recorded, predicted, lambdasUsd) {
  const before = sharesOf(replayOf(models, recorded, predicted, lambdasUsd));
  return priceFactors.map((factor) => {
    const changes = models.map((_, m) => {
      const at = (costsUsd) => costsUsd.map((cost, i) => (i % models.length === m ? factor * cost : cost));
      const replay = replayOf(
        models,
        { ...recorded, costsUsd: at(recorded.costsUsd) },
        { ...predicted, costUsd: at(predicted.costUsd) },
        lambdasUsd,
      );
      const gained = sharesOf(replay)[m] - before[m];
      return { ...predictedIncurred(replay, replay.routers[0].choices), gained: factor < 1 ? gained : -gained, m };
    });
    const chosen = changes.filter(({ m }) => before[m] >= leastShare);
    return {
      factor,
      costError: mean(changes.map(({ costError }) => costError)),
      worstCostError: Math.max(...changes.map(({ costError }) => costError)),
      costWithin: mean(changes.map(({ costWithin }) => costWithin)),
      optimism: mean(changes.map(({ optimism }) => optimism)),
      followed: mean(chosen.map(({ gained }) => (gained > 0 ? 1 : 0))),
      moved: mean(chosen.map(({ gained }) => gained)),
    };
  });
}

function replayOf(models, recorded, predicted, lambdasUsd) {
  const router = { id: "repriced", name: "repriced", role: "subject", reward: "linear", estimatesQuality: true };
  const recorder = createReplay(models, [router], lambdasUsd);
  recorder.add(recorded, [predicted]);
  return recorder.finish();
}

/** (N) share of the prompts that each model gets, mean over λ. */
function sharesOf(replay) {
  const N = replay.models.length;
  const L = replay.lambdasUsd.length;
  const counts = selectionCounts(replay.routers[0].choices, L, N);
  const shares = new Float64Array(N);
  counts.forEach((count, i) => {
    shares[i % N] += count / (L * replay.completeRows);
  });
  return shares;
}
