// Turns the kept runs of quality.mjs into quality.json and quality.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapAiq, differenceOf } from "@onehead/eval";

const rivals = [
  ["onehead", "onehead (linear reward)"],
  ["onehead-exponential", "onehead (exponential reward)"],
  ["zero", "zero router"],
  ["knn-10", "kNN 10"],
  ["knn-40", "kNN 40"],
  ["knn", "tuned kNN"],
  ["ridge", "ridge"],
  ["mlp", "joint MLP"],
  ["bag", "bag of joint MLPs"],
  ["oracle", "oracle (linear reward)"],
];
const metrics = ["aiq", "logAiq"];

function metricOf(run, id, metric) {
  const { pool, routers } = run.result;
  if (id === "zero") return pool.zeroRouter[metric].value;
  if (id === "oracle") return pool.oracle[metric].value;
  return routers.find((router) => router.id === id).curve[metric].value;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values) {
  const center = mean(values);
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, v) => sum + (v - center) ** 2, 0) / (values.length - 1));
}

/** @param runs one list a set, each run as quality.mjs keeps it */
export function writeTable(folder, sets, runs) {
  const report = { command: "node bench/quality/quality.mjs", node: process.version, sets: [] };
  for (const [i, set] of sets.entries()) {
    const own = runs[i];
    // one bootstrap over prompts of the seed-averaged difference: the held-out parts of different seeds overlap
    const draws = bootstrapAiq(
      own.map(({ replay }) => replay),
      { resamples: 1000, seed: 0 },
    );
    const entry = { set, seeds: own.map(({ seed }) => seed), seconds: own.map(({ seconds }) => seconds), routers: [] };
    for (const [id, name] of rivals) {
      const router = { id, name };
      for (const metric of metrics) {
        const values = own.map((run) => metricOf(run, id, metric));
        router[metric] = { mean: mean(values), deviation: deviation(values), values };
        if (id !== "onehead") router[metric].oneheadLessThis = differenceOf(draws, metric, "onehead", id);
      }
      entry.routers.push(router);
    }
    report.sets.push(entry);
  }
  writeFileSync(join(folder, "quality.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, "quality.md"), markdown(report));
}

function markdown(report) {
  const lines = [
    "# Routing quality of the default router",
    "",
    `Made by \`${report.command}\` on Node ${report.node}; do not edit. Training on 70 % of the prompts, split by prompt text;`,
    "mean ± standard deviation over the seeds on the other 30 %. All routers share rows, embeddings, validation part and the",
    "number of λ. `aiq` and `logAiq` are those of docs/design/evaluation.md (hull in hindsight).",
    "",
  ];
  for (const metric of metrics) {
    lines.push(`## ${metric}`, "");
    lines.push(
      `| router | ${report.sets.map(({ set, seeds }) => `${set} (${seeds.length} seeds)`).join(" | ")} | mean |`,
    );
    lines.push(`| --- |${" --- |".repeat(report.sets.length + 1)}`);
    for (const [id, name] of rivals) {
      const cells = report.sets.map(({ routers }) => routers.find((router) => router.id === id)[metric]);
      const shown = cells.map(({ mean: value, deviation: spread }) => `${value.toFixed(4)} ± ${spread.toFixed(4)}`);
      lines.push(`| ${name} | ${shown.join(" | ")} | ${mean(cells.map((cell) => cell.mean)).toFixed(4)} |`);
    }
    lines.push("", `### onehead less each, ${metric}, with the 95 % interval of the paired bootstrap over prompts`, "");
    lines.push(`| against | ${report.sets.map(({ set }) => set).join(" | ")} |`);
    lines.push(`| --- |${" --- |".repeat(report.sets.length)}`);
    for (const [id, name] of rivals.slice(1)) {
      const cells = report.sets.map(({ routers }) => routers.find((r) => r.id === id)[metric].oneheadLessThis);
      const shown = cells.map(
        ({ value, interval: [low, high] }) => `${signed(value)} [${signed(low)}, ${signed(high)}]`,
      );
      lines.push(`| ${name} | ${shown.join(" | ")} |`);
    }
    lines.push("");
  }
  const seconds = report.sets.map(
    ({ set, seconds: own }) => `${set} ${mean(own.map(({ train }) => train)).toFixed(0)} s`,
  );
  lines.push(`Training time, mean, one core of a shared two-core machine under load: ${seconds.join(", ")}.`, "");
  return lines.join("\n");
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}
