// All figures of one set under one protocol: mean and spread over seeds, the best baseline, and the paired bootstraps.
import { bootstrapAiq, gainOverSets, summarizeReplays } from "@onehead/eval";
import { againstSingle } from "./against-single.mjs";
import { selectionOf, sensitivityOf, tasksOf } from "./choices-figures.mjs";
import { routerFigures, singleModelFigures } from "./router-figures.mjs";
import { referenceNames, routerBenchOwn } from "./routers.mjs";
import { mean, overSeeds } from "./statistics.mjs";

/** The router that everything is compared with. */
export const subject = "onehead";

/**
 * @param runs      one a seed, as `seedReplays` gives them
 * @param resamples of the bootstraps
 * @returns {figures, draws, results}: what is written, what the mean over sets needs, and each seed's evaluation
 */
export function setFigures(set, runs, resamples) {
  // intervals come from one bootstrap over all seeds, so that a seed's own needs no more than exist
  const results = runs.map(({ heldOut, validation }) => summarizeReplays(heldOut, validation, { resamples: 2 }));
  const draws = bootstrapAiq(
    runs.map(({ heldOut }) => heldOut),
    { resamples, seed: 0 },
  );
  const routers = routerFigures(runs, results);
  const k = results[0].routers.findIndex(({ id }) => id === subject);
  const exponential = results[0].routers.findIndex(({ id }) => id === `${subject}-exponential`);
  const figures = {
    set,
    seeds: runs.map(({ seed }) => seed),
    models: results[0].models.length,
    heldOutRows: mean(results.map(({ heldOut }) => heldOut.completeRows)),
    incompleteRows: mean(results.map(({ heldOut }) => heldOut.incompleteRows)),
    chosenOnValidation: results.every(({ validation }) => validation.completeRows > 0),
    singleModel: singleModelFigures(results),
    bestBaseline: bestBaselineOf(routers),
    bestInHindsight: bestInHindsightOf(routers),
    routers: routers.map((router) => ({
      ...router,
      gain: router.id === subject ? null : gainsOver([{ draws, id: subject, against: router.id }]),
    })),
    againstSingle: againstSingle(runs, results, k, resamples),
    sensitivity: { linear: sensitivityOf(runs, k), exponential: sensitivityOf(runs, exponential) },
    selection: selectionOf(results, k),
    tasks: tasksOf(runs, results, k),
    priceChanges: priceChangeFigures(runs),
    details: runs.map(({ details }) => details),
  };
  return { figures, draws, results };
}

/** One a factor: {factor, and every figure of `priceChanges` over the seeds}; null where rows are masked. */
function priceChangeFigures(runs) {
  if (runs.some(({ priceChanges }) => priceChanges === null)) return null;
  return runs[0].priceChanges.map(({ factor, ...figures }, f) => ({
    factor,
    ...Object.fromEntries(
      Object.keys(figures).map((name) => [name, overSeeds(runs.map(({ priceChanges }) => priceChanges[f][name]))]),
    ),
  }));
}

/** Gains of the first over the other on the mean of some sets, in AIQ and logAIQ. */
export function gainsOver(sets) {
  return { aiq: gainOverSets(sets, "aiq"), logAiq: gainOverSets(sets, "logAiq") };
}

/**
 * The rival to beat: by AIQ on validation rows where those are complete, else by their masked log loss; means over seeds.
 * RouterBench's own routers are compared apart.
 */
function bestBaselineOf(routers) {
  const rivals = rivalsOf(routers);
  const complete = rivals.some(({ validationAiq }) => validationAiq);
  const by = complete ? "validationAiq" : "validationLogLoss";
  const isBetter = (value, held) => (complete ? value > held : value < held);
  let best = null;
  for (const { id, [by]: value } of rivals) {
    if (value && (best === null || isBetter(value.mean, best.value))) best = { id, by, value: value.mean };
  }
  // the fitted zero router stands for the hull of the single models, which is never worse
  return best?.id === "zero-fitted" ? { ...best, id: "zero" } : best;
}

/** The rival with the highest AIQ on the held-out rows themselves: a choice that nobody could have made before. */
function bestInHindsightOf(routers) {
  const rivals = rivalsOf(routers);
  return rivals.length === 0 ? null : rivals.reduce((best, own) => (own.aiq.mean > best.aiq.mean ? own : best)).id;
}

function rivalsOf(routers) {
  const apart = [...routerBenchOwn, ...referenceNames, "random", "oracle"];
  return routers.filter(({ id }) => !id.startsWith(subject) && !apart.includes(id));
}
