// A process that runs jobs one after the other for worker-pool.mjs.
import { runJob } from "./run-job.mjs";
import { UnitStore } from "./unit-store.mjs";

process.on("message", async ({ job, work }) => {
  try {
    await runJob(new UnitStore(work), job, (router, seconds) => process.send({ type: "unit", router, seconds }));
    process.send({ type: "done" });
  } catch (error) {
    process.send({ type: "failed", message: error.stack ?? String(error) });
  }
});
// Ctrl-C reaches the whole group; the parent decides
process.on("SIGINT", () => {});
// the parent has ended, for whatever reason: every unit is kept as it finishes, so nothing is lost but the current one
process.on("disconnect", () => process.exit(1));
