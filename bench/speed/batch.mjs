// Question: how many prompts a second are decided in batches, from embeddings on, on one thread?
//
// The two graphs of request.mjs. R rows at once, the index of the best candidate for each: 11 candidates of 256 dimensions, then more rows, more
// candidates, other widths.
// - onehead: `scoreBatch` on kernels in WebAssembly and in JavaScript, on the calling thread; of many rows also with one and two workers beside it
// - onnxruntime-node: the ONNX export of the same artifact, in chunks of 64, 256 and 1,024 rows, the choice within the graph or made of its
//   predictions in JavaScript, with one thread and with two: the best way of each counts, and is named
// - tfjs wasm in chunks of 256 and 1,024 rows, one thread
// - numpy in chunks of 64, 256 and 1,024 rows, one thread, in a process that takes its turn; left out where there is no Python with numpy
// Before timing all must choose alike but for ties. Rounds in turn, a process for each size; median and best; ratios are to onehead wasm.
//
//   node bench/speed/batch.mjs [--graphs literal,built-in] [--rows 2048] [--rounds 40] [--check] [--publish]
//
// --check only compares the choices, of few rows. --publish writes bench/results/speed-batch.json and speed-batch.md.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { openBatchWorkers } from "@onehead/batch";
import { argmaxReward, jsBackend, linearReward, Router, serializeArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { toOnnx } from "@onehead/onnx";
import * as ort from "onnxruntime-node";
import { openNumpy } from "./rivals/numpy.mjs";
import { openTfjs } from "./rivals/tfjs.mjs";
import { builtInFormArtifact, embeddingsOf, literalArtifact } from "./shared/artifacts.mjs";
import { inOwnProcess } from "./shared/own-process.mjs";
import { round, setting, writeResult } from "./shared/report.mjs";
import { timeInTurn } from "./shared/timing.mjs";

const { values: flags } = parseArgs({
  options: {
    graphs: { type: "string", default: "literal,built-in" },
    rows: { type: "string", default: "2048" },
    rounds: { type: "string", default: "40" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
    // one size of one graph, in a process of its own
    point: { type: "string" },
  },
});
const makers = { literal: literalArtifact, "built-in": builtInFormArtifact };
const usual = { rows: Number(flags.rows), candidates: 11, dimensions: 256 };
// how it grows: rows, candidates, dimensions
const sizes = flags.check
  ? [{ ...usual, rows: 300 }]
  : [
      usual,
      { ...usual, rows: 64 },
      { ...usual, rows: 16 * usual.rows },
      { ...usual, candidates: 100 },
      { ...usual, candidates: 1000, rows: usual.rows / 4 },
      ...[64, 768, 1536].map((dimensions) => ({ ...usual, dimensions })),
    ];
const lambdaUsd = 1e-2;
const preference = { reward: "linear", lambdaUsd };
ort.env.logLevel = "error";

/** Choices (R) of our router. @param count of workers, 0 for the calling thread */
async function openOnehead(artifact, backend, count, embeddings, inputTokens) {
  const router = new Router(artifact, { backend: backend === "wasm" ? wasmBackend() : jsBackend });
  const chosen = new Int32Array(inputTokens.length);
  const workers =
    count === 0 ? undefined : await openBatchWorkers(serializeArtifact(artifact), { workers: count, backend });
  const options = { willingnessToPayUsd: lambdaUsd, workers };
  const run = async () => {
    for await (const { start, index } of router.scoreBatch([{ embeddings, inputTokens }], options)) {
      chosen.set(index, start);
    }
    return chosen;
  };
  const name = `onehead ${backend}${count === 0 ? "" : `, ${count} worker${count > 1 ? "s" : ""}`}`;
  return { name, waits: true, run, way: "scoreBatch", close: () => workers?.close() };
}

/** Choices (R) of onnxruntime-node, made in the graph or from its predictions; feeds are views of the embeddings, made once. */
async function openSession(artifact, threads, chunk, decides, embeddings, inputTokens) {
  const D = artifact.manifest.embedder.dimensions;
  const rows = inputTokens.length;
  const N = artifact.manifest.candidates.length;
  const { bytes } = toOnnx(artifact, { preference: decides ? preference : null });
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
  });
  const feeds = [];
  for (let start = 0; start < rows; start += chunk) {
    const end = Math.min(rows, start + chunk);
    feeds.push({
      embedding: new ort.Tensor("float32", embeddings.subarray(start * D, end * D), [end - start, D]),
      input_tokens: new ort.Tensor("float32", inputTokens.subarray(start, end), [end - start]),
    });
  }
  const chosen = new Int32Array(rows);
  const run = async () => {
    let at = 0;
    for (const feed of feeds) {
      if (decides) {
        const { choice } = await session.run(feed, ["choice"]);
        for (const index of choice.data) chosen[at++] = Number(index);
        continue;
      }
      const { quality, cost_usd: costUsd } = await session.run(feed, ["quality", "cost_usd"]);
      for (let start = 0; start < quality.data.length; start += N) {
        chosen[at++] = argmaxReward(preference, quality.data, costUsd.data, N, null, start);
      }
    }
    return chosen;
  };
  const name = `onnxruntime-node, ${threads} thread${threads > 1 ? "s" : ""}`;
  return {
    name,
    waits: true,
    run,
    way: `chunks of ${chunk}, choice in ${decides ? "the graph" : "JavaScript"}`,
    close: () => session.release(),
  };
}

