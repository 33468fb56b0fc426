// What the gateway costs, as a table of README.md, from the results of bench/gateway.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

const read = (name) => JSON.parse(readFileSync(join(root, `bench/results/gateway-${name}.json`), "utf8"));
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value)}`;
const thousands = (value) => value.toLocaleString("en-US");

export function gatewayTable() {
  const load = read("load");
  const soak = read("soak");
  const storm = read("storm");
  const { throughputPerSecond: rates, processorMsPerRequest: cpu, atHalfLoad: half, streams } = load;
  const { untilSentMs: sent, proxyAtRateOfOnehead: floor, oneheadAtHundred: calm } = half;
  const added = ({ perSecond, addedMs }) =>
    `${signed(addedMs.p50.median)}, ${signed(addedMs.p99.median)} ms at ${thousands(perSecond)}`;
  const storms = ["settle", "drain"].flatMap((name) => storm[name] ?? []);
  const sum = (of) => storms.reduce((total, one) => total + of(one), 0);
  const asked = Object.values(soak.counts).reduce((total, count) => total + count, 0);
  return [
    `| ${load.cores} cores, shared with the client and the provider; Node ${load.node.slice(1).split(".")[0]} | Onehead | \`@portkey-ai/gateway\` | a bare proxy |`,
    "| --- | --- | --- | --- |",
    `| answers a second, ${load.concurrency} at once | ${thousands(rates.onehead.median)} (${load.timesPortkey} times) | ${thousands(rates.portkey.median)} | ${thousands(rates.proxy.median)} |`,
    `| processor per answer | ${cpu.onehead} ms | ${cpu.portkey} ms | ${cpu.proxy} ms |`,
    `| added to a direct call, at half of what it carries: p50, p99 | ${added(half.onehead)} | ${added(half.portkey)} | ${added(half.proxy)} |`,
    `| added at other rates: p50, p99 | ${added(calm)} | | ${added(floor)} |`,
    `| until a request is sent on | ${sent.all} ms: embedding ${sent.embedding}, decision ${sent.decision} | no decision | no decision |`,
    `| ${thousands(streams.atOnce)} streams open at once | ${thousands(streams.whole)} whole, ${streams.memoryMiB.after} MiB | | |`,
    // a shorter run is a trial of the bench
    soak.minutes >= 55 &&
      `| ${Math.round(soak.minutes)} minutes of ${soak.perSecond} a second: growth an hour of whole answers, of streams | ${signed(soak.whole.growthMiBPerHour)} and ${signed(soak.streams.growthMiBPerHour)} MiB of ${soak.whole.rssMiB.mean} and ${soak.streams.rssMiB.mean}; ${soak.counts.failed} of ${thousands(asked)} failed | | |`,
    `| ${thousands(sum(({ calls }) => calls))} calls through faults, ${sum(({ kills }) => kills)} kills | ${sum(({ violations }) => violations.length)} without an outcome or off the provider's books | | |`,
  ]
    .filter(Boolean)
    .join("\n");
}
