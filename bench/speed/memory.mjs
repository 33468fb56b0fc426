// Question: does memory stay flat over millions of requests, and is a router's memory given back with it?
//
// - requests: `choose` over 64 embeddings in turn, 11 candidates at 64 dimensions, on each graph of request.mjs and both kinds of kernels, a process
//   each, side by side. After every tenth of the requests: garbage collections since the last, the heap in use, all memory that the process holds
// - routers: opened, asked once and dropped, one after the other: all memory of the process after every tenth of them, collected before
//
//   node bench/speed/memory.mjs [--requests 10000000] [--routers 1000] [--check] [--publish]
//
// --check asks less, and fails where memory grows. --publish writes bench/results/speed-memory.json and speed-memory.md.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import v8 from "node:v8";
import vm from "node:vm";
import { jsBackend, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { builtInFormArtifact, embeddingsOf, literalArtifact } from "./shared/artifacts.mjs";
import { round, setting, writeResult } from "./shared/report.mjs";

const { values: flags } = parseArgs({
  options: {
    requests: { type: "string" },
    routers: { type: "string" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
    // one measurement, in a process of its own
    point: { type: "string" },
  },
});
const requests = Number(flags.requests ?? (flags.check ? 200_000 : 10_000_000));
const routers = Number(flags.routers ?? (flags.check ? 100 : 1000));
const parts = 10;
const [candidates, dimensions, prompts, inputTokens] = [11, 64, 64, 200];
const makers = { literal: literalArtifact, "built-in": builtInFormArtifact };
const backends = { wasm: wasmBackend, js: () => jsBackend };
// a collector that runs in turns leaves so much behind, now and then
const mostGrowthMiB = 16;

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");
const memory = () => {
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMiB: heapUsed / 2 ** 20, processMiB: rss / 2 ** 20 };
};

/** What `work(count)` leaves behind, a tenth at a time. */
async function inParts(count, work) {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  const found = [];
  for (let part = 0; part < parts; part++) {
    await work(count / parts);
    // entries come a turn later
    await sleep(20);
    found.push({ done: (count / parts) * (part + 1), collections, ...memory() });
    collections = 0;
  }
  observer.disconnect();
  return found;
}

async function measure({ what, graph, kernels }) {
  const artifact = makers[graph](candidates, dimensions);
  const embeddings = embeddingsOf(prompts, dimensions);
  const out = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
  const preference = { reward: "linear", lambdaUsd: 0.01 };
  const choose = (router, count) => {
    for (let i = 0; i < count; i++) router.choose(embeddings[i % prompts], inputTokens, preference, out);
  };
  const open = () => new Router(artifact, { backend: backends[kernels]() });
  if (what === "requests") {
    const router = open();
    assert.equal(router.backend, kernels);
    // until its code is compiled
    choose(router, 20_000);
    collect();
    return inParts(requests, (count) => choose(router, count));
  }
  const openMany = async (count) => {
    for (let i = 0; i < count; i++) {
      choose(open(), 1);
      // memories in WebAssembly are given back between tasks
      if (i % 10 === 0) await sleep(0);
    }
    collect();
    await sleep(10);
    collect();
  };
  await openMany(20);
  return inParts(routers, openMany);
}

if (flags.point !== undefined) {
  console.log(JSON.stringify(await measure(JSON.parse(flags.point))));
  process.exit(0);
}

const points = ["requests", "routers"].flatMap((what) =>
  Object.keys(makers).flatMap((graph) => Object.keys(backends).map((kernels) => ({ what, graph, kernels }))),
);
/** In a process of its own: nothing that another one has left behind is counted. */
async function measureApart(point) {
  const args = [...process.argv.slice(1), "--point", JSON.stringify(point)];
  const found = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
  // memory that was freed is kept by the process up to a level, which it reaches in the first half
  const [middle, last] = [found[parts / 2 - 1], found.at(-1)];
  const growth = last.processMiB - middle.processMiB;
  const name = `${point.what}, ${point.graph}, ${point.kernels}`;
  assert(growth < mostGrowthMiB, `${name}: grew by ${round(growth)} MiB`);
  if (point.what === "requests") {
    const collections = found.reduce((sum, part) => sum + part.collections, 0);
    assert(collections < 5 * Math.max(1, requests / 1e6), `${name}: ${collections} collections`);
  }
  console.log(`${name}: flat, ${round(middle.processMiB)} MiB half-way, ${round(last.processMiB)} at the end`);
  return {
    ...point,
    parts: found.map((part) => ({ ...part, heapMiB: round(part.heapMiB), processMiB: round(part.processMiB) })),
  };
}

const results = [];
const waiting = [...points.keys()];
async function measureWaiting() {
  for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) results[i] = await measureApart(points[i]);
}
await Promise.all(Array.from({ length: availableParallelism() }, measureWaiting));

if (flags.publish) {
  const command = "node bench/speed/memory.mjs --publish";
  const rows = results.map(({ what, graph, kernels, parts }) => {
    const [middle, last] = [parts[parts.length / 2 - 1], parts.at(-1)];
    const highest = Math.max(...parts.map(({ processMiB }) => processMiB));
    const collections = what === "requests" ? parts.reduce((sum, part) => sum + part.collections, 0) : "";
    const cells = [
      `${last.done.toLocaleString("en")} ${what}`,
      graph,
      kernels,
      collections,
      middle.heapMiB,
      last.heapMiB,
      middle.processMiB,
      highest,
      last.processMiB,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const { node, cpu } = setting(command);
  writeResult("speed-memory.json", `${JSON.stringify({ ...setting(command), results }, null, 2)}\n`);
  writeResult(
    "speed-memory.md",
    [
      "# Memory over millions of requests",
      "",
      `Made by \`${command}\` on Node ${node}, ${cpu}; do not edit. What is measured, and how, stands at the top of that file. MiB.`,
      "",
      "| | graph | kernels | collections | heap, half-way | at the end | process, half-way | highest | at the end |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  );
}
