// What a router chooses: shares of the models, how the choice moves with λ, and the tasks on which it does worst.
import { preferenceSensitivity, runAt } from "@onehead/eval";
import { mean } from "./statistics.mjs";

/** Tasks with fewer held-out rows, all seeds together, say nothing. */
const fewestRows = 40;
const shownTasks = 5;

/** Change of choice, mean cost and quality per decade of λ, means over the seeds. */
export function sensitivityOf(runs, k) {
  const steps = runs.map(({ heldOut }) => preferenceSensitivity(heldOut, heldOut.routers[k].choices));
  return steps[0].map((_, i) => {
    const own = steps.map((seed) => seed[i]);
    return {
      // the sweep starts four decades below the dearest model's mean cost
      fromDecade: i - 4,
      changedChoices: mean(own.map(({ changedChoices }) => changedChoices)),
      costFactor: own.some(({ costFactor }) => costFactor === null) ? null : mean(own.map((step) => step.costFactor)),
      qualityGain: mean(own.map(({ qualityGain }) => qualityGain)),
    };
  });
}

/** Share of prompts that each model gets, over all λ and seeds and at the setting of the best quality. */
export function selectionOf(results, k) {
  const models = results[0].models.map((model, m) => ({
    model,
    share: mean(results.map(({ routers }) => mean(routers[k].selection.share.map((row) => row[m])))),
    atBest: mean(results.map(({ routers }) => routers[k].selection.share[bestSettingOf(routers[k])][m])),
  }));
  return models.sort((a, b) => b.share - a.share);
}

/**
 * The tasks on which the router, at the setting of its best quality, loses and wins most against the single model; rows of
 * all seeds together. Null where rows are incomplete, so that tasks cannot be told.
 */
export function tasksOf(runs, results, k) {
  if (runs.some(({ heldOut, datasets }) => heldOut.completeRows !== datasets.length)) return null;
  const tasks = new Map();
  for (const [s, { heldOut, datasets }] of runs.entries()) {
    const { models, pool, routers } = results[s];
    const setting = bestSettingOf(routers[k]);
    const single = models.indexOf(pool.reference.model);
    const { choices } = heldOut.routers[k];
    for (const [row, dataset] of datasets.entries()) {
      const task = tasks.get(dataset) ?? { task: dataset, rows: 0, difference: 0, moved: 0 };
      const chosen = choices.model[runAt(choices, row, setting)];
      task.rows++;
      if (chosen !== single) task.moved++;
      task.difference += heldOut.scores[row * models.length + chosen] - heldOut.scores[row * models.length + single];
      tasks.set(dataset, task);
    }
  }
  const known = [...tasks.values()]
    .filter(({ rows }) => rows >= fewestRows)
    .map(({ task, rows, difference, moved }) => ({ task, rows, difference: difference / rows, moved: moved / rows }))
    .sort((a, b) => a.difference - b.difference);
  return { tasks: known.length, worst: known.slice(0, shownTasks), best: known.slice(-shownTasks).reverse() };
}

function bestSettingOf({ curve }) {
  return (curve.bestQuality.heldOut ?? curve.bestQuality.hindsight).setting;
}
