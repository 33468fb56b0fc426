// What does the gateway cost a request, and how many does it carry? Against calling the provider directly, against Portkey's gateway and
// against a proxy that only passes on, each a process of its own on this machine, one fake provider for all, rounds interleaved, answers
// compared before anything is timed. What is added at half load is measured at half of each one's own capacity; beside it what the bare
// proxy adds at Onehead's rate, and Onehead at a hundred a second.
//   node bench/gateway/load.mjs [--rounds 5] [--seconds 5]
// writes bench/results/gateway-load.json. Generator, provider and gateway share the processors.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startOnehead, startPortkey, startProxy, startUpstream } from "./load/servers.mjs";
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
const proxy = await startProxy(upstream.url);
try {
  const targets = {
    direct: target("direct", upstream, 256),
    onehead: target("onehead", onehead, 256),
    portkey: target("portkey", portkey, 256),
    proxy: target("proxy", proxy, 256),
  };
  await assertEqualAnswers(targets);
  for (const one of Object.values(targets)) await throughput(one, concurrency, 8);

  const pids = { onehead: onehead.pid, portkey: portkey.pid, proxy: proxy.pid };
  const perSecond = perName(targets);
  const cpuMs = perName(pids);
  for (let i = 0; i < rounds; i++) {
    for (const [name, one] of Object.entries(targets)) {
      const before = pids[name] === undefined ? null : processUse(pids[name]);
      const rate = await throughput(one, concurrency, seconds);
      perSecond[name].push(rate);
      if (before !== null) cpuMs[name].push((processUse(pids[name]).cpuMs - before.cpuMs) / (rate * seconds));
      console.error(`round ${i + 1} of ${rounds}: ${name}: ${Math.round(rate)} per second`);
    }
  }

  const halfOf = (name) => median(perSecond[name]) / 2;
  const loads = [
    ...Object.keys(pids).map((name) => ({ key: name, name, rate: halfOf(name) })),
    { key: "proxyAtRateOfOnehead", name: "proxy", rate: halfOf("onehead") },
    { key: "oneheadAtHundred", name: "onehead", rate: 100 },
  ].map((load) => ({ ...load, added: { p50: [], p99: [] } }));
  const seen = { direct: [], onehead: [] };
  const parts = await overheadParts(onehead.url);
  for (let i = 0; i < rounds; i++) {
    for (const { key, name, rate, added } of loads) {
      const direct = await latencies(targets.direct, rate, seconds);
      const through = await latencies(targets[name], rate, seconds);
      if (key === "onehead") {
        seen.direct.push(direct);
        seen.onehead.push(through);
      }
      added.p50.push(quantile(through, 0.5) - quantile(direct, 0.5));
      added.p99.push(quantile(through, 0.99) - quantile(direct, 0.99));
      console.error(
        `half load ${i + 1} of ${rounds}: ${name} at ${Math.round(rate)}: +${added.p50.at(-1).toFixed(2)} ms p50, +${added.p99.at(-1).toFixed(2)} ms p99`,
      );
    }
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
      ...Object.fromEntries(loads.map((load) => [load.key, addedBy(load)])),
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
  proxy.stop();
  await onehead.stop();
  await streaming.stop();
  upstream.stop();
  slowUpstream.stop();
}

function perName(names) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, []]));
}

function addedBy({ rate, added }) {
  const of = (list) => ({
    median: round(median(list)),
    least: round(Math.min(...list)),
    most: round(Math.max(...list)),
  });
  return { perSecond: round(rate), addedMs: { p50: of(added.p50), p99: of(added.p99) } };
}

/** The same text and usage from all; streamed from all but one: Portkey's, as npm installs it today, answers a stream with a 500. */
async function assertEqualAnswers(targets) {
  for (const stream of [false, true]) {
    const texts = [];
    for (const one of Object.values(targets).filter(({ name }) => !stream || name !== "portkey"))
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
