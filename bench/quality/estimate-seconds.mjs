// How long a unit takes, from the units that are there: for progress only.

/** Seconds a unit of the largest set takes where nothing like it was measured. */
const unknownSeconds = 60;

/**
 * @param jobs all of the run, {set, ...}
 * @returns (job, router) => seconds, from the same set's units, else from other sets' by their size
 */
export function estimateSeconds(store, jobs, sizeOf) {
  const measured = new Map();
  for (const job of jobs) {
    for (const router of job.routers) {
      const seconds = store.readHeader(job, router)?.seconds;
      if (seconds === undefined) continue;
      const known = measured.get(router) ?? [];
      known.push({ set: job.set, seconds, perSize: seconds / sizeOf(job.set) });
      measured.set(router, known);
    }
  }
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const largest = Math.max(...jobs.map(({ set }) => sizeOf(set)));
  return ({ set }, router) => {
    const known = measured.get(router) ?? [];
    const own = known.filter((unit) => unit.set === set);
    if (own.length > 0) return mean(own.map(({ seconds }) => seconds));
    if (known.length > 0) return mean(known.map(({ perSize }) => perSize)) * sizeOf(set);
    return (unknownSeconds * sizeOf(set)) / largest;
  };
}
