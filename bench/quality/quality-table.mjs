// The report as quality.json and quality.md, and the evaluations that pictures are drawn from as quality-curves.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { curvesOf } from "./curves.mjs";
import { estimated, estimatedPercent, fixed, percent, spread, table } from "./markdown.mjs";
import { protocols } from "./protocols.mjs";
import { routerBenchOwn, titleOf } from "./routers.mjs";
import { subject } from "./set-figures.mjs";
import { targetsOf } from "./targets.mjs";

export function writeTable(folder, report, examples) {
  mkdirSync(folder, { recursive: true });
  const targets = targetsOf(report);
  writeFileSync(join(folder, "quality.json"), toJson({ ...report, targets }));
  writeFileSync(join(folder, "quality-curves.json"), `${JSON.stringify(curvesOf(examples))}\n`);
  writeFileSync(join(folder, "quality.md"), toMarkdown({ ...report, targets }));
}

/** JSON with one set a line: short, and a change shows where it is. */
function toJson({ protocols: measured, ...report }) {
  const sets = (own) => own.map((set) => `   ${JSON.stringify(set)}`).join(",\n");
  const written = measured.map(
    ({ sets: own, ...protocol }) => `  {"sets": [\n${sets(own)}\n  ],\n  ${JSON.stringify(protocol).slice(1)}`,
  );
  return `${JSON.stringify(report, null, 1).slice(0, -2)},\n "protocols": [\n${written.join(",\n")}\n ]\n}\n`;
}

function toMarkdown(report) {
  return [
    "# Routing quality of the default router",
    "",
    `Made by \`${report.command}\` on Node ${report.node}; do not edit. Training on 70 % of the prompts, split by prompt text;`,
    "mean ± standard deviation over the seeds on the other 30 %. All routers share rows, embeddings, validation part and number",
    "of λ. Figures are those of docs/design/evaluation.md; differences carry the 95 % interval of a paired bootstrap over prompts",
    `(${report.resamples} resamples) of the seed-averaged difference, those over sets of a joint one.`,
    "",
    ...report.protocols.flatMap(protocolSection),
    ...targetSection(report.targets),
  ].join("\n");
}

function protocolSection({ protocol, sets, mean: overSets }) {
  const { title, text } = protocols[protocol];
  const heading = sets.map(({ set, seeds }) => `${set} (${seeds.length})`);
  const lines = [`## ${title[0].toUpperCase()}${title.slice(1)}`, "", text, ""];
  const meanOf = (id, name) => overSets.routers.find((router) => router.id === id)?.[name];
  const everyRouter = sets[0].routers.map(({ id }) => id);
  const find = (set, id) => set.routers.find((router) => router.id === id);
  const metric = (name, caption, digits = 4, ids = everyRouter) => {
    const shown = ids.filter((id) => sets.some((set) => find(set, id)?.[name]));
    if (shown.length === 0) return;
    lines.push(`### ${caption}`, "");
    lines.push(
      ...table(
        ["router", ...heading, "mean"],
        shown.map((id) => [
          titleOf(id),
          ...sets.map((set) => spread(find(set, id)?.[name], digits)),
          fixed(meanOf(id, name), digits),
        ]),
      ),
      "",
    );
  };
  metric("aiq", "AIQ");
  metric("logAiq", "logAIQ");
  metric("aiqHeldOut", "AIQ, hull chosen on validation rows");
  lines.push(...gainSection(sets, overSets, "aiq", "AIQ"), ...gainSection(sets, overSets, "logAiq", "logAIQ"));
  metric("bestQuality", "Maximum performance, in hindsight");
  metric("bestQualityHeldOut", "Maximum performance, at the λ chosen on validation rows");
  lines.push(...neutralSection(sets), ...singleSection(sets, overSets));
  metric("calibrationError", "ECE, pooled over (prompt, model)");
  metric("calibrationErrorIfCalibrated", "ECE of a perfect predictor with the same predictions", 4, [subject]);
  metric("optimism", "Predicted − incurred quality of the chosen rows, mean over λ");
  metric("costError", "Mean relative error of the predicted mean cost over λ", 3);
  metric("costWithin", "Share of λ with the mean cost within 5 % + 2 standard errors", 2);
  metric("meanEntropy", "Entropy of the choice over ln N, mean over λ", 2);
  metric("largestEntropy", "Largest entropy of the choice over ln N", 2);
  metric("seconds", "Seconds to fit and predict, in a busy process", 1);
  return lines;
}

