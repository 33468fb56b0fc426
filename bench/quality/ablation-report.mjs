// What each part of the router is worth: the default less each variant, on the same held-out prompts.
import { bootstrapAiq, gainOverSets, summarizeReplays } from "@onehead/eval";
import { entriesOf, entryOf, seedReplays } from "./seed-replays.mjs";
import { readSet } from "./set-rows.mjs";
import { mean, overSeeds, rounded } from "./statistics.mjs";
import { beside, uncalibrated, variants } from "./variants.mjs";

/** Tasks are taken apart where one makes up at least this share of the rows, and at most that. */
const taskShares = [0.04, 0.6];
const mostTasks = 3;

/** The tasks of a set that are large enough to be asked about and small enough to be left out. */
export function tasksToLeaveOut({ datasets }) {
  const counts = new Map();
  for (const dataset of datasets) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  const [least, most] = taskShares;
  return [...counts]
    .filter(([, count]) => count >= least * datasets.length && count <= most * datasets.length)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostTasks)
    .map(([task]) => task);
}

/**
 * @param jobs {set, seed, default, variants: {id: job}} one a (set, seed)
 * @returns per set and on their mean: AIQ, logAIQ and ECE of each variant, and the default's gain over it
 */
export async function ablationFigures(store, jobs, { data, resamples, log }) {
  const sets = [...new Set(jobs.map(({ set }) => set))];
  const measured = [];
  for (const set of sets) {
    const own = jobs.filter((job) => job.set === set);
    const table = await readSet(data, set);
    const read = own.map((job) => variantEntries(store, job)).filter((entries) => entries !== null);
    if (read.length === 0) {
      log(`missing: the default router of ${set}`);
      continue;
    }
    const ids = read[0]
      .map(({ router }) => router.id)
      .filter((id) => read.every((own) => own.some(({ router }) => router.id === id)));
    const runs = read.map((entries, s) =>
      seedReplays(
        table,
        own[s].default,
        entries.filter(({ router }) => ids.includes(router.id)),
      ),
    );
    measured.push({ set, seeds: own.map(({ seed }) => seed), ids, ...figuresOf(runs, resamples) });
  }
  const everywhere = measured[0]?.ids.filter((id) => measured.every(({ ids }) => ids.includes(id))) ?? [];
  return rounded({
    sets: measured.map(({ set, seeds, figures, draws, ids }) => ({
      set,
      seeds,
      zero: figures.zero,
      variants: ids.map((id) => ({ id, ...figures[id], ...gains([draws], id) })),
    })),
    mean: everywhere.map((id) => ({
      id,
      aiq: mean(measured.map(({ figures }) => figures[id].aiq.mean)),
      logAiq: mean(measured.map(({ figures }) => figures[id].logAiq.mean)),
      ...gains(
        measured.map(({ draws }) => draws),
        id,
      ),
    })),
  });
}

/** The default, what is derived from it, and the variants that are there; null without the default. */
function variantEntries(store, job) {
  const unit = store.read(job.default, "onehead");
  if (unit === null) return null;
  const entries = [...entriesOf("onehead", unit), entryOf("onehead-uncalibrated", uncalibrated(unit), "variant")];
  for (const { id } of beside) {
    const rival = store.read(job.default, id);
    if (rival !== null) entries.push(entryOf(id, rival, "baseline"));
  }
  for (const { id } of variants) {
    const own = job.variants[id] && store.read(job.variants[id], "onehead");
    if (own) entries.push(entryOf(id, own, "variant"));
  }
  return entries;
}

function figuresOf(runs, resamples) {
  const results = runs.map(({ heldOut, validation }) => summarizeReplays(heldOut, validation, { resamples: 2 }));
  const draws = bootstrapAiq(
    runs.map(({ heldOut }) => heldOut),
    { resamples, seed: 0 },
  );
  const figures = Object.fromEntries(
    results[0].routers.map(({ id }, k) => {
      const of = (read) => overSeeds(results.map(({ routers }) => read(routers[k])));
      return [
        id,
        {
          aiq: of(({ curve }) => curve.aiq.value),
          logAiq: of(({ curve }) => curve.logAiq?.value),
          calibrationError: of(({ predictions }) => predictions.calibrationError),
          logLoss: of(({ predictions }) => predictions.logLoss),
        },
      ];
    }),
  );
  figures.zero = { aiq: overSeeds(results.map(({ pool }) => pool.zeroRouter.aiq.value)) };
  return { figures, draws };
}

/** Gain of the default over a variant, and of the variant over the zero router, which uses no embedding at all. */
function gains(draws, id) {
  const over = (first, against) =>
    gainOverSets(
      draws.map((own) => ({ draws: own, id: first, against })),
      "aiq",
    );
  const overLog = gainOverSets(
    draws.map((own) => ({ draws: own, id: "onehead", against: id })),
    "logAiq",
  );
  return {
    gain: id === "onehead" ? null : over("onehead", id),
    logGain: id === "onehead" ? null : overLog,
    overZero: over(id, "zero"),
  };
}

/**
 * AIQ on a task that training has not seen, with and without the word vectors.
 *
 * @param jobs {set, task, seed, words, plain}: a job with word vectors and one without
 */
export async function leftOutTasks(store, jobs, { data, resamples, log }) {
  const tasks = [];
  const compared = [];
  for (const { set, task, seed, words, plain } of jobs) {
    const units = [store.read(words, "onehead"), store.read(plain, "onehead")];
    if (units.includes(null)) {
      log(`missing: ${set} without ${task}`);
      continue;
    }
    const [withWords, without] = units;
    const entries = [entryOf("onehead", withWords, "subject"), entryOf("no-words", without, "variant")];
    const run = seedReplays(await readSet(data, set), words, entries);
    const draws = bootstrapAiq([run.heldOut], { resamples, seed: 0 });
    compared.push({ draws, id: "onehead", against: "no-words" });
    const own = gainOverSets([compared.at(-1)], "aiq");
    const zero = gainOverSets([{ draws, id: "onehead", against: "zero" }], "aiq");
    tasks.push({ set, task, seed, rows: run.heldOut.completeRows, ...own, overZero: zero });
  }
  return rounded({ tasks, mean: compared.length > 0 ? gainOverSets(compared, "aiq") : null });
}
