import { resolve } from "node:path";
import { baselinePredictions } from "@onehead/baselines";
import { jsBackend, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { defineCommand } from "citty";
import { builtInPrompts } from "../demo/built-in-prompts.js";
import { type DemoRow, demoPage } from "../demo/demo-page.js";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { announce, countPrompts } from "../embedders/disclosure.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { writeFileAtomically } from "../files/write-atomically.js";
import { formatUsd } from "../output/decision-table.js";
import { PromptRouter } from "../routing/prompt-router.js";
import { routingArgs } from "../routing/routing-options.js";

/** What a right answer is worth to three kinds of users, USD. */
const lambdasUsd = [0.0002, 0.005, 0.5];

export const demo = defineCommand({
  meta: {
    name: "demo",
    description: `Route a dozen built-in prompts at three values of a right answer, and write a page about it

Examples:
  onehead demo
  onehead demo --artifact router.onehead --out demo.html`,
  },
  args: {
    artifact: { type: "string", description: "The router; the built-in one unless given", valueHint: "FILE" },
    embedder: routingArgs.embedder,
    out: { type: "string", description: "The page to write", default: "onehead-start.html", valueHint: "FILE" },
    json: { type: "boolean", description: "JSON instead of text" },
  },
  async run({ args }) {
    await assertKeepsInputs({ "--out": args.out }, { "--artifact": args.artifact });
    const artifact = await readArtifactOrDefault(args.artifact);
    const closed = await artifactEmbedder(artifact, args.embedder);
    const prompts = builtInPrompts.map(({ prompt }) => prompt);
    if (closed.external !== null) announce("demo", closed.external, countPrompts(prompts), args.json === true);
    const router = new PromptRouter(
      artifact,
      new Router(artifact, { predictions: baselinePredictions, backend: wasmBackend() ?? jsBackend }),
      await closed.open(),
    );
    const rows: DemoRow[] = [];
    for (const { kind, prompt } of builtInPrompts) {
      const decisions = lambdasUsd.map((willingnessToPayUsd) => router.decide(prompt, { willingnessToPayUsd }));
      rows.push({ kind, prompt, decisions: await Promise.all(decisions) });
    }
    const path = resolve(args.out);
    await writeFileAtomically(path, demoPage(artifact.manifest, lambdasUsd, rows));
    if (args.json) console.log(JSON.stringify({ page: path, lambdasUsd, rows }));
    else console.log(describe(rows, path));
  },
});

function describe(rows: readonly DemoRow[], path: string): string {
  const inherited = new Set<string>();
  const lines: string[] = ["Onehead: which model is worth its money for this prompt?", ""];
  const kindWidth = Math.max(...rows.map(({ kind }) => kind.length));
  lines.push(`${" ".repeat(kindWidth)}  ${lambdasUsd.map((usd) => heading(usd).padEnd(26)).join(" ")}`.trimEnd());
  for (const { kind, decisions } of rows) {
    const choices = decisions.map(({ ranking: [choice] }) => {
      if (choice.profile === "inherited") inherited.add(choice.model);
      return `${choice.model}${choice.profile === "inherited" ? "*" : ""}`.padEnd(26);
    });
    const figures = decisions.map(({ ranking: [choice] }) =>
      `${choice.predictedQuality.toFixed(2)} for ${formatUsd(choice.predictedCostUsd)}`.padEnd(26),
    );
    lines.push(`${kind.padEnd(kindWidth)}  ${choices.join(" ")}`.trimEnd());
    lines.push(`${" ".repeat(kindWidth)}  ${figures.join(" ")}`.trimEnd());
  }
  lines.push(
    "",
    "Columns: what a right answer is worth to you. Below each choice: predicted quality, and cost of the call.",
  );
  if (inherited.size > 0) {
    lines.push(
      "* without recorded answers of its own: it inherits the profile of an older relative (onehead inspect).",
    );
  }
  lines.push("", `The page with all candidates and the held-out curves: ${path}`);
  lines.push("Next, on your own rows: onehead train --data your-rows.jsonl --out router.onehead");
  lines.push("                        (in this repository: node apps/cli/dist/main.js train …)");
  return lines.join("\n");
}

function heading(usd: number): string {
  return `at ${formatUsd(usd)}`;
}
