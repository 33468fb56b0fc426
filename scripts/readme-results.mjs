// Fills the results table of README.md from bench/results/quality.json; with --check only says whether it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

const shown = ["onehead", "bag", "mlp", "ridge", "knn", "knn-40", "zero"];
const { sets } = JSON.parse(readFileSync(join(root, "bench/results/quality.json"), "utf8"));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const rows = shown.map((id) => {
  const cells = sets.map(({ routers }) => routers.find((router) => router.id === id));
  const values = cells.map(({ aiq }) => aiq.mean);
  const figures = [...values, mean(values)].map((value) => value.toFixed(3).replace(/^0/, ""));
  return `| ${id === "onehead" ? "**Onehead**" : cells[0].name} | ${figures.join(" | ")} |`;
});
const table = [
  `| AIQ, mean of seeds | ${sets.map(({ set, seeds }) => `${set} (${seeds.length})`).join(" | ")} | mean |`,
  `| --- |${" --- |".repeat(sets.length + 1)}`,
  ...rows,
].join("\n");

const path = join(root, "README.md");
const before = readFileSync(path, "utf8");
const after = before.replace(/(<!-- results: [^\n]*-->\n)[\s\S]*?(<!-- \/results -->)/, `$1\n${table}\n\n$2`);
if (!process.argv.includes("--check")) writeFileSync(path, after);
else if (after !== before) {
  console.error(
    "README.md: the results table is not that of bench/results/quality.json; run node scripts/readme-results.mjs",
  );
  process.exit(1);
}
