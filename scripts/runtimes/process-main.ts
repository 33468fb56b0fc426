// In Node, Bun and Deno: a list of jobs as JSON and a folder of artifacts in, a list of results out.
import { readFile } from "node:fs/promises";
import process from "node:process";
import { type Job, perform } from "./suite.js";

const [jobs, folder] = process.argv.slice(2);
const results: unknown[] = [];
for (const job of JSON.parse(jobs) as Job[]) {
  results.push(await perform(job, async (name) => new Uint8Array(await readFile(`${folder}/${name}`))));
}
process.stdout.write(JSON.stringify(results));
