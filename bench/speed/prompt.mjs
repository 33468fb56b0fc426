// Question: what does one routed request cost, the embedding of its prompt included?
//
// A prompt of 100 words, made of words that the built-in router knows and of others, goes through the built-in embedder,
// `estimateTokens` and `choose` over 11 candidates; `decide`, which explains, stands beside. On kernels in WebAssembly and in JavaScript. Before
// timing, `choose` and `decide` must take the same model for every prompt at several preferences. One thread; after warm-up the parts of
// a request are timed one request at a time, in turn, so that whatever else the machine does falls on all alike.
//
//   node bench/speed/prompt.mjs [--requests 4000] [--check] [--publish]
//
// --check only compares the choices. --publish writes bench/results/speed-prompt.json and speed-prompt.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { estimateTokens, jsBackend, parseArtifact, Router } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { wasmBackend } from "@onehead/core/wasm";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { round, setting, writeResult } from "./shared/report.mjs";

const { values: flags } = parseArgs({
  options: {
    requests: { type: "string", default: "4000" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const requests = Number(flags.requests);
const warmUp = 1000;
const wordsPerPrompt = 100;
const candidates = 11;
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

const artifact = parseArtifact(readFileSync(join(import.meta.dirname, "../../apps/cli/artifacts/default.onehead")));
const priced = artifact.manifest.candidates.filter(({ prices, profile }) => prices && profile.kind === "measured");
const models = priced.slice(0, candidates).map(({ id }) => id);
const choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
const willingnessToPayUsd = 0.01;

/** One set of kernels: what a request computes, and the times of its parts. */
function contestantOf(backend) {
  const router = new Router(artifact, { models, backend });
  assert.equal(router.candidates.length, candidates);
  assert.equal(router.backend, backend.name);
  const embedder = embedderOf(artifact, { tables: [staticEnglish(backend)], backend });
  const embedding = new Float32Array(embedder.dimensions);
  return { router, embedder, embedding, times: { embed: [], choose: [], request: [], decide: [] } };
}

function assertChoices({ router, embedder, embedding }) {
  return [1e-4, 1e-3, 1e-2, 1].flatMap((perUnit) => {
    const preference = router.resolvePreference({ willingnessToPayUsd: perUnit });
    return prompts.map((prompt) => {
      embedder.embedInto(embedding, prompt);
      const inputTokens = estimateTokens(prompt);
      const { model } = router.decide({ embedding, inputTokens, willingnessToPayUsd: perUnit });
      assert.equal(router.candidates[router.choose(embedding, inputTokens, preference, choice).index].id, model);
      return model;
    });
  });
}

function timeRequest({ router, embedder, embedding, times }, preference, prompt, counts) {
  const start = performance.now();
  embedder.embedInto(embedding, prompt);
  const embedded = performance.now();
  const inputTokens = estimateTokens(prompt);
  router.choose(embedding, inputTokens, preference, choice);
  const chosen = performance.now();
  router.decide({ embedding, inputTokens, willingnessToPayUsd });
  const decided = performance.now();
  if (!counts) return;
  times.embed.push(embedded - start);
  times.choose.push(chosen - embedded);
  times.request.push(chosen - start);
  times.decide.push(decided - chosen);
}

const contestants = { wasm: contestantOf(wasmBackend()), js: contestantOf(jsBackend) };
const [chosen, ...others] = Object.values(contestants).map(assertChoices);
for (const other of others) assert.deepEqual(other, chosen);
console.log(`${chosen.length} equal choices`);
if (flags.check) process.exit(0);

for (let i = 0; i < warmUp + requests; i++) {
  for (const one of Object.values(contestants)) {
    const preference = one.router.resolvePreference({ willingnessToPayUsd });
    timeRequest(one, preference, prompts[i % prompts.length], i >= warmUp);
  }
}

const quantile = (sorted, share) => round(1000 * sorted[Math.floor(share * (sorted.length - 1))]);
const microseconds = Object.fromEntries(
  Object.entries(contestants).map(([name, { times }]) => {
    const parts = Object.entries(times).map(([part, values]) => {
      const sorted = values.sort((a, b) => a - b);
      return [part, { median: quantile(sorted, 0.5), minimum: quantile(sorted, 0), p99: quantile(sorted, 0.99) }];
    });
    return [name, Object.fromEntries(parts)];
  }),
);
const report = {
  ...setting("node bench/speed/prompt.mjs --publish"),
  requests,
  wordsPerPrompt,
  candidates,
  microseconds,
};
const titles = {
  embed: "embedding the prompt",
  choose: "estimate of tokens, `choose`",
  request: "**both: one request**",
  decide: "`decide`, explained, instead of `choose`",
};
const cells = ({ median, minimum, p99 }) => `${median} | ${minimum} | ${p99}`;
const text = [
  "# One request, from its prompt on",
  "",
  `Made by \`${report.command}\` on Node ${report.node}, ${report.cpu}; do not edit. ${requests} requests on one thread, prompts of`,
  `${wordsPerPrompt} words, ${candidates} candidates, the built-in router and embedder; microseconds.`,
  "",
  "| | WebAssembly: median | minimum | 99 % | JavaScript: median | minimum | 99 % |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...Object.entries(titles).map(
    ([part, title]) => `| ${title} | ${cells(microseconds.wasm[part])} | ${cells(microseconds.js[part])} |`,
  ),
  "",
].join("\n");
console.log(text);
if (flags.publish) {
  writeResult("speed-prompt.json", `${JSON.stringify(report, null, 1)}\n`);
  writeResult("speed-prompt.md", text);
}
