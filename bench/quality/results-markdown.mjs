// docs/results.md: what was measured, in the order in which a reader asks.
import { estimated, estimatedPercent, fixed, percent, signed, spread, table } from "./markdown.mjs";
import { protocols } from "./protocols.mjs";
import { ablationSections, ablationTargets } from "./results-ablation.mjs";
import { choiceSections } from "./results-choices.mjs";
import { newModelSections, newModelTargets } from "./results-new-models.mjs";
import { routerBenchOwn, titleOf } from "./routers.mjs";
import { subject } from "./set-figures.mjs";

/** Routers and references of the short table, besides each set's best. */
const shown = [
  subject,
  `${subject}-exponential`,
  "bag",
  "irt",
  "uniroute-map",
  "kernel-ridge",
  "ridge",
  "knn",
  "zero",
  "true-task",
  "oracle",
];

/** @param ablation, newModels  null where they were not measured */
export function resultsMarkdown(report, examples, ablation, newModels) {
  const dense = report.protocols.find(({ protocol }) => protocol === "dense");
  return [
    "# Results",
    "",
    "Made by `node bench/quality/results-page.mjs` from `bench/results`; do not edit. What is measured, and how, is in",
    "[design/evaluation.md](design/evaluation.md); every router on every set is in",
    "[bench/results/quality.md](../bench/results/quality.md). The sets are parts of public benchmarks ([data.md](data.md)): no figure",
    "here compares with one published elsewhere.",
    "",
    "All routers learn from the same rows, embeddings and validation part. Onehead also reads which task a training row says it is of",
    "(`dataset`), which no rival does as published; of the prompts it is asked about nobody tells it. What the labels are worth is a",
    "row of the ablation.",
    "",
    ...report.protocols.flatMap(protocolSection),
    ...(dense ? [...ownSection(dense), ...qualityNeutralSection(dense), ...predictionSection(dense)] : []),
    ...pictureSection(examples),
    ...(dense ? choiceSections(dense) : []),
    ...(ablation ? ablationSections(ablation) : []),
    ...(newModels ? newModelSections(newModels) : []),
    ...targetSection([
      ...report.targets,
      ...(ablation ? ablationTargets(ablation) : []),
      ...(newModels ? newModelTargets(newModels) : []),
    ]),
    "",
  ].join("\n");
}

function find(set, id) {
  return set.routers.find((router) => router.id === id);
}

function protocolSection({ protocol, sets, mean }) {
  const { title, text } = protocols[protocol];
  const ids = shown.filter((id) => sets.some((set) => find(set, id)));
  const best = sets.map(({ bestBaseline }) => (bestBaseline ? titleOf(bestBaseline.id) : "–"));
  const how = sets[0].bestBaseline?.by === "validationLogLoss" ? "masked log loss" : "AIQ";
  const gain = mean.gainOverBest;
  return [
    `## AIQ: ${title}`,
    "",
    `${text} Mean ± standard deviation over seeds.`,
    "",
    ...table(
      ["", ...sets.map(({ set, seeds }) => `${set} (${seeds.length})`), "mean"],
      ids.map((id) => [
        id === subject ? `**${titleOf(id)}**` : titleOf(id),
        ...sets.map((set) => spread(find(set, id)?.aiq)),
        fixed(mean.routers.find((router) => router.id === id)?.aiq),
      ]),
    ),
    "",
    `Onehead's gain over the best baseline of each set (picked by ${how} on validation rows), relative, with 95 % intervals;`,
    "the best rival on the held-out rows themselves is a choice that nobody could have made, and favours the rival:",
    "",
    ...table(
      ["", ...sets.map(({ set }) => set), "mean of sets"],
      [
        ["best baseline", ...best, ""],
        ["AIQ", ...sets.map((set) => bestGain(set, "aiq")), estimatedPercent(gain?.aiq?.relative)],
        ["logAIQ", ...sets.map((set) => bestGain(set, "logAiq")), estimatedPercent(gain?.logAiq?.relative)],
        ["best rival in hindsight", ...sets.map(({ bestInHindsight }) => titleOf(bestInHindsight)), ""],
        [
          "AIQ over it",
          ...sets.map((set) => estimatedPercent(find(set, set.bestInHindsight).gain.aiq.relative)),
          estimatedPercent(mean.gainOverHindsight?.aiq?.relative),
        ],
        ...["bag", "knn"].map((id) => [
          `AIQ over ${titleOf(id)}`,
          ...sets.map((set) => estimatedPercent(find(set, id)?.gain?.aiq?.relative)),
          estimatedPercent(mean.routers.find((router) => router.id === id)?.gain?.aiq?.relative),
        ]),
      ],
    ),
    "",
  ];
}

function bestGain(set, metric) {
  if (set.bestBaseline === null) return "–";
  return estimatedPercent(find(set, set.bestBaseline.id).gain[metric]?.relative);
}

