// Fills the tables of README.md from bench/results; with --check only says whether they are up to date.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayTable } from "./gateway-table.mjs";
import { fillBlock } from "./generated-block.mjs";
import { root } from "./prepare.mjs";
import { speedTable } from "./speed-table.mjs";

const shown = ["onehead", "bag", "irt", "uniroute-map", "kernel-ridge", "ridge", "knn", "knn-40", "zero"];
const report = JSON.parse(readFileSync(join(root, "bench/results/quality.json"), "utf8"));
const { protocols } = report;

/** AIQ by router; of each set first, of the mean over sets last. */
function aiqTable({ sets }) {
  const ids = shown.filter((id) => sets.every(({ routers }) => routers.some((router) => router.id === id)));
  const rows = ids.map((id) => {
    const cells = sets.map(({ routers }) => routers.find((router) => router.id === id));
    const values = cells.map(({ aiq }) => aiq.mean);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const figures = [...values, mean].map((value) => value.toFixed(3).replace(/^0/, ""));
    return `| ${id === "onehead" ? "**Onehead**" : cells[0].name.replace(", in hindsight", "")} | ${figures.join(" | ")} |`;
  });
  return [
    `| AIQ, mean of seeds | ${sets.map(({ set, seeds }) => `${set} (${seeds.length})`).join(" | ")} | mean |`,
    `| --- |${" --- |".repeat(sets.length + 1)}`,
    ...rows,
  ].join("\n");
}

/** One line a protocol: the gain over each set's best baseline. */
function gainLines() {
  const names = {
    dense: "every model scored every prompt",
    sparse: "a tenth of the models scored a prompt",
    log: "one model scored a prompt",
  };
  return protocols.flatMap(({ protocol, mean }) => {
    const gain = mean.gainOverBest?.aiq?.relative;
    if (!gain) return [];
    const [value, low, high] = [gain.value, ...gain.interval].map(
      (share) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(2)}`,
    );
    return [`- where ${names[protocol]}: ${value} % [${low}, ${high}]`];
  });
}

const found = protocols
  ? [
      aiqTable(protocols[0]),
      "AIQ over the best baseline of each set (picked on validation rows), mean of the sets, with its 95 % interval:",
      gainLines().join("\n"),
    ].join("\n\n")
  : aiqTable(report);

fillBlock("README.md", "results", found);
fillBlock("README.md", "gateway", gatewayTable());
fillBlock("README.md", "speed", speedTable());
