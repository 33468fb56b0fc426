import { createReplay, dearestMeanCostUsd, lambdaGrid, summarizeReplays } from "@onehead/eval";
import type { ValidationPredictions } from "@onehead/train";

// the shown figure needs no interval, so the bootstrap gets its least
const fewestResamples = 2;

/** AIQ on the validation rows, for the progress line; null where no row has a score and a cost of every model. */
export function validationAiq(validation: ValidationPredictions | null): number | null {
  if (validation === null) return null;
  const { models, quality, costUsd, scores, costsUsd } = validation;
  const reference = dearestMeanCostUsd(costsUsd, models.length);
  if (!(reference > 0)) return null;
  const router = { id: "member", name: "member", role: "subject", reward: "linear", estimatesQuality: true } as const;
  const replay = createReplay(models, [router], lambdaGrid(reference));
  replay.add({ scores, costsUsd }, [{ quality, costUsd }]);
  const { routers } = summarizeReplays(replay.finish(), null, { resamples: fewestResamples });
  return routers[0].curve?.aiq.value ?? null;
}
