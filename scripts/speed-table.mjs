// How fast routing is, as tables of README.md, from the results of bench/speed and bench/train: where others are ahead, the ratio says so.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

const read = (name) => {
  const path = join(root, `bench/results/${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
};
const times = (ratio) => `${Number(ratio.toPrecision(ratio < 10 ? 2 : 3)).toLocaleString("en-US")}×`;
const named = (contestants, start) => contestants.find(({ name }) => name.startsWith(start));

/** Cells of one Node: what a request takes, and how many times as long the others do. */
function requestCells(report, graph, candidates) {
  const { contestants } = report.results.find(
    (one) => one.graph === graph && one.candidates === candidates && one.dimensions === 256,
  );
  const ours = named(contestants, "onehead wasm");
  const idiomatic = named(contestants, "idiomatic");
  const js = named(contestants, "onehead js");
  return [
    `${ours.medianUs} µs`,
    times(named(contestants, "onnxruntime-node").timesOurs),
    idiomatic === undefined ? "" : times(idiomatic.timesOurs),
    idiomatic === undefined ? `${js.medianUs} µs` : `${js.medianUs} µs, ${times(idiomatic.medianUs / js.medianUs)}`,
  ];
}

function batchCells(report, graph, rows) {
  const { contestants } = report.results.find(
    (one) => one.graph === graph && one.candidates === 11 && one.dimensions === 256 && one.rows === rows,
  );
  const ours = named(contestants, "onehead wasm");
  const [one, two] = ["onehead wasm, 1 worker", "onehead wasm, 2 workers"].map((name) => named(contestants, name));
  const against = (name) => times(ours.rowsPerSecond / named(contestants, name).rowsPerSecond);
  return [
    `${Math.round(ours.rowsPerSecond / 1000)},000 rows/s`,
    against("onnxruntime-node, 1"),
    against("onnxruntime-node, 2"),
    two === undefined ? "" : times(two.rowsPerSecond / one.rowsPerSecond),
  ];
}

function kernelCells(report) {
  const { contestants, label } = report.products.reduce((a, b) => (flops(a) > flops(b) ? a : b));
  const ours = named(contestants, "onehead wasm, matmul") ?? named(contestants, "onehead wasm");
  return [label, `${ours.gflops} GFLOP/s`, times(ours.gflops / named(contestants, "tfjs wasm").gflops)];
}

const flops = ({ label }) => label.split("×").reduce((product, side) => product * Number(side), 1);

export function speedTable() {
  const nodes = [
    ["20", ""],
    ["24", ".node24"],
  ].flatMap(([major, suffix]) => {
    const [request, batch, kernels] = ["request", "batch", "kernels"].map((name) => read(`speed-${name}${suffix}`));
    return request && batch && kernels ? [{ major, request, batch, kernels }] : [];
  });
  const rows = (title, cells) =>
    nodes.map(({ major, ...reports }) => `| ${title} | ${major} | ${cells(reports).join(" | ")} |`);
  const { cpu, cores } = nodes[0].request;
  const { wordsPerPrompt, microseconds } = read("speed-prompt");
  const forms = { literal: "attention over the models", "built-in": "the built-in router's form" };
  return [
    `| one decision, ${cpu}, ${cores} cores | Node | Onehead | onnxruntime-node takes | idiomatic TypeScript takes | Onehead in pure JavaScript, and how much longer the idiomatic form takes |`,
    "| --- | --- | --- | --- | --- | --- |",
    ...Object.entries(forms).flatMap(([graph, title]) =>
      [11, 1000].flatMap((candidates) =>
        rows(`${title}, ${candidates.toLocaleString("en-US")} candidates`, ({ request }) =>
          requestCells(request, graph, candidates),
        ),
      ),
    ),
    "",
    "| batches, one thread | Node | Onehead | its speed against onnxruntime-node's best chunk, one thread | two threads | Onehead with two workers against one |",
    "| --- | --- | --- | --- | --- | --- |",
    ...Object.entries(forms).flatMap(([graph, title]) =>
      [2048, 32_768].flatMap((count) =>
        rows(`${title}, ${count.toLocaleString("en-US")} rows`, ({ batch }) => batchCells(batch, graph, count)),
      ),
    ),
    "",
    "| the largest product | Node | shape | Onehead | against tfjs wasm |",
    "| --- | --- | --- | --- | --- |",
    ...rows("float32, one thread", ({ kernels }) => kernelCells(kernels)),
    "",
    `From the prompt on (${wordsPerPrompt} words, the built-in router and embedder, Node 20) a request takes ${microseconds.wasm.request.median} µs, ${microseconds.wasm.embed.median} of them for the embedding; in pure JavaScript ${microseconds.js.request.median} and ${microseconds.js.embed.median}.`,
  ].join("\n");
}
