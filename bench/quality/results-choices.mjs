// The part of docs/results.md about choices: how they move with λ, which models they fall on, and where they lose.
import { percent, signed, table } from "./markdown.mjs";
import { mean } from "./statistics.mjs";

/** Models below this share everywhere are left out of the table. */
const leastShare = 0.02;

export function choiceSections({ sets }) {
  return [...sensitivitySection(sets), ...selectionSection(sets), ...taskSection(sets)];
}

/** Change of choice and of mean cost per decade of λ, linear against exponential reward. */
function sensitivitySection(sets) {
  const steps = sets[0].sensitivity.linear.map(({ fromDecade }) => fromDecade);
  const of = (reward, i, read) => sets.map(({ sensitivity }) => read(sensitivity[reward][i]));
  const changed = (reward, i) => percent(mean(of(reward, i, ({ changedChoices }) => changedChoices)));
  const factor = (reward, i) => {
    const values = of(reward, i, ({ costFactor }) => costFactor);
    // factors are averaged as factors
    return values.includes(null) ? "–" : `× ${Math.exp(mean(values.map(Math.log))).toFixed(2)}`;
  };
  const largest = (reward) => Math.max(...steps.map((_, i) => mean(of(reward, i, (step) => step.changedChoices))));
  return [
    "## How sensitive is the choice to λ?",
    "",
    "Per decade of λ, from 10^k to 10^(k+1) times the dearest model's mean cost: share of prompts that get another model, and the",
    `factor of the mean cost; means over sets and seeds. The most that a decade moves is ${percent(largest("linear"))} of the choices with the`,
    `linear reward and ${percent(largest("exponential"))} with the exponential one.`,
    "",
    ...table(
      ["k", ...steps.map((step) => signed(step, 0).replace("+0", "0"))],
      [
        ["choices changed, linear", ...steps.map((_, i) => changed("linear", i))],
        ["choices changed, exponential", ...steps.map((_, i) => changed("exponential", i))],
        ["mean cost, linear", ...steps.map((_, i) => factor("linear", i))],
        ["mean cost, exponential", ...steps.map((_, i) => factor("exponential", i))],
      ],
    ),
    "",
  ];
}

function selectionSection(sets) {
  const rows = sets.flatMap(({ set, selection }) =>
    selection
      .filter(({ share, atBest }) => share >= leastShare || atBest >= leastShare)
      .map(({ model, share, atBest }) => [set, model, percent(share), percent(atBest)]),
  );
  return [
    "## Which models are chosen",
    "",
    "Share of prompts, mean over all λ and seeds, and at the λ of the best quality; models below 2 % in both are left out.",
    "",
    ...table(["set", "model", "mean over λ", "at the best λ"], rows),
    "",
  ];
}

/** Tasks on which the router does worst and best. */
function taskSection(sets) {
  const known = sets.filter(({ tasks }) => tasks !== null && tasks.tasks > 0);
  if (known.length === 0) return [];
  const row = (set, { task, rows, difference, moved }) => [set, task, rows, signed(difference, 3), percent(moved)];
  return [
    "## Where it loses and where it wins",
    "",
    "Quality less that of the best single model, by task, at the λ of the best quality; rows of all seeds together, tasks with 40 or",
    "more. Rows moved are those that got another model than the single one.",
    "",
    ...table(
      ["set", "task", "rows", "difference", "rows moved"],
      known.flatMap(({ set, tasks }) => {
        // a set of few tasks shows each once
        const best = tasks.best.filter(({ task }) => !tasks.worst.some((worst) => worst.task === task));
        return [...tasks.worst, ...best.reverse()].map((task) => row(set, task));
      }),
    ),
    "",
  ];
}