/** RouterBench's own routers, as published. */
function ownSection({ sets }) {
  const ids = routerBenchOwn.filter((id) => sets.some((set) => find(set, id)));
  if (ids.length === 0) return [];
  const relative = (set, id, name) => {
    const own = find(set, id);
    return own ? `${signed(100 * (find(set, subject)[name].mean / own[name].mean - 1), 1)} %` : "–";
  };
  return [
    "## Against RouterBench's own routers",
    "",
    "As published: a constant price a model, nothing tuned. Onehead's AIQ, and its maximum performance in hindsight, relative to",
    "theirs on dense rows.",
    "",
    ...table(
      ["", ...sets.flatMap(({ set }) => [`${set}: AIQ`, "max"])],
      ids.map((id) => [
        titleOf(id),
        ...sets.flatMap((set) => [relative(set, id, "aiq"), relative(set, id, "bestQuality")]),
      ]),
    ),
    "",
  ];
}

function qualityNeutralSection({ sets, mean }) {
  const neutral = (set, name) => {
    const router = find(set, subject);
    if (!router[name]) return "–";
    const missed = router[name].values.length - router[`${name}Reached`];
    return percent(router[name].mean) + (missed > 0 ? ` (${missed} seeds not reached)` : "");
  };
  const row = (name, { best, neutral: atNeutral } = {}, ...cells) => [
    name,
    ...cells,
    estimated(best?.quality),
    estimatedPercent(best?.savedShare, 0),
    estimated(atNeutral?.quality),
    estimatedPercent(atNeutral?.savedShare, 0),
  ];
  return [
    "## Against the best single model",
    "",
    "Quality-neutral cost (QNC): what the single model's quality costs, as a share of that model's cost; 100 % in seeds in which no λ",
    "reaches it. λ and model are chosen on validation rows, but for the hindsight column. Beside it, quality and cost saved at the λ",
    "of the best quality, and at the least λ that keeps the model's quality on validation rows (– where some seed has none).",
    "",
    ...table(
      ["", "QNC", "in hindsight", "best λ: quality", "cost saved", "neutral λ: quality", "cost saved"],
      [
        ...sets.map((set) => row(set.set, set.againstSingle ?? {}, neutral(set, "qncHeldOut"), neutral(set, "qnc"))),
        row(
          "mean of sets",
          { best: mean.qualityAgainstSingle, neutral: mean.neutralAgainstSingle },
          percent(mean.routers.find(({ id }) => id === subject)?.qncHeldOut),
          percent(mean.routers.find(({ id }) => id === subject)?.qnc),
        ),
      ],
    ),
    "",
  ];
}

function predictionSection({ sets }) {
  const of = (set, name, digits) => spread(find(set, subject)[name], digits);
  return [
    "## Predictions",
    "",
    "Pooled ECE beside that of a perfect predictor on as many rows; of the *chosen* answers, mean over λ: predicted less incurred",
    "quality, relative error of the predicted mean cost, and the share of λ at which that is within 5 % and two standard errors.",
    "Entropy of the choice, over ln N.",
    "",
    ...table(
      ["", "ECE", "perfect", "quality, predicted − incurred", "cost error", "within", "entropy, mean", "largest"],
      sets.map((set) => [
        set.set,
        of(set, "calibrationError", 3),
        of(set, "calibrationErrorIfCalibrated", 3),
        of(set, "optimism", 3),
        of(set, "costError", 3),
        of(set, "costWithin", 2),
        of(set, "meanEntropy", 2),
        of(set, "largestEntropy", 2),
      ]),
    ),
    "",
    "The price of one model changed after training, each in turn: relative error of the predicted mean cost, mean over models and λ and",
    "for the worst model, the share of λ within as above, and the share of all prompts that the model gains or loses.",
    "",
    ...table(
      ["", "price", "cost error", "worst model", "within", "prompts moved"],
      sets.flatMap(({ set, priceChanges }) =>
        priceChanges.map((change) => [
          set,
          `×${change.factor}`,
          spread(change.costError, 3),
          spread(change.worstCostError, 3),
          spread(change.costWithin, 2),
          `${percent(change.moved.mean, 1)}`,
        ]),
      ),
    ),
    "",
  ];
}

function pictureSection(examples) {
  if (examples.length === 0) return [];
  const dense = examples.filter(({ protocol }) => protocol === "dense");
  const others = examples.filter(({ protocol }) => protocol !== "dense");
  const image = ({ protocol, set, seed }, kind, caption) =>
    `![${caption} on ${set}, ${protocol} rows, seed ${seed}](results/${protocol}-${set}-${kind}.svg)`;
  return [
    "## Pictures",
    "",
    "Of the first seed; numbers after names are AIQ. Up and to the left is better. Gains are heights above the hull of the single",
    "models at the same cost.",
    "",
    ...dense.flatMap((example) => [
      `### ${example.set}`,
      "",
      image(example, "cost-quality", "Cost and quality"),
      "",
      image(example, "gain", "What routing adds"),
      "",
      image(example, "selection", "Which models are chosen"),
      "",
    ]),
    ...(others.length > 0 ? ["### With fewer labels", ""] : []),
    ...others.flatMap((example) => [image(example, "gain", "What routing adds"), ""]),
  ];
}

function targetSection(targets) {
  const verdict = { true: "met", false: "**missed**", null: "unknown" };
  return [
    "## Targets",
    "",
    "What was set out to be reached, and what was found. What was tried for the word vectors is in",
    "[decision 10](decisions/0010-word-vectors.md).",
    "",
    ...table(
      ["against", "target", "found", "verdict"],
      targets.map(({ group, text, found, met }) => [group, text, found, verdict[met]]),
    ),
  ];
}
