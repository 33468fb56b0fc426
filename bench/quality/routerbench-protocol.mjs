// Question: how does Onehead do in RouterBench's own protocol, on RouterBench's own file?
//
// A router a task family: 70 % of its prompts train, 30 % test (the repository's split), the repository's routers with its
// settings, its 32 willingnesses to pay, both of its AIQs; one table a measure, a column a family and their mean. Embeddings are
// ours for all routers, where the paper has all-MiniLM-L12-v2.
//
//   node bench/quality/routerbench-protocol.mjs --data routerbench_5shot.jsonl.gz [--families MMLU,MBPP] [--seed 0] [--out FILE]
//
// --data takes what scripts/data/export-routerbench.py makes of the published pickles, or the same columns as CSV or
// Parquet; --out keeps the figures as JSON.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildRowTable, openRows } from "@onehead/data";
import { staticEnglish } from "@onehead/embed/static-english";
import { families, splitFamily } from "./routerbench/families.mjs";
import { protocolTables } from "./routerbench/protocol-tables.mjs";
import { runFamily } from "./routerbench/run-family.mjs";

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    families: { type: "string", default: Object.keys(families).join(",") },
    seed: { type: "string", default: "0" },
    out: { type: "string" },
  },
});
const wanted = flags.families.split(",");
const unknown = wanted.filter((name) => !Object.hasOwn(families, name));
if (flags.data === undefined || unknown.length > 0) {
  const problem = flags.data === undefined ? "--data names no file" : `unknown family: ${unknown.join(", ")}`;
  console.error(`${problem}; families are ${Object.keys(families).join(", ")}`);
  process.exit(2);
}
const table = await buildRowTable(openRows(flags.data));
const inFamily = (task) => wanted.some((name) => task.startsWith(families[name]));
const left = table.datasets.filter((task) => !inFamily(task)).length;
console.error(
  `${table.ids.length} prompts, ${table.models.length} models; ${left} prompts of other tasks are left out`,
);

const results = {};
for (const name of wanted) {
  const split = splitFamily(table, families[name]);
  if (split.train.length < 10 || split.test.length < 2) {
    console.error(`${name}: ${split.train.length + split.test.length} prompts, too few to train on: left out`);
    continue;
  }
  const onProgress = (step) => console.error(`${name} (${split.train.length} prompts): ${step}`);
  results[name] = await runFamily(table, split, { seed: Number(flags.seed), staticTable: staticEnglish(), onProgress });
}
if (Object.keys(results).length === 0) {
  console.error("no family has enough prompts");
  process.exit(1);
}
if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(results, null, 1)}\n`);
process.stdout.write(protocolTables(results));
