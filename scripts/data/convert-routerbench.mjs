import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openRows } from "../../packages/data/dist/index.js";
import { runConverter } from "./run-converter.mjs";

/** RouterDC's parts of RouterBench, in the order of our file, and how many solved examples stand before each question. */
const routerDcParts = [
  { name: "mbpp", shots: 0 },
  { name: "arc_challenge", shots: 5 },
  { name: "winograde", shots: 5 },
];

/**
 * Rows of RouterBench as far as public repositories hold them: shuhao02/RouterDC's MBPP, ARC-challenge and WinoGrande
 * (`datasets/routerbench_zs/<part>_<train|test>.csv`), then FrontierCS/Frontier-CS's sample of all tasks (any CSV with
 * RouterBench's columns below `research/problems/llm_router`).
 *
 * Scores and costs are the source's own. The prompt of a 5-shot row is its last paragraph, the bare question; its cost
 * is that of the whole call. A row that comes a second time is left out.
 */
export async function* convertRouterBench(routerDcCheckout, frontierCheckout) {
  const seen = new Set();
  for (const { name, shots } of routerDcParts) {
    for (const part of ["train", "test"]) {
      const path = join(routerDcCheckout, "datasets", "routerbench_zs", `${name}_${part}.csv`);
      yield* convertFile(path, shots, seen);
    }
  }
  for (const path of findCsvFiles(join(frontierCheckout, "research", "problems", "llm_router"))) {
    yield* convertFile(path, 0, seen);
  }
}

async function* convertFile(path, shots, seen) {
  for await (const row of openRows(path, { form: "routerbench" })) {
    const id = `${row.id}/${shots}shot`;
    if (seen.has(id)) continue;
    seen.add(id);
    const prompt = shots === 0 ? row.prompt : row.prompt.slice(row.prompt.lastIndexOf("\n\n") + 1).trimStart();
    yield { ...row, id, prompt };
  }
}

function findCsvFiles(folder) {
  if (!existsSync(folder)) throw new Error(`convertRouterBench: no folder ${folder}`);
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return names.filter((name) => /\.csv(\.gz)?$/.test(name)).map((name) => join(folder, name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runConverter("routerbench", ["RouterDC checkout", "Frontier-CS checkout"], convertRouterBench);
}
