// On a page: `performJobs` takes a list of jobs and gives a list of results.
import { type Job, perform } from "./suite.js";

declare global {
  var performJobs: (jobs: readonly Job[]) => Promise<unknown[]>;
}

globalThis.performJobs = async (jobs) => {
  const results: unknown[] = [];
  for (const job of jobs) {
    results.push(await perform(job, async (name) => new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer())));
  }
  return results;
};