function gainSection(sets, overSets, metric, name) {
  const ids = overSets.routers.map(({ id }) => id).filter((id) => id !== subject);
  const best = sets.map(({ bestBaseline }) => bestBaseline?.id);
  const cell = (set, id, k) => {
    const gain = set.routers.find((router) => router.id === id).gain[metric];
    const shown = estimated(gain?.difference);
    return best[k] === id ? `**${shown}**` : shown;
  };
  const chosen = sets.map(({ bestBaseline }) => (bestBaseline ? titleOf(bestBaseline.id) : "–"));
  const rows = ids.map((id) => {
    const gain = overSets.routers.find((router) => router.id === id).gain[metric];
    return [
      titleOf(id) + (routerBenchOwn.includes(id) ? " (RouterBench)" : ""),
      ...sets.map((set, k) => cell(set, id, k)),
      estimated(gain?.difference),
      estimatedPercent(gain?.relative),
    ];
  });
  const overBest = overSets.gainOverBest?.[metric];
  rows.push([
    "best baseline of each set",
    ...chosen,
    estimated(overBest?.difference),
    estimatedPercent(overBest?.relative),
  ]);
  const hindsight = overSets.gainOverHindsight?.[metric];
  rows.push([
    "best rival in hindsight",
    ...sets.map(({ bestInHindsight }) => titleOf(bestInHindsight)),
    estimated(hindsight?.difference),
    estimatedPercent(hindsight?.relative),
  ]);
  const how = sets[0].bestBaseline?.by === "validationLogLoss" ? "masked log loss" : "AIQ";
  return [
    `### Onehead less each, ${name}`,
    "",
    `Bold: the best baseline of the set, picked by ${how} on validation rows (RouterBench's own apart).`,
    "",
    ...table(["against", ...sets.map(({ set }) => set), "mean of sets", "relative"], rows),
    "",
  ];
}

/** Quality-neutral cost both ways, with how many seeds reach it. */
function neutralSection(sets) {
  const ids = sets[0].routers.map(({ id }) => id).filter((id) => id !== "random");
  const cell = (router, name) => {
    const value = router?.[name];
    if (!value) return "–";
    const missed = value.values.length - router[`${name}Reached`];
    return `${percent(value.mean)}${missed > 0 ? ` (${missed} of ${value.values.length} not reached)` : ""}`;
  };
  const section = (name, caption) =>
    sets.some((set) => set.routers.some((router) => router[name]))
      ? [
          `### ${caption}`,
          "",
          ...table(
            ["router", ...sets.map(({ set }) => set)],
            ids.map((id) => [
              titleOf(id),
              ...sets.map((set) =>
                cell(
                  set.routers.find((own) => own.id === id),
                  name,
                ),
              ),
            ]),
          ),
          "",
        ]
      : [];
  return [
    ...section("qnc", "Quality-neutral cost, in hindsight (100 % where not reached)"),
    ...section(
      "qncHeldOut",
      "Quality-neutral cost, at the λ chosen on validation rows (100 % where not reached there)",
    ),
  ];
}

function singleSection(sets, overSets) {
  if (sets.some(({ againstSingle }) => againstSingle === null)) return [];
  const row = (name, best, neutral, models) => [
    name,
    models,
    estimated(best?.quality),
    estimatedPercent(best?.savedShare, 1),
    estimated(neutral?.quality),
    estimatedPercent(neutral?.savedShare, 1),
  ];
  return [
    "### Onehead against the best single model, at λ chosen on validation rows",
    "",
    "At the λ of the best quality, and at the least λ that keeps the model's quality there (– where a seed does not reach it).",
    "",
    ...table(
      ["set", "model", "best λ: quality", "cost saved", "neutral λ: quality", "cost saved"],
      [
        ...sets.map(({ set, againstSingle, singleModel }) =>
          row(set, againstSingle.best, againstSingle.neutral, [...new Set(singleModel.models)].join(", ")),
        ),
        row("mean", overSets.qualityAgainstSingle, overSets.neutralAgainstSingle, ""),
      ],
    ),
    "",
  ];
}

function targetSection(targets) {
  const verdict = { true: "met", false: "**missed**", null: "unknown" };
  return [
    "## Targets",
    "",
    ...table(
      ["against", "target", "found", "verdict"],
      targets.map(({ group, text, found, met }) => [group, text, found, verdict[met]]),
    ),
    "",
  ];
}
