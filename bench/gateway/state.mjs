// Question: does writing the log of a gateway hold up its requests? 2,000 calls a second come in at random moments, are opened and,
// 20 ms later, settled, for 30 s; measured are how long a request waits for its `open`, how late the event loop runs, and how long
// the write-ahead log gets. The loop spins between calls, since timers would bring them in bursts of a millisecond. Then as many as
// 64 callers can: calls per second. Every call has a ranking of 11 candidates, as a routed one has.
//
// run: pnpm build && node bench/gateway/state.mjs

import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openSqliteState } from "@onehead/serve/node";

const callsPerSecond = 2_000;
const seconds = Number(process.env.ONEHEAD_SECONDS ?? 30);
const settleAfterMs = 20;
const callers = 64;

const folder = mkdtempSync(join(process.env.ONEHEAD_BENCH_FOLDER ?? tmpdir(), "onehead-state-"));
const path = join(folder, "onehead.db");
const state = await openSqliteState({ path });

const models = Array.from({ length: 11 }, (_, i) => `provider-${i % 4}/model-${i}`);

function openedCall() {
  const model = models[Math.floor(Math.random() * models.length)];
  return {
    id: randomUUID(),
    requestId: `req_${randomUUID()}`,
    timeMs: Date.now(),
    surface: "chat-completions",
    streamed: true,
    requestedModel: "auto",
    routed: true,
    model,
    provider: "provider",
    preference: { willingnessToPayUsd: 0.01, allowed: models },
    ranking: models.map((name) => ({
      model: name,
      predictedQuality: Math.random(),
      predictedCostUsd: Math.random() / 100,
      uncertainty: Math.random(),
      reward: Math.random(),
      profile: "measured",
    })),
    excluded: [],
    conversationId: randomUUID(),
    inputTokens: 120,
    familiarity: 0.8,
    propensity: null,
    predictedQuality: 0.7,
    predictedCostUsd: 0.002,
    bestModel: models[0],
    bestPredictedCostUsd: 0.02,
    atMostUsd: 0.01,
    overheadUs: 300,
    embedUs: 100,
    routeUs: 30,
    owner: null,
  };
}

function settledCall({ id, model, provider }) {
  return {
    id,
    status: "answered",
    model,
    provider,
    tries: [{ model, outcome: "answered", elapsedMs: 20, costUsd: 0.002 }],
    costUsd: 0.002,
    unresolvedTries: 0,
    unresolvedAtMostUsd: null,
    usage: { inputTokens: 120, cachedInputTokens: 0, outputTokens: 90, reasoningTokens: null },
    estimated: false,
    cached: false,
    firstContentMs: 10,
    latencyMs: 20,
    errorCode: null,
    httpStatus: 200,
    responseId: `resp_${id}`,
  };
}

function quantiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (q) => round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

const round = (value) => Number(value.toPrecision(3));

/** Opens and settles at a steady rate. */
async function steady() {
  const openMs = [];
  const settleMs = [];
  const answered = [];
  let under = 0;
  const open = async () => {
    under++;
    const call = openedCall();
    const startMs = performance.now();
    await state.open(call);
    const openedMs = performance.now();
    openMs.push(openedMs - startMs);
    answered.push({ call, dueMs: openedMs + settleAfterMs });
  };
  const settle = async (call) => {
    const settled = settledCall(call);
    const startMs = performance.now();
    await state.settle(settled);
    settleMs.push(performance.now() - startMs);
    under--;
  };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let walBytes = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  for (let nextMs = startMs, turn = 0; performance.now() < endMs || under > 0; turn++) {
    const nowMs = performance.now();
    // Poisson arrivals
    for (; nextMs <= Math.min(nowMs, endMs); nextMs += (-Math.log(1 - Math.random()) * 1_000) / callsPerSecond) open();
    while (answered.length > 0 && answered[0].dueMs <= nowMs) settle(answered.shift().call);
    if (turn % 4_096 === 0) walBytes = Math.max(walBytes, statSync(`${path}-wal`).size);
    await nextTurn();
  }
  delay.disable();
  return {
    callsPerSecond: round(openMs.length / seconds),
    openMs: quantiles(openMs),
    settleMs: quantiles(settleMs),
    // the histogram counts its own period of 1 ms as well
    loopDelayMs: {
      p50: round(delay.percentile(50) / 1e6),
      p99: round(delay.percentile(99) / 1e6),
      p999: round(delay.percentile(99.9) / 1e6),
      max: round(delay.max / 1e6),
    },
    longestWalMiB: round(walBytes / 2 ** 20),
  };
}

/** Settled calls per second with so many callers, each of which goes on when its write is on disk. */
async function saturated() {
  let settled = 0;
  const startMs = performance.now();
  const caller = async () => {
    while (performance.now() - startMs < 5_000) {
      const call = openedCall();
      await state.open(call);
      await state.settle(settledCall(call));
      settled++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { callers, settledPerSecond: round(settled / 5) };
}

/** What the page asks for: 30 days of sums, and the newest calls. */
async function reads() {
  const ms = async (read) => {
    const times = [];
    for (let i = 0; i < 50; i++) {
      const startMs = performance.now();
      await read();
      times.push(performance.now() - startMs);
    }
    return quantiles(times);
  };
  const toMs = Date.now() + 3_600_000;
  const range = { fromMs: toMs - 30 * 86_400_000, toMs, bucketMs: 86_400_000 };
  return {
    pageOf50Ms: await ms(() => state.calls({}, { limit: 50 })),
    pageOfFailedMs: await ms(() => state.calls({ status: "failed" }, { limit: 50 })),
    usageOf30DaysMs: await ms(() => state.usage(range)),
  };
}

const report = {
  node: process.version,
  cpu: `${cpus()[0].model} × ${cpus().length}`,
  // what else the machine was doing
  loadAverageBefore: round(loadavg()[0]),
  steady: await steady(),
  saturated: await saturated(),
  reads: await reads(),
};
const closing = performance.now();
await state.close();
report.closeMs = round(performance.now() - closing);
report.databaseMiB = round(statSync(path).size / 2 ** 20);
rmSync(folder, { recursive: true });
console.log(JSON.stringify(report, null, 2));
if (process.env.ONEHEAD_SECONDS === undefined)
  writeFileSync(new URL("../results/gateway-state.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
