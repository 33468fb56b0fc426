// Requests as applications send them: questions that differ, over kept connections.
import { readFileSync } from "node:fs";
import { Pool } from "undici";

const subjects =
  "the tides, prime numbers, a leaky tap, French verbs, an invoice, photosynthesis, a regular expression, jet lag".split(
    ", ",
  );
const tasks =
  "Explain, Write a short poem on, List five facts about, How do I deal with, Translate into German a sentence on".split(
    ", ",
  );

let count = 0;

/** A chat of its own, so that nobody answers from a cache. */
export function chatBody(stream = false) {
  const n = count++;
  const content = `${tasks[n % tasks.length]} ${subjects[(n * 7) % subjects.length]}. (${n})`;
  return JSON.stringify({ model: "auto", ...(stream ? { stream: true } : {}), messages: [{ role: "user", content }] });
}

/** A target of traffic: `send` gives the text of an answer, and fails unless it is one. */
export function target(name, { url, headers = {} }, connections) {
  const pool = new Pool(url, { connections, headersTimeout: 60_000, bodyTimeout: 60_000 });
  const sent = { "content-type": "application/json", ...headers };
  return {
    name,
    async send(body = chatBody()) {
      const { statusCode, body: answer } = await pool.request({
        path: "/v1/chat/completions",
        method: "POST",
        headers: sent,
        body,
      });
      const text = await answer.text();
      if (statusCode !== 200) throw new Error(`${name}: ${statusCode}: ${text.slice(0, 200)}`);
      return text;
    },
    close: () => pool.close(),
  };
}

/** As many as will go through in this time. @returns requests per second */
export async function throughput(target, concurrency, seconds) {
  const untilMs = performance.now() + seconds * 1000;
  const startMs = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < untilMs) {
        await target.send();
        done++;
      }
    }),
  );
  return done / ((performance.now() - startMs) / 1000);
}

/**
 * So many per second, whether or not earlier ones have ended: what waits counts from when it was due. @returns latencies, ms, sorted
 */
export async function latencies(target, perSecond, seconds) {
  const total = Math.round(perSecond * seconds);
  const startMs = performance.now();
  const found = [];
  const pending = [];
  for (let i = 0; i < total; i++) {
    const dueMs = startMs + (i * 1000) / perSecond;
    const early = dueMs - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    // a timer may be up to a millisecond early
    const fromMs = Math.min(dueMs, performance.now());
    pending.push(
      target.send().then(() => {
        found.push(performance.now() - fromMs);
      }),
    );
  }
  await Promise.all(pending);
  return found.sort((a, b) => a - b);
}

export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
export const median = (values) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/** Processor time of a process so far, and what memory it holds; of Linux's own books. */
export function processUse(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, rssMiB: rssKiB / 1024 };
}
