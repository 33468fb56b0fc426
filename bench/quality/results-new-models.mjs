// The part of docs/results.md about models that are added after training.
import { fixed, signed, table } from "./markdown.mjs";
import { target } from "./targets.mjs";

const routers = [
  ["stratified", "Onehead, stratified prompts (default)"],
  ["random", "Onehead, random prompts"],
  ["design", "Onehead, designed prompts"],
  ["uniroute", "UniRoute k-means, random prompts"],
  ["mean", "mean score, random prompts"],
];
/** Least share of the gain to keep, by number of samples. */
const least = { 20: 0.65, 50: 0.7, 100: 0.78 };
const counts = Object.keys(least);
/** Points above UniRoute's k-means. */
const overRival = 0.2;

const meanOf = ({ sets }) => sets.at(-1);

export function newModelSections(report) {
  const { set, all, important } = meanOf(report);
  const cell = ({ entries }, id) => {
    const { share, interval } = entries[id];
    return `${fixed(share, 3)} [${interval.map((bound) => signed(bound, 3)).join(", ")}]`;
  };
  return [
    "## New models, without retraining",
    "",
    "Each model in turn is left out of training and added from scored prompts: the share of the full training's gain over the zero",
    "router that is kept, in brackets the 95 % interval of the difference to ignoring the model;",
    `${set}. Every set is in [bench/results/new-models.md](../bench/results/new-models.md).`,
    "",
    ...table(
      [
        "prompts",
        "router",
        `all models (${all.models})`,
        `models whose removal costs 0.5 % of AIQ (${important.models})`,
      ],
      [
        ["0", "ignoring the model", fixed(all.entries.ignore.share, 3), fixed(important.entries.ignore.share, 3)],
        ...counts.flatMap((n) =>
          routers
            .filter(([kind]) => all.entries[`${kind}-${n}`] !== undefined)
            .map(([kind, name]) => [n, name, cell(all, `${kind}-${n}`), cell(important, `${kind}-${n}`)]),
        ),
      ],
    ),
    "",
  ];
}

export function newModelTargets(report) {
  const { all } = meanOf(report);
  const group = "new models, mean of the sets where routing gains over 2 %";
  return [
    ...counts.map((n) => {
      const { share } = all.entries[`stratified-${n}`];
      return target(
        group,
        `${n} samples keep at least ${100 * least[n]} % of the gain`,
        `${(100 * share).toFixed(1)} %`,
        share >= least[n],
      );
    }),
    ...counts.map((n) => {
      // both with random prompts
      const above = all.entries[`random-${n}`].share - all.entries[`uniroute-${n}`].share;
      const text = `${n} samples: at least 20 points above UniRoute k-means with the same samples`;
      return target(group, text, `${signed(100 * above, 1)} points`, above >= overRival);
    }),
    ...[
      [group, [{ ...meanOf(report), set: null }]],
      ["new models, each of these sets", report.sets.filter(({ counted }) => counted)],
    ].map(([against, sets]) => {
      const below = sets.flatMap(({ set, all }) =>
        counts.flatMap((n) => {
          const { aboveIgnoring, interval } = all.entries[`stratified-${n}`];
          if (interval[1] >= 0) return [];
          const figure = `${signed(aboveIgnoring, 3)} [${interval.map((bound) => signed(bound, 3)).join(", ")}]`;
          return [`${set === null ? "" : `${set}, `}${n} samples: ${figure}`];
        }),
      );
      const text = "never below ignoring the model, beyond the interval";
      return target(against, text, below.join("; ") || "never", below.length === 0);
    }),
  ];
}
