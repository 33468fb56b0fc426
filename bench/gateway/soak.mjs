// Does the gateway's memory stay flat? An hour of mixed traffic against one process: whole answers and streams, clients that leave in the
// middle, requests that are refused. Memory is sampled every ten seconds; what counts is how it grows after the first quarter.
//   node bench/gateway/soak.mjs [--minutes 60] [--rate 150]
// writes bench/results/gateway-soak.json. Ctrl-C ends it early, with what there is.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { startOnehead, startUpstream } from "./load/servers.mjs";
import { chatBody, processUse } from "./load/traffic.mjs";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, rate: { type: "string", default: "150" } },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const sampleEveryMs = 10_000;

const upstream = await startUpstream();
const slow = await startUpstream(20);
const onehead = await startOnehead(upstream.url);
const streaming = await startOnehead(slow.url);
const pools = {
  whole: new Pool(onehead.url, { connections: 64 }),
  stream: new Pool(streaming.url, { connections: 128 }),
};
const headers = { "content-type": "application/json" };
const counts = { whole: 0, stream: 0, left: 0, refused: 0, failed: 0 };
const samples = [];
let stopped = false;
process.on("SIGINT", () => {
  stopped = true;
});

const startMs = performance.now();
const endMs = startMs + minutes * 60_000;
const sampler = setInterval(() => {
  const atMinutes = (performance.now() - startMs) / 60_000;
  const sizes = [onehead, streaming].map(({ pid, folder }) => ({
    rssMiB: processUse(pid).rssMiB,
    logMiB: (statSync(`${folder}/onehead.db-wal`, { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20,
  }));
  samples.push({ minutes: atMinutes, whole: sizes[0], streams: sizes[1] });
  const left = Math.max(0, minutes - atMinutes).toFixed(1);
  console.error(
    `${atMinutes.toFixed(1)} min, ${left} left: ${sizes.map(({ rssMiB }) => `${rssMiB.toFixed(0)} MiB`).join(", ")}; ${JSON.stringify(counts)}`,
  );
}, sampleEveryMs);

const pending = new Set();
for (let i = 0; performance.now() < endMs && !stopped; i++) {
  const dueMs = startMs + (i * 1000) / rate;
  const early = dueMs - performance.now();
  if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
  // a gateway that is behind is not buried
  if (pending.size > 2_000) await Promise.race(pending);
  const one = request(i).catch(() => void counts.failed++);
  pending.add(one);
  one.finally(() => pending.delete(one));
}
await Promise.all(pending);
clearInterval(sampler);

const report = {
  command: `node bench/gateway/soak.mjs --minutes ${minutes} --rate ${rate}`,
  node: process.version,
  cpu: cpus()[0]?.model,
  minutes: round((performance.now() - startMs) / 60_000),
  perSecond: rate,
  counts,
  whole: memory("whole"),
  streams: memory("streams"),
};
const folder = new URL("../results/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("gateway-soak.json", folder), `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));
for (const pool of Object.values(pools)) await pool.destroy();
await onehead.stop();
await streaming.stop();
upstream.stop();
slow.stop();

/** Of eight: five whole answers, a stream, a stream that is left, and a body that is none. */
async function request(i) {
  const kind = ["whole", "whole", "stream", "whole", "left", "whole", "refused", "whole"][i % 8];
  const body = kind === "refused" ? '{"model":' : chatBody(kind === "stream" || kind === "left");
  const pool = kind === "stream" || kind === "left" ? pools.stream : pools.whole;
  const answer = await pool.request({ path: "/v1/chat/completions", method: "POST", headers, body });
  if (kind === "left") {
    for await (const _ of answer.body) break;
    counts.left++;
    return;
  }
  const text = await answer.body.text();
  const expected =
    kind === "refused"
      ? answer.statusCode === 400
      : kind === "stream"
        ? text.includes("[DONE]")
        : answer.statusCode === 200;
  counts[expected ? kind : "failed"]++;
}

/** Memory after the first quarter, and the slope of the line of least squares through it. */
function memory(name) {
  const after = samples.filter((sample) => sample.minutes >= minutes / 4);
  const rss = after.map((sample) => sample[name].rssMiB);
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [x, y] = [mean(after.map((sample) => sample.minutes)), mean(rss)];
  const covariance = after.reduce((sum, sample) => sum + (sample.minutes - x) * (sample[name].rssMiB - y), 0);
  const variance = after.reduce((sum, sample) => sum + (sample.minutes - x) ** 2, 0);
  return {
    rssMiB: { least: round(Math.min(...rss)), mean: round(y), most: round(Math.max(...rss)) },
    growthMiBPerHour: round((covariance / variance) * 60),
    longestLogMiB: round(Math.max(...samples.map((sample) => sample[name].logMiB))),
  };
}

function round(value) {
  return Number(value.toPrecision(3));
}
