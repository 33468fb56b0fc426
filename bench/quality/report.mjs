// The whole table as JSON: every protocol, every set, and the mean over sets.

import { entriesOf, seedReplays } from "./seed-replays.mjs";
import { gainsOver, setFigures, subject } from "./set-figures.mjs";
import { readSet } from "./set-rows.mjs";
import { mean, rounded } from "./statistics.mjs";

/**
 * Figures of all jobs whose units are there.
 *
 * @param jobs   of the run, with the same routers each
 * @param log    told which units are missing
 * @returns {report, examples}: `examples` are evaluations of each set's first seed, for pictures
 */
export async function qualityReport(store, jobs, { data, resamples, log, command }) {
  const report = { command, node: process.version, resamples, protocols: [] };
  const examples = [];
  const protocolNames = [...new Set(jobs.map(({ protocol }) => protocol))];
  const tables = new Map();
  for (const protocol of protocolNames) {
    const compared = [];
    for (const set of new Set(jobs.filter((job) => job.protocol === protocol).map((job) => job.set))) {
      const own = jobs.filter((job) => job.protocol === protocol && job.set === set);
      const { shown, routers } = whatIsThere(store, own, log);
      if (shown.length === 0) continue;
      if (!tables.has(set)) tables.set(set, await readSet(data, set));
      const runs = shown.map((job) => readRun(store, tables.get(set), job, routers));
      const { figures, draws, results } = setFigures(set, runs, resamples);
      compared.push({ figures, draws });
      examples.push({ protocol, set, seed: shown[0].seed, result: results[0] });
      log(`table: ${protocol} ${set}, ${shown.length} seeds, ${routers.length} routers`);
    }
    if (compared.length > 0) report.protocols.push(protocolFigures(protocol, compared));
  }
  return { report: rounded(report), examples };
}

/** One seed's replays, with what its units say of themselves. */
function readRun(store, table, job, routers) {
  const units = routers.map((name) => [name, store.read(job, name)]);
  return {
    ...seedReplays(
      table,
      job,
      units.flatMap(([name, unit]) => entriesOf(name, unit)),
    ),
    seconds: Object.fromEntries(units.map(([name, { seconds }]) => [name, seconds])),
    details: Object.fromEntries(units).onehead.details,
  };
}

/** Seeds that have Onehead's unit, and the routers that have one for each of those seeds. */
function whatIsThere(store, jobs, log) {
  const missing = new Map(jobs.map((job) => [job, store.missing(job)]));
  const shown = jobs.filter((job) => !missing.get(job).includes(subject));
  const routers = jobs[0].routers.filter((router) => shown.every((job) => !missing.get(job).includes(router)));
  for (const [job, lacking] of missing) {
    if (lacking.length > 0) log(`missing or stale: ${job.protocol} ${job.set} ${job.seed}: ${lacking.join(", ")}`);
  }
  return { shown, routers };
}

/** One protocol: its sets, and the comparisons on their mean. */
function protocolFigures(protocol, compared) {
  const everywhere = compared[0].figures.routers
    .map(({ id }) => id)
    .filter((id) => compared.every(({ figures }) => figures.routers.some((router) => router.id === id)));
  const against = (idOf) =>
    gainsOver(compared.map(({ figures, draws }) => ({ draws, id: subject, against: idOf(figures) })));
  const hasBest = compared.every(({ figures }) => figures.bestBaseline !== null);
  return {
    protocol,
    sets: compared.map(({ figures }) => figures),
    mean: {
      routers: everywhere.map((id) => ({
        id,
        ...meanFigures(compared, id),
        gain: id === subject ? null : against(() => id),
      })),
      gainOverBest: hasBest ? against(({ bestBaseline }) => bestBaseline.id) : null,
      gainOverHindsight: against(({ bestInHindsight }) => bestInHindsight),
      qualityAgainstSingle: meanAgainstSingle(compared, ({ best }) => best),
      neutralAgainstSingle: meanAgainstSingle(compared, ({ neutral }) => neutral),
    },
  };
}

/** Mean over sets of every figure that has a mean over seeds on each. */
function meanFigures(compared, id) {
  const own = compared.map(({ figures }) => figures.routers.find((router) => router.id === id));
  const names = Object.keys(own[0]).filter((name) => own.every((router) => typeof router[name]?.mean === "number"));
  return Object.fromEntries(names.map((name) => [name, mean(own.map((router) => router[name].mean))]));
}

/** Quality and cost against the single model on the mean of the sets, which are independent. */
function meanAgainstSingle(compared, read) {
  const savings = compared.map(({ figures }) => figures.againstSingle && read(figures.againstSingle));
  if (savings.some((own) => own === null || own.savedShare === null)) return null;
  const of = (estimates) => {
    const value = mean(estimates.map((estimate) => estimate.value));
    const standardError =
      Math.sqrt(estimates.reduce((sum, estimate) => sum + estimate.standardError ** 2, 0)) / estimates.length;
    return { value, standardError, interval: [value - 1.96 * standardError, value + 1.96 * standardError] };
  };
  return { quality: of(savings.map(({ quality }) => quality)), savedShare: of(savings.map((own) => own.savedShare)) };
}
