// Figures of each router of a set: one value a seed, with mean and spread.
import { aiq, costQualityCurve, costRangeOf, singleModelPoints } from "@onehead/eval";
import { referenceNames, titleOf } from "./routers.mjs";
import { mean, overSeeds } from "./statistics.mjs";

/** Every router of the replays, then what is none: zero router, random mix, what is told more, and oracle. */
export function routerFigures(runs, results) {
  const learned = results[0].routers.map(({ id }, k) => learnedFigures(id, runs, results, k));
  const [zero, random, oracle] = ["zero", "random", "oracle"].map((id) => referenceFigures(id, runs, results));
  const isReference = ({ id }) => referenceNames.includes(id);
  const routers = learned.filter((router) => !isReference(router));
  return [...routers, zero, random, ...learned.filter(isReference), oracle];
}

function learnedFigures(id, runs, results, k) {
  const of = (read) => overSeeds(results.map((result) => read(result.routers[k])));
  const unit = id === "zero-fitted" ? "zero" : id.replace("-exponential", "");
  return {
    id,
    name: titleOf(id),
    ...curveFigures(results.map((result) => result.routers[k].curve)),
    logLoss: of(({ predictions }) => predictions?.logLoss),
    calibrationError: of(({ predictions }) => predictions?.calibrationError),
    calibrationErrorIfCalibrated: of(({ predictions }) => predictions?.calibrationErrorIfCalibrated),
    optimism: of(({ chosen }) => chosen.optimism),
    costError: of(({ chosen }) => chosen.costError),
    costWithin: of(({ chosen }) => chosen.costWithin),
    largestEntropy: of(({ selection }) => selection.largestEntropy),
    meanEntropy: of(({ selection }) => mean(selection.entropy)),
    validationAiq: validationAiq(runs, (validation) => costQualityCurve(validation, validation.routers[k].choices)),
    validationLogLoss: overSeeds(runs.map(({ validation }) => validation.routers[k].predictions?.logLoss)),
    seconds: overSeeds(runs.map(({ seconds }) => seconds[unit])),
  };
}

function referenceFigures(id, runs, results) {
  const names = { zero: "zeroRouter", random: "randomMix", oracle: "oracle" };
  const figures = { id, name: titleOf(id), ...curveFigures(results.map(({ pool }) => pool[names[id]])) };
  return id === "zero" ? { ...figures, validationAiq: validationAiq(runs, singleModelPoints) } : figures;
}

/** AIQ on the validation rows, null where those are masked. */
function validationAiq(runs, pointsOf) {
  return overSeeds(
    runs.map(({ validation }) => {
      if (validation.completeRows === 0) return null;
      return aiq(pointsOf(validation), costRangeOf(singleModelPoints(validation)));
    }),
  );
}

function curveFigures(curves) {
  const of = (read) => overSeeds(curves.map(read));
  const reached = (read) => curves.map(read).filter((value) => value?.reached).length;
  return {
    aiq: of((curve) => curve.aiq.value),
    logAiq: of((curve) => curve.logAiq?.value),
    aiqHeldOut: of((curve) => curve.aiqHeldOut),
    bestQuality: of(({ bestQuality }) => bestQuality.hindsight.quality),
    bestQualityHeldOut: of(({ bestQuality }) => bestQuality.heldOut?.quality),
    qnc: of(({ qualityNeutralCost }) => qualityNeutralCost.hindsight.ratio),
    qncReached: reached(({ qualityNeutralCost }) => qualityNeutralCost.hindsight),
    qncHeldOut: of(({ qualityNeutralCost }) => qualityNeutralCost.heldOut?.ratio),
    qncHeldOutReached: reached(({ qualityNeutralCost }) => qualityNeutralCost.heldOut),
    qncHeldOutQuality: of(({ qualityNeutralCost }) => qualityNeutralCost.heldOut?.quality),
  };
}

/** The single model that validation rows name (held-out rows, where those are masked), seed by seed. */
export function singleModelFigures(results) {
  const references = results.map(({ pool }) => pool.singleModels.find(({ model }) => model === pool.reference.model));
  return {
    models: references.map(({ model }) => model),
    quality: overSeeds(references.map(({ quality }) => quality)),
    costUsd: overSeeds(references.map(({ costUsd }) => costUsd)),
  };
}
