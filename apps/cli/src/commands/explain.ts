import { argmaxReward, type Decision } from "@onehead/core";
import { defineCommand } from "citty";
import { countPrompts } from "../embedders/disclosure.js";
import { decisionTable, formatUsd } from "../output/decision-table.js";
import { printable } from "../output/printable.js";
import { openPromptRouter } from "../routing/prompt-router.js";
import { routingArgs } from "../routing/routing-options.js";
import { parseNumber } from "./parse-number.js";

export const explain = defineCommand({
  meta: {
    name: "explain",
    description: `Say why a prompt goes to its model: the ranking, the nearest anchors, and what another λ would choose

Examples:
  onehead explain "What is the capital of Australia?"
  onehead explain "Write a haiku about rain" --willingness-to-pay 0.001 --json`,
  },
  args: {
    prompt: { type: "positional", description: "The prompt", required: true },
    anchors: { type: "string", description: "How many anchors to show", default: "5" },
    ...routingArgs,
  },
  async run({ args }) {
    const shown = parseNumber("--anchors", args.anchors);
    const router = await openPromptRouter("explain", args, countPrompts([args.prompt]));
    const decision = await router.decide(args.prompt);
    // a hosted embedder has it from its cache
    const anchors = router.router.explainAnchors(await router.embed(args.prompt), shown);
    const choices = choicesByLambda(decision);
    if (args.json) {
      console.log(JSON.stringify({ decision, anchors, choices }));
      return;
    }
    console.log(decisionTable(decision));
    if (anchors.length > 0) console.log("\nNearest anchor prompts, by attention weight");
    for (const { weight, id, dataset, excerpt } of anchors) {
      const text = `${id}${dataset ? ` (${dataset})` : ""}${excerpt ? `: ${excerpt}` : ""}`;
      console.log(`  ${(100 * weight).toFixed(1).padStart(5)} %  ${printable(text)}`);
    }
    console.log(`\nWhat other values of a right answer would choose (${decision.preference.reward} reward)`);
    for (const { fromUsd, toUsd, model } of choices) {
      console.log(
        `  ${formatUsd(fromUsd).padStart(11)} to ${(toUsd === null ? "any price" : formatUsd(toUsd)).padEnd(11)}  ${model}`,
      );
    }
  },
});

/** A stretch of λ over which the choice is the same. */
interface LambdaRange {
  fromUsd: number;
  toUsd: number | null;
  model: string;
}

// fine enough that a stretch is missed only where two switches lie within 2 % of each other
const stepsPerDecade = 120;

/** The choice as λ goes from nearly nothing to far above the dearest candidate's price, merged to stretches. */
function choicesByLambda({ ranking, preference }: Decision): LambdaRange[] {
  const eligible = ranking.filter((candidate) => candidate.eligible);
  const quality = eligible.map(({ predictedQuality }) => predictedQuality);
  const costUsd = eligible.map(({ predictedCostUsd }) => predictedCostUsd);
  const lowest = Math.log10(Math.min(...costUsd) || 1e-9) - 2;
  const highest = Math.log10(Math.max(...costUsd) || 1) + 4;
  const steps = Math.ceil((highest - lowest) * stepsPerDecade);
  const ranges: LambdaRange[] = [];
  for (let i = 0; i <= steps; i++) {
    const lambdaUsd = 10 ** (lowest + ((highest - lowest) * i) / steps);
    const { model } = eligible[argmaxReward({ ...preference, lambdaUsd }, quality, costUsd, eligible.length)];
    const last = ranges.at(-1);
    if (last?.model === model) continue;
    if (last !== undefined) last.toUsd = lambdaUsd;
    ranges.push({ fromUsd: lambdaUsd, toUsd: null, model });
  }
  return ranges;
}
