import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { formatCount } from "../format.js";
import { type Markup, markup } from "./markup.js";

/** What every figure of the page means. */
export function methodNotes(result: EvaluationResult): Markup {
  const { heldOut, validation, bootstrap, lambdasUsd } = result;
  const chosen = validation?.completeRows
    ? `${formatCount(validation.completeRows)} validation rows, which trained nothing and are not counted here`
    : "the held-out rows themselves, in hindsight, because there were no complete validation rows";
  const trueTask = result.routers.some(({ role }) => role === "reference")
    ? " True-task table: each model's mean on the recorded task of the prompt. It is told the task, which nobody knows before the call: a line to look up to, no router."
    : "";
  const notes: [string, string][] = [
    [
      "Rows",
      `${formatCount(heldOut.rows)} held-out rows. Curves count the ${formatCount(heldOut.completeRows)} rows with a score and a cost of every model; ${formatCount(heldOut.incompleteRows)} rows are left out, for all routers alike. Log loss and ECE take every known score.`,
    ],
    [
      "Curves",
      `Each router chooses at the same ${lambdasUsd.length} values of λ. Costs are those incurred, never predicted. A hull is the least concave, non-decreasing line above a router's points and the cheapest model: mixtures of two settings reach all of it.`,
    ],
    [
      "AIQ",
      "Mean height of the hull between the mean costs of the cheapest and of the dearest single model (RouterBench, section 3.1).",
    ],
    ["logAIQ", "The same hull, averaged over log cost: halving the cost weighs the same everywhere."],
    [
      "AIQ, held-out hull",
      "The settings that form the hull are chosen on validation rows, their points are measured on held-out rows: no hindsight.",
    ],
    [
      "AIQ, repository",
      "As RouterBench's code computes it: area from a router's own cheapest point, divided by the highest cost of the set. Depends on the set of routers; not comparable with AIQ.",
    ],
    [
      "Choices",
      `Settings for best quality and QNC, the reference model and the best baseline are chosen on ${chosen}.`,
    ],
    [
      "QNC",
      "Quality-neutral cost: cost of the cheapest setting with at least the reference model's quality, over that model's cost. * not reached: the model itself is used, 100 %.",
    ],
    [
      "ECE",
      "Expected calibration error, 15 bins of equal mass pooled over prompts and models. “Perfect” is what exact probabilities would show on as many rows.",
    ],
    [
      "Optimism, cost error",
      "Of the chosen answers, mean over λ: predicted less incurred quality, and the relative error of the predicted mean cost.",
    ],
    [
      "Entropy",
      "Of the shares of prompts, over its maximum, at the most even setting: near 0 the router always takes one model.",
    ],
    [
      "References",
      `Zero router: hull of the single models in hindsight. Random mix: one model drawn at random a prompt, all equally likely. Oracle: knows scores and costs; lucky guesses inflate it, no router reaches it.${trueTask}`,
    ],
    ...(bootstrap === null
      ? []
      : [
          [
            "Intervals",
            `95 % percentile intervals of ${formatCount(bootstrap.resamples)} bootstrap resamples of prompts (seed ${bootstrap.seed}); hulls and cost range are recomputed in each; differences are paired.`,
          ] as [string, string],
        ]),
  ];
  return markup`<dl class="method">${notes.map(([term, text]) => markup`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`;
}