async function openTfjsRows(artifact, chunk, embeddings, inputTokens) {
  const D = artifact.manifest.embedder.dimensions;
  const rows = inputTokens.length;
  const { name, enter, chooseRows } = await openTfjs(artifact, lambdaUsd, "wasm");
  const chosen = new Int32Array(rows);
  const run = () => {
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      chosen.set(chooseRows(embeddings.subarray(start * D, end * D), inputTokens.subarray(start, end)), start);
    }
    return chosen;
  };
  return { name, enter, run, way: `chunks of ${chunk}` };
}

const chunksOf = (chunks, rows) => chunks.filter((_, i) => i === 0 || chunks[i - 1] < rows);

async function openContestants(artifact, embeddings, inputTokens) {
  const rows = inputTokens.length;
  const given = [embeddings, inputTokens];
  const contestants = [
    await openOnehead(artifact, "wasm", 0, ...given),
    await openOnehead(artifact, "js", 0, ...given),
  ];
  // a worker has blocks of 1,024 rows
  for (const count of rows < 16_384 ? [] : [1, 2])
    contestants.push(await openOnehead(artifact, "wasm", count, ...given));
  for (const threads of [1, 2]) {
    for (const chunk of chunksOf([64, 256, 1024], rows)) {
      for (const decides of [true, false]) {
        contestants.push(await openSession(artifact, threads, chunk, decides, ...given));
      }
    }
  }
  for (const chunk of chunksOf([256, 1024], rows)) contestants.push(await openTfjsRows(artifact, chunk, ...given));
  const numpy = await openNumpy(artifact, lambdaUsd, ...given);
  if (numpy === null) console.error("numpy is left out: there is no python3 that has it");
  else {
    const name = `numpy ${numpy.numpy}`;
    for (const chunk of chunksOf([64, 256, 1024], rows)) {
      const chosen = () => numpy.chosen(chunk);
      contestants.push({ name, waits: true, run: () => numpy.run(chunk), chosen, way: `chunks of ${chunk}` });
    }
    contestants.at(-1).close = numpy.close;
  }
  return contestants;
}

async function assertEqualChoices(artifact, contestants, embeddings, inputTokens) {
  const N = artifact.manifest.candidates.length;
  const { quality, costUsd } = new Router(artifact).predictBatch(embeddings, inputTokens);
  const rewardOf = (at) => linearReward(quality[at], costUsd[at], lambdaUsd);
  const best = Array.from(inputTokens, (_, r) => argmaxReward(preference, quality, costUsd, N, null, r * N));
  assert(new Set(best).size > 1, "the prompts tell nothing: all go to one candidate");
  for (const { name, way, enter, run, chosen } of contestants) {
    enter?.();
    const found = await (chosen ?? run)();
    for (let r = 0; r < best.length; r++) {
      if (found[r] === best[r]) continue;
      const lost = rewardOf(r * N + best[r]) - rewardOf(r * N + Number(found[r]));
      assert(lost < 1e-5, `${name}, ${way}: row ${r}: chose ${found[r]}, expected ${best[r]}`);
    }
  }
}

