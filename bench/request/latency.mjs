// Question: what does one routed request cost in pure JavaScript, the embedding of its prompt included?
//
// A prompt of 100 words, made of words that the built-in router knows and of others, goes through the built-in embedder,
// `estimateTokens` and `choose` over 11 candidates; `decide`, which explains, stands beside. Before timing, `choose` and `decide`
// must take the same model for every prompt at several preferences. One thread; after warm-up the parts of a request are timed
// one request at a time, in turn, so that whatever else the machine does falls on all alike.
//
//   node bench/request/latency.mjs [--requests 4000] [--publish]
//
// --publish writes bench/results/request.json and request.md.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { estimateTokens, parseArtifact, Router } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

const { values: flags } = parseArgs({
  options: { requests: { type: "string", default: "4000" }, publish: { type: "boolean", default: false } },
});
const requests = Number(flags.requests);
const warmUp = 1000;
const wordsPerPrompt = 100;
const candidates = 11;
/** Microseconds that a request may take at the median. */
const aim = 150;

const words = (
  "the a of to and in is that for it with as on be at by this from or an are not have was which one you all can has were there " +
  "their what when how many each find value given number function equation proof energy reaction patient company market court " +
  "contract treaty algorithm array string integer loop return error database query index network protocol packet signal voltage " +
  "theorem integral derivative matrix vector probability distribution sample variance regression hypothesis cell protein enzyme " +
  "acid solution mass force velocity pressure temperature heat wave light quantum electron orbit planet star history war empire " +
  "king revolution trade tariff demand supply interest loan equity asset liability audit ledger poem novel author translate " +
  "summarise explain compare list write rewrite fix refactor zyxlic qorvane blentish marnoth ostrevid"
).split(" ");
const random = createRandom(7);
const prompts = Array.from({ length: 64 }, () =>
  Array.from({ length: wordsPerPrompt }, () => words[Math.floor(words.length * random.uniform())]).join(" "),
);

const file = join(import.meta.dirname, "../../apps/cli/artifacts/default.onehead");
const artifact = parseArtifact(readFileSync(file));
const priced = artifact.manifest.candidates.filter(({ prices, profile }) => prices && profile.kind === "measured");
const router = new Router(artifact, { models: priced.slice(0, candidates).map(({ id }) => id) });
assert.equal(router.candidates.length, candidates);
const embedder = embedderOf(artifact, { tables: [staticEnglish()] });
const embedding = new Float32Array(embedder.dimensions);
const choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };

for (const willingnessToPayUsd of [1e-4, 1e-3, 1e-2, 1]) {
  const preference = router.resolvePreference({ willingnessToPayUsd });
  for (const prompt of prompts) {
    embedder.embedInto(embedding, prompt);
    const inputTokens = estimateTokens(prompt);
    const { model } = router.decide({ embedding, inputTokens, willingnessToPayUsd });
    assert.equal(router.candidates[router.choose(embedding, inputTokens, preference, choice).index].id, model);
  }
}

const preference = router.resolvePreference({ willingnessToPayUsd: 0.01 });
const times = { embed: [], choose: [], request: [], decide: [] };
for (let i = 0; i < warmUp + requests; i++) {
  const prompt = prompts[i % prompts.length];
  const start = performance.now();
  embedder.embedInto(embedding, prompt);
  const embedded = performance.now();
  const inputTokens = estimateTokens(prompt);
  router.choose(embedding, inputTokens, preference, choice);
  const chosen = performance.now();
  router.decide({ embedding, inputTokens, willingnessToPayUsd: 0.01 });
  const decided = performance.now();
  if (i < warmUp) continue;
  times.embed.push(embedded - start);
  times.choose.push(chosen - embedded);
  times.request.push(chosen - start);
  times.decide.push(decided - chosen);
}

const quantile = (sorted, share) => 1000 * sorted[Math.floor(share * (sorted.length - 1))];
const parts = Object.fromEntries(
  Object.entries(times).map(([part, values]) => {
    const sorted = values.sort((a, b) => a - b);
    return [part, { median: quantile(sorted, 0.5), minimum: quantile(sorted, 0), p99: quantile(sorted, 0.99) }];
  }),
);
const { anchors, hiddenWidth, members } = artifact.manifest.model;
const report = {
  command: "node bench/request/latency.mjs --publish",
  node: process.version,
  cpu: cpus()[0].model,
  requests,
  wordsPerPrompt,
  candidates,
  model: { dimensions: embedder.dimensions, anchors, hiddenWidth, members },
  microseconds: parts,
};
const rows = [
  ["embed", "embedding the prompt"],
  ["choose", "estimate of tokens, `choose`"],
  ["request", "**both: one request**"],
  ["decide", "`decide`, explained, instead of `choose`"],
];
const text = [
  "# One request",
  "",
  `Made by \`${report.command}\` on Node ${report.node}, ${report.cpu}; do not edit. ${requests} requests on one thread, prompts of`,
  `${wordsPerPrompt} words, ${candidates} candidates, the built-in router and embedder, pure JavaScript; microseconds.`,
  "",
  "| part | median | minimum | 99 % |",
  "| --- | --- | --- | --- |",
  ...rows.map(([part, title]) => {
    const { median, minimum, p99 } = parts[part];
    return `| ${title} | ${median.toFixed(0)} | ${minimum.toFixed(0)} | ${p99.toFixed(0)} |`;
  }),
  "",
  `The aim is ${aim} µs at the median: ${parts.request.median < aim ? "met" : "missed"}.`,
  "",
].join("\n");
console.log(text);
if (flags.publish) {
  const folder = join(import.meta.dirname, "../results");
  writeFileSync(join(folder, "request.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, "request.md"), text);
}
