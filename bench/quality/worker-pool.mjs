// Runs jobs on worker processes and says how far they are.
import { fork } from "node:child_process";
import { join } from "node:path";

/**
 * Runs every job that misses units. A job that fails ends the run; Ctrl-C ends it at once, with all finished units kept.
 *
 * @param jobs     in the order in which they start
 * @param options  {work, workers, log, estimate(job, router): seconds}
 */
export async function runJobs(store, jobs, { work, workers, log, estimate }) {
  const open = jobs.map((job) => ({ job, missing: store.missing(job) })).filter(({ missing }) => missing.length > 0);
  const units = open.reduce((sum, { missing }) => sum + missing.length, 0);
  let done = 0;
  let secondsLeft = open.reduce(
    (sum, { job, missing }) => sum + missing.reduce((own, r) => own + estimate(job, r), 0),
    0,
  );
  const startedMs = performance.now();
  const estimatedInAll = secondsLeft;
  const finish = (job, router, seconds) => {
    done++;
    secondsLeft -= estimate(job, router);
    // estimates are scaled by how they have fared so far
    const spent = (performance.now() - startedMs) / 1000;
    const left = secondsLeft * (spent / Math.max(1e-9, estimatedInAll - secondsLeft));
    const { protocol, set, seed } = job;
    log(
      `[${done}/${units}] ${protocol} ${set} ${seed} ${router} ${seconds.toFixed(1)} s; about ${duration(left)} left`,
    );
  };

  const children = [];
  const stop = () => {
    for (const child of children) child.kill("SIGTERM");
    log("stopped; what is finished is kept, the same command goes on");
    process.exit(130);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    const count = Math.min(workers, open.length);
    await Promise.all(
      Array.from({ length: count }, async () => {
        const child = fork(join(import.meta.dirname, "worker.mjs"));
        children.push(child);
        try {
          for (let next = open.shift(); next !== undefined; next = open.shift()) {
            await runOn(child, next.job, work, (router, seconds) => finish(next.job, router, seconds));
          }
        } finally {
          child.disconnect?.();
        }
      }),
    );
  } finally {
    for (const child of children) child.kill("SIGTERM");
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

function runOn(child, job, work, onUnit) {
  return new Promise((resolve, reject) => {
    const settle = (then, value) => {
      child.off("message", receive);
      child.off("exit", ended);
      then(value);
    };
    const receive = (message) => {
      if (message.type === "unit") onUnit(message.router, message.seconds);
      else if (message.type === "done") settle(resolve);
      else settle(reject, new Error(`quality: ${nameOf(job)}: ${message.message}`));
    };
    const ended = (code, signal) =>
      settle(reject, new Error(`quality: ${nameOf(job)}: a worker ended (${signal ?? code})`));
    child.on("message", receive);
    child.on("exit", ended);
    child.send({ job, work });
  });
}

function nameOf({ protocol, set, seed, variant }) {
  return [protocol, set, seed, variant].filter((part) => part !== undefined).join(" ");
}

/** "2 h 05 min", "3 min", "40 s". */
export function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