/** One row a contestant: its best way. */
function summaryOf(contestants, times, rows) {
  const best = new Map();
  contestants.forEach(({ name, way }, i) => {
    const time = times.get(String(i));
    if (best.has(name) && best.get(name).median <= time.median) return;
    best.set(name, { ...time, way });
  });
  const ours = best.get("onehead wasm");
  return [...best].map(([name, { median, minimum, samples, way }]) => ({
    name,
    way,
    rowsPerSecond: round((1e6 * rows) / median),
    rowsPerSecondAtBest: round((1e6 * rows) / minimum),
    ofOurs: round(ours.median / median),
    ofOursAtBest: round(ours.minimum / minimum),
    samples,
  }));
}

async function runPoint({ graph, rows, candidates, dimensions }) {
  const artifact = makers[graph](candidates, dimensions);
  const embeddings = new Float32Array(rows * dimensions);
  embeddingsOf(rows, dimensions).forEach((own, r) => {
    embeddings.set(own, r * dimensions);
  });
  const inputTokens = Float32Array.from({ length: rows }, (_, r) => 50 + (r % 500));
  const contestants = await openContestants(artifact, embeddings, inputTokens);
  await assertEqualChoices(artifact, contestants, embeddings, inputTokens);
  let summary = [];
  if (!flags.check) {
    // the same name for every way: told apart by their places
    const timed = contestants.map(({ enter, waits, run }, i) => ({ name: String(i), enter, waits, call: run }));
    const times = await timeInTurn(timed, { rounds: Number(flags.rounds), sampleMs: 3, mostMs: 2000, warmUpMs: 100 });
    summary = summaryOf(contestants, times, rows);
  }
  for (const { close } of contestants) await close?.();
  return summary;
}

if (flags.point !== undefined) {
  console.log(JSON.stringify(await runPoint(JSON.parse(flags.point))));
  // threads of the runtimes would keep the process
  process.exit(0);
}
const results = [];
for (const graph of flags.graphs.split(",")) {
  if (!Object.hasOwn(makers, graph)) throw new Error(`${graph}: expected ${Object.keys(makers).join(" or ")}`);
  for (const size of sizes) {
    const contestants = inOwnProcess({ graph, ...size });
    const { rows, candidates, dimensions } = size;
    console.log(`${graph}, ${rows} rows, ${candidates} candidates, ${dimensions} dimensions: equal choices`);
    if (flags.check) continue;
    results.push({ graph, ...size, contestants });
    console.log(tableOf(contestants));
  }
}
if (flags.publish && results.length > 0) {
  const report = { ...setting("node bench/speed/batch.mjs --publish"), rounds: Number(flags.rounds), results };
  writeResult("speed-batch.json", `${JSON.stringify(report, null, 1)}\n`);
  writeResult("speed-batch.md", pageOf(report));
}

function tableOf(contestants) {
  const thousands = (perSecond) => round(perSecond / 1000);
  return [
    "| | thousand rows/s | at best | of ours | at best |",
    "| --- | --- | --- | --- | --- |",
    ...contestants.map(({ name, way, rowsPerSecond, rowsPerSecondAtBest, ofOurs, ofOursAtBest }) => {
      return `| ${name} (${way}) | ${thousands(rowsPerSecond)} | ${thousands(rowsPerSecondAtBest)} | ${ofOurs}× | ${ofOursAtBest}× |`;
    }),
    "",
  ].join("\n");
}

function pageOf({ command, node, cpu, results: all }) {
  const titles = { literal: "attention over the models", "built-in": "the built-in router's form" };
  return [
    "# Decisions in batches, from embeddings on",
    "",
    `Made by \`${command}\` on Node ${node}, ${cpu}; do not edit. What is compared, and how, stands at the top of that file. Ratios: rows a second over`,
    "those of `onehead wasm`, of medians and of the best samples.",
    "",
    ...all.flatMap(({ graph, rows, candidates, dimensions, contestants }) => [
      `## ${titles[graph]}: ${rows.toLocaleString("en")} rows, ${candidates.toLocaleString("en")} candidates, ${dimensions.toLocaleString("en")} dimensions`,
      "",
      tableOf(contestants),
    ]),
  ].join("\n");
}
