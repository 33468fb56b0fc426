// The router at settings chosen on validation rows, against the single model chosen there.
import { bootstrapSavings } from "@onehead/eval";

/**
 * @param k index of the router
 * @returns {best, neutral}: savings at the setting of the best quality, and at the cheapest one that keeps the model's
 *   quality (null where some seed does not reach it); null where validation rows are masked
 */
export function againstSingle(runs, results, k, resamples) {
  if (results.some(({ validation }) => validation.completeRows === 0)) return null;
  const savingsAt = (settingOf) => {
    const settings = results.map((result) => settingOf(result.routers[k].curve));
    if (settings.includes(null)) return null;
    const entries = results.map(({ models, pool }, s) => ({
      replay: runs[s].heldOut,
      router: k,
      setting: settings[s],
      model: models.indexOf(pool.reference.model),
    }));
    return bootstrapSavings(entries, { resamples, seed: 0 });
  };
  return {
    best: savingsAt(({ bestQuality }) => bestQuality.heldOut.setting),
    neutral: savingsAt(({ qualityNeutralCost }) => qualityNeutralCost.heldOut.setting),
  };
}
