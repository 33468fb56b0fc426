import type { Decision, Manifest } from "@onehead/core";
import { readHeldOutSummary } from "@onehead/eval";
import { formatUsd } from "../output/decision-table.js";
import { curvePicture } from "./curve-picture.js";
import { escapeHtml } from "./markup.js";

const style = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #646a73; --line: #dfe2e6; --own: #c2410c; --paper: #fff; --wash: #f6f7f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #9aa1ab; --line: #33373d; --own: #fb923c; --paper: #15171a; --wash: #1d2024; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 8px; }
p { max-width: 68ch; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 8px 10px; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } td small { color: var(--soft); display: block; }
td.prompt { min-width: 16em; max-width: 26em; } b { font-weight: 600; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 20px; }
figure { margin: 0; background: var(--wash); border-radius: 8px; padding: 14px; } figcaption { font-size: 14px; margin-bottom: 6px; }
svg { width: 100%; height: auto; display: block; } svg text { font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .tick { fill: var(--soft); }
.own { fill: none; stroke: var(--own); stroke-width: 2.5; } .other { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
.model { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5; }
code { background: var(--wash); padding: 2px 6px; border-radius: 4px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  thead { display: none; } tr, td { display: block; } tr { border-bottom: 1px solid var(--line); padding: 10px 0; }
  td { border: 0; padding: 3px 0; } td.prompt { max-width: none; } td[data-worth] small { display: inline; }
  td[data-worth]::before { content: attr(data-worth) ": "; color: var(--soft); }
}
`;

/** One built-in prompt with its decision at every λ. */
export interface DemoRow {
  kind: string;
  prompt: string;
  decisions: Decision[];
}

/** One self-contained page: the decisions on the built-in prompts, and the held-out curves that the artifact carries. */
export function demoPage(manifest: Manifest, lambdasUsd: readonly number[], rows: readonly DemoRow[]): string {
  const worths = lambdasUsd.map((usd) => `worth ${formatUsd(usd)}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Onehead: a first look</title><style>${style}</style></head>
<body><main>
<h1>Which model is worth its money?</h1>
<p class="soft">A dozen built-in prompts, routed by the artifact “${escapeHtml(manifest.name)}” at three values of a right answer.
Nothing was sent anywhere: quality and cost are predictions.</p>
<table>
<thead><tr><th scope="col">prompt</th>${worths.map((worth) => `<th scope="col">${worth}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => promptRow(row, worths)).join("\n")}
</tbody></table>
<p class="soft">“inherited”: no recorded answers of its own yet; predictions are those of an older relative, at today's price.</p>
${heldOut(manifest)}
<h2>Next</h2>
<p>Train on rows of your own (one prompt, model, score and cost a row):
<code>onehead train --data your-rows.jsonl --out router.onehead</code></p>
</main></body></html>
`;
}

function promptRow({ kind, prompt, decisions }: DemoRow, worths: readonly string[]): string {
  // cut between words
  const text = prompt.length > 120 ? `${prompt.slice(0, 118).replace(/\s+\S*$/, "")} …` : prompt;
  const cells = decisions.map(({ ranking: [choice] }, i) => {
    const origin = choice.profile === "measured" ? "" : `, ${choice.profile}`;
    // a baseline does not say how sure it is
    const spread = Number.isFinite(choice.uncertainty) ? ` ± ${choice.uncertainty.toFixed(2)}` : "";
    return `<td data-worth="${worths[i]}"><b>${escapeHtml(choice.model)}</b> <small>quality ${choice.predictedQuality.toFixed(2)}${spread}, ${formatUsd(choice.predictedCostUsd)}${origin}</small></td>`;
  });
  return `<tr><td class="prompt">${escapeHtml(text)}<small>${escapeHtml(kind)}</small></td>${cells.join("")}</tr>`;
}

function heldOut(manifest: Manifest): string {
  const sets = readHeldOutSummary(manifest)?.sets ?? [];
  if (sets.length === 0) return "";
  const pictures = sets.map((set) => {
    const figures = Object.entries(set.aiq)
      .filter(([router]) => router !== "oracle")
      .map(([router, value]) => `${escapeHtml(router)} ${value.toFixed(3)}`)
      .join(", ");
    return `<figure><figcaption><b>${escapeHtml(set.name)}</b>, ${set.rows} held-out prompts, ${set.models} models<br>
<span class="soft">AIQ: ${figures}</span></figcaption>${curvePicture(set)}</figure>`;
  });
  return `<h2>On prompts that it has not seen</h2>
<p class="soft">Up and to the left is better. The solid line is Onehead, dashed lines are its rivals, points are the single models.</p>
<div class="pictures">${pictures.join("\n")}</div>`;
}
