// Question: what does one routing decision cost, the embedding of its prompt excluded, beside what else can compute it?
//
// Two graphs: "literal" attends over the N models (key 64, two heads of 128, one member), "built-in" is the built-in router's form at its sizes (two
// low-rank networks, 384 anchors, 87 clusters); random weights. N candidates at 256 dimensions, then 11 candidates at other widths.
// From an embedding to the index of the best candidate:
// - onehead: `choose` on its kernels in WebAssembly, and on those in JavaScript
// - onnxruntime-node: the ONNX export of the same artifact; with one thread or two, the choice within the graph or made of its predictions in
//   JavaScript: the best of the four counts, and is named
// - onnxruntime-web: the same export, one thread
// - tfjs wasm and cpu, ml-matrix: the same folded graph in their own words
// - idiomatic number[][]: the equations as a good programmer writes them, nothing folded
// and, for scale, what computes something else: brute-force kNN over 30,000 rows, RouteLLM's matrix factorisation without its embedding.
// Before timing, all contestants on a graph must choose alike for 64 prompts at three λ, but for ties, with the same quality. Then rounds
// of short samples in turn, in one process for each size; median and minimum. Ratios are to onehead wasm, of minima too.
//
//   node bench/speed/request.mjs [--graphs literal,built-in] [--candidates 11,100,1000,10000] [--dimensions 64,256,384,768,1536]
//                                [--rounds 60] [--check] [--publish]
//
// --check only compares the choices, at small sizes. --publish writes bench/results/speed-request.json and speed-request.md.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { argmaxReward, linearReward, Router } from "@onehead/core";
import * as ortNode from "onnxruntime-node";
import * as ortWeb from "onnxruntime-web";
import { openIdiomatic } from "./rivals/idiomatic.mjs";
import { openMlMatrix } from "./rivals/ml-matrix.mjs";
import { openOnehead } from "./rivals/onehead.mjs";
import { openOnnxRuntime } from "./rivals/onnxruntime.mjs";
import { openFactors, openKnn } from "./rivals/other-methods.mjs";
import { openTfjs } from "./rivals/tfjs.mjs";
import { builtInFormArtifact, embeddingsOf, literalArtifact } from "./shared/artifacts.mjs";
import { inOwnProcess } from "./shared/own-process.mjs";
import { numbersOf, round, setting, writeResult } from "./shared/report.mjs";
import { timeInTurn } from "./shared/timing.mjs";

