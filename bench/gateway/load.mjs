// What does the gateway cost a request, and how many does it carry? Against calling the provider directly and against Portkey's gateway, each
// a process of its own on this machine, one fake provider for all, rounds interleaved, answers compared before anything is timed.
//   node bench/gateway/load.mjs [--rounds 5] [--seconds 5]
// writes bench/results/gateway-load.json. Generator, provider and gateway share the processors.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startOnehead, startPortkey, startUpstream } from "./load/servers.mjs";
import { chatBody, latencies, median, processUse, quantile, target, throughput } from "./load/traffic.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "5" } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const concurrency = 32;
const round = (value, digits = 3) => Number(value.toPrecision(digits));

const upstream = await startUpstream();
const slowUpstream = await startUpstream(100);
const onehead = await startOnehead(upstream.url);
const streaming = await startOnehead(slowUpstream.url);
const portkey = await startPortkey(upstream.url);
try {
  const targets = {
    direct: target("direct", upstream, 256),
    onehead: target("onehead", onehead, 256),
    portkey: target("portkey", portkey, 256),
  };
  await assertEqualAnswers(targets);
  for (const one of Object.values(targets)) await throughput(one, concurrency, 8);

  const perSecond = { direct: [], onehead: [], portkey: [] };
  const cpuMs = { onehead: [], portkey: [] };
  const pids = { onehead: onehead.pid, portkey: portkey.pid };
  for (let i = 0; i < rounds; i++) {
    for (const [name, one] of Object.entries(targets)) {
      const before = pids[name] === undefined ? null : processUse(pids[name]);
      const rate = await throughput(one, concurrency, seconds);
      perSecond[name].push(rate);
      if (before !== null) cpuMs[name].push((processUse(pids[name]).cpuMs - before.cpuMs) / (rate * seconds));
      console.error(`round ${i + 1} of ${rounds}: ${name}: ${Math.round(rate)} per second`);
    }
  }

  const half = median(perSecond.onehead) / 2;
  const over = { p50: [], p99: [] };
  const seen = { direct: [], onehead: [] };
  const parts = await overheadParts(onehead.url);
  for (let i = 0; i < rounds; i++) {
    const direct = await latencies(targets.direct, half, seconds);
    const through = await latencies(targets.onehead, half, seconds);
    seen.direct.push(direct);
    seen.onehead.push(through);
    over.p50.push(quantile(through, 0.5) - quantile(direct, 0.5));
    over.p99.push(quantile(through, 0.99) - quantile(direct, 0.99));
    console.error(
      `half load ${i + 1} of ${rounds}: +${over.p50.at(-1).toFixed(2)} ms p50, +${over.p99.at(-1).toFixed(2)} ms p99`,
    );
  }
  const shares = partsBetween(parts, await overheadParts(onehead.url));
  const streams = await manyStreams(target("streams", streaming, 1_000), 1_000, streaming.pid);

  const report = {
    command: "node bench/gateway/load.mjs",
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    rounds,
    secondsEach: seconds,
    concurrency,
    throughputPerSecond: Object.fromEntries(
      Object.entries(perSecond).map(([name, rates]) => [
        name,
        { median: round(median(rates)), most: round(Math.max(...rates)) },
      ]),
    ),
    timesPortkey: round(median(perSecond.onehead) / median(perSecond.portkey)),
    processorMsPerRequest: Object.fromEntries(Object.entries(cpuMs).map(([name, used]) => [name, round(median(used))])),
    atHalfLoad: {
      perSecond: round(half),
      addedMs: {
        p50: { median: round(median(over.p50)), least: round(Math.min(...over.p50)) },
        p99: { median: round(median(over.p99)), least: round(Math.min(...over.p99)) },
      },
      directMs: spread(seen.direct),
      throughOneheadMs: spread(seen.onehead),
      untilSentMs: shares,
    },
    streams,
  };
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("gateway-load.json", folder), `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
  for (const one of Object.values(targets)) await one.close();
} finally {
  portkey.stop();
  await onehead.stop();
  await streaming.stop();
  upstream.stop();
  slowUpstream.stop();
}

/** The same text and usage from all three; streamed from two: Portkey's, as npm installs it today, answers a stream with a 500. */
async function assertEqualAnswers(targets) {
  for (const stream of [false, true]) {
    const texts = [];
    const streaming = [targets.direct, targets.onehead];
    for (const one of stream ? streaming : Object.values(targets))
      texts.push(contentOf(await one.send(chatBody(stream)), stream));
    if (new Set(texts).size !== 1) throw new Error(`the answers differ: ${JSON.stringify(texts)}`);
  }
}

function contentOf(text, stream) {
  if (!stream) {
    const { choices, usage } = JSON.parse(text);
    return `${choices[0].message.content} ${usage.total_tokens}`;
  }
  const events = text.split("\n\n").filter((event) => event.startsWith("data: {"));
  return events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? "").join("");
}

function spread(rounds) {
  const all = rounds.flat().sort((a, b) => a - b);
  return { p50: round(quantile(all, 0.5)), p90: round(quantile(all, 0.9)), p99: round(quantile(all, 0.99)) };
}

/** Sums and counts of the gateway's own histogram of what passes until something is sent. */
async function overheadParts(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name, part) =>
    Number(new RegExp(`^onehead_overhead_seconds_${name}\\{part="${part}"\\} (\\S+)`, "m").exec(text)?.[1] ?? 0);
  return Object.fromEntries(
    ["all", "embed", "route"].map((part) => [part, { sum: value("sum", part), count: value("count", part) }]),
  );
}

function partsBetween(before, after) {
  const mean = (part) => (1000 * (after[part].sum - before[part].sum)) / (after[part].count - before[part].count);
  return { all: round(mean("all")), embedding: round(mean("embed")), decision: round(mean("route")) };
}

/** Streams that are open at once, of two and a half seconds each. */
async function manyStreams(one, count, pid) {
  const before = processUse(pid);
  const startMs = performance.now();
  const firsts = await Promise.all(
    Array.from({ length: count }, () => one.send(chatBody(true)).then((text) => text.includes("[DONE]"))),
  );
  const tookMs = performance.now() - startMs;
  const after = processUse(pid);
  await one.close();
  return {
    atOnce: count,
    whole: firsts.filter(Boolean).length,
    tookMs: Math.round(tookMs),
    processorMsPerStream: round((after.cpuMs - before.cpuMs) / count),
    memoryMiB: { before: Math.round(before.rssMiB), after: Math.round(after.rssMiB) },
  };
}