const { values: flags } = parseArgs({
  options: {
    graphs: { type: "string", default: "literal,built-in" },
    candidates: { type: "string" },
    dimensions: { type: "string" },
    rounds: { type: "string", default: "60" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
    // one size of one graph, in a process of its own
    point: { type: "string" },
  },
});
const makers = { literal: literalArtifact, "built-in": builtInFormArtifact };
const usualDimensions = 256;
const fewestCandidates = 11;
const sizes = [
  ...numbersOf(flags.candidates ?? (flags.check ? "100" : "11,100,1000,10000")).map((N) => [N, usualDimensions]),
  ...numbersOf(flags.dimensions ?? (flags.check ? "64" : "64,256,384,768,1536"))
    .filter((D) => D !== usualDimensions)
    .map((D) => [fewestCandidates, D]),
];
const prompts = 64;
const inputTokens = 200;
const lambdaUsd = 1e-2;
// scores of that many rows by more candidates than this take more memory than they tell
const mostOfKnn = 100;

ortWeb.env.wasm.numThreads = 1;
ortWeb.env.logLevel = ortNode.env.logLevel = "error";

async function openContestants(artifact, lambda) {
  const contestants = [
    openOnehead(artifact, lambda, "wasm"),
    openOnehead(artifact, lambda, "js"),
    ...(await openSessions(artifact, lambda)),
    await openOnnxRuntime(ortWeb, "onnxruntime-web", artifact, lambda, { executionProviders: ["wasm"] }, true),
    await openTfjs(artifact, lambda, "wasm"),
    await openTfjs(artifact, lambda, "cpu"),
    openMlMatrix(artifact, lambda),
    openIdiomatic(artifact, lambda),
  ];
  assert(
    contestants.every((contestant) => contestant !== null),
    "this runtime has no WebAssembly with vectors",
  );
  return contestants;
}

/** onnxruntime-node with one thread and two, deciding within the graph and after it. */
async function openSessions(artifact, lambda) {
  const ways = [1, 2].flatMap((threads) => [true, false].map((decides) => ({ threads, decides })));
  return Promise.all(
    ways.map(async ({ threads, decides }) => {
      const name = `onnxruntime-node, ${threads} thread${threads > 1 ? "s" : ""}, choice in ${decides ? "the graph" : "JavaScript"}`;
      return openOnnxRuntime(ortNode, name, artifact, lambda, { intraOpNumThreads: threads }, decides);
    }),
  );
}

/** All choose as the js backend does, but for candidates whose rewards tie. */
async function assertEqualChoices(artifact, embeddings) {
  const N = artifact.manifest.candidates.length;
  const router = new Router(artifact);
  let different = 0;
  const chosen = new Set();
  for (const lambda of [1e-3, 1e-2, 1e-1]) {
    const contestants = await openContestants(artifact, lambda);
    for (const embedding of embeddings) {
      const { quality, costUsd } = router.predictBatch(embedding, [inputTokens]);
      const best = argmaxReward({ reward: "linear", lambdaUsd: lambda }, quality, costUsd, N);
      chosen.add(best);
      const rewardOf = (n) => linearReward(quality[n], costUsd[n], lambda);
      for (const { name, enter, choose } of contestants) {
        enter?.();
        const choice = await choose(embedding, inputTokens);
        assert(
          Math.abs(choice.quality - quality[choice.index]) < 1e-4,
          `${name}: quality ${choice.quality}, expected ${quality[choice.index]}`,
        );
        if (choice.index === best) continue;
        different++;
        assert(rewardOf(best) - rewardOf(choice.index) < 1e-5, `${name}: chose ${choice.index}, expected ${best}`);
      }
    }
    for (const { close } of contestants) await close?.();
  }
  assert(chosen.size > 1, "the prompts tell nothing: nearly all go to one candidate");
  return different;
}

async function timeAll(artifact, embeddings) {
  const N = artifact.manifest.candidates.length;
  const others = [...(N <= mostOfKnn ? [openKnn(artifact, lambdaUsd)] : []), openFactors(artifact, lambdaUsd)];
  const contestants = [...(await openContestants(artifact, lambdaUsd)), ...others];
  let next = 0;
  const timed = contestants.map(({ name, enter, waits, call, choose }) => {
    const run = call ?? choose;
    return { name, enter, waits, call: () => run(embeddings[next++ % embeddings.length], inputTokens) };
  });
  const times = await timeInTurn(timed, { rounds: Number(flags.rounds) });
  for (const { close } of contestants) await close?.();
  return bestOfSessions(times);
}

/** One row for onnxruntime-node: the quickest of its ways. */
function bestOfSessions(times) {
  const sessions = [...times]
    .filter(([name]) => name.startsWith("onnxruntime-node"))
    .sort(([, a], [, b]) => a.median - b.median);
  const rest = [...times].filter(([name]) => !name.startsWith("onnxruntime-node"));
  const [name, best] = sessions[0];
  const rows = [
    ...rest.slice(0, 2),
    ["onnxruntime-node", { ...best, way: name.replace("onnxruntime-node, ", "") }],
    ...rest.slice(2),
  ];
  const ours = rest[0][1];
  return rows.map(([name, { median, minimum, ...more }]) => ({
    name,
    medianUs: round(median),
    minimumUs: round(minimum),
    timesOurs: round(median / ours.median),
    timesOursAtBest: round(minimum / ours.minimum),
    ...more,
  }));
}

async function runPoint({ graph, candidates, dimensions }) {
  const artifact = makers[graph](candidates, dimensions);
  const embeddings = embeddingsOf(prompts, dimensions);
  // the slowest take a second for one request
  const compared = candidates > 1000 ? 2 : flags.check || candidates > 100 ? 16 : prompts;
  const ties = await assertEqualChoices(artifact, embeddings.slice(0, compared));
  return { ties, contestants: flags.check ? [] : await timeAll(artifact, embeddings) };
}

if (flags.point !== undefined) {
  console.log(JSON.stringify(await runPoint(JSON.parse(flags.point))));
  // threads of the runtimes would keep the process
  process.exit(0);
}
const results = [];
for (const graph of flags.graphs.split(",")) {
  if (!Object.hasOwn(makers, graph)) throw new Error(`${graph}: expected ${Object.keys(makers).join(" or ")}`);
  for (const [candidates, dimensions] of sizes) {
    const point = { graph, candidates, dimensions };
    const { ties, contestants } = inOwnProcess(point);
    console.log(
      `${graph}, ${candidates} candidates, ${dimensions} dimensions: equal choices (${ties} ties taken otherwise)`,
    );
    if (flags.check) continue;
    results.push({ ...point, contestants });
    console.log(tableOf(contestants));
  }
}
if (flags.publish && results.length > 0) {
  const report = { ...setting("node bench/speed/request.mjs --publish"), rounds: Number(flags.rounds), results };
  writeResult("speed-request.json", `${JSON.stringify(report, null, 1)}\n`);
  writeResult("speed-request.md", pageOf(report));
}

function tableOf(contestants) {
  return [
    "| | median µs | minimum µs | of medians | of minima |",
    "| --- | --- | --- | --- | --- |",
    ...contestants.map(({ name, medianUs, minimumUs, timesOurs, timesOursAtBest, way }) => {
      const title = way === undefined ? name : `${name} (${way})`;
      return `| ${title} | ${medianUs} | ${minimumUs} | ${timesOurs}× | ${timesOursAtBest}× |`;
    }),
    "",
  ].join("\n");
}

function pageOf({ command, node, cpu, results: all }) {
  const titles = { literal: "attention over the models", "built-in": "the built-in router's form" };
  return [
    "# One decision, from an embedding on",
    "",
    `Made by \`${command}\` on Node ${node}, ${cpu}; do not edit. What is compared, and how, stands at the top of that file. Ratios: how many times as long`,
    "as `onehead wasm` it takes, of medians and of minima.",
    "",
    ...all.flatMap(({ graph, candidates, dimensions, contestants }) => [
      `## ${titles[graph]}: ${candidates.toLocaleString("en")} candidates, ${dimensions.toLocaleString("en")} dimensions`,
      "",
      tableOf(contestants),
    ]),
  ].join("\n");
}
