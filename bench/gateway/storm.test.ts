// Does the gateway give every request an end, and keep books that equal its provider's, while providers fail, clients leave and the process is
// killed? A short seeded part runs with the tests; the whole of it by
//   ONEHEAD_GATEWAY_STORM=100000 npx vitest run bench/gateway/storm.test.ts
// which writes bench/results/gateway-storm.json; ONEHEAD_STORM_SEED draws another storm.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { expect, test } from "vitest";
import { runGatewayStorm } from "./storm/run-gateway-storm.js";

const whole = process.env["ONEHEAD_GATEWAY_STORM"];
const calls = Number(whole ?? 2_000);
const seed = Number(process.env["ONEHEAD_STORM_SEED"] ?? 1);

test.each(["settle", "drain"] as const)(
  "every request ends, and every cent is on record: clients that leave are to %s",
  async (onDisconnect) => {
    const startedMs = Date.now();
    const share = onDisconnect === "settle" ? 0.75 : 0.25;
    const onProgress = (done: number): void => {
      if (whole !== undefined)
        console.error(`${onDisconnect}: ${done} calls, ${Math.round((Date.now() - startedMs) / 1000)} s`);
    };
    const kills = Math.max(2, Math.round((calls * share) / 5_000));
    const report = await runGatewayStorm({ calls: Math.round(calls * share), seed, kills, onDisconnect, onProgress });
    expect(report.violations.slice(0, 20)).toEqual([]);
    // a storm in which nothing happened shows nothing
    for (const kind of ["answer 200", "error-in-stream 200", "left", "cut"]) {
      expect(
        Object.keys(report.endings).some((key) => key.startsWith(kind)),
        kind,
      ).toBe(true);
    }
    expect(report.book.exactCalls).toBeGreaterThan(calls * share * 0.15);
    if (whole !== undefined)
      record(onDisconnect, { ...report, seed, seconds: Math.round((Date.now() - startedMs) / 1000) });
  },
  6 * 3_600_000,
);

const results: Record<string, unknown> = {};

function record(name: string, report: object): void {
  results[name] = report;
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const about = {
    command: `ONEHEAD_GATEWAY_STORM=${whole} npx vitest run bench/gateway/storm.test.ts`,
    node: process.version,
    cpu: cpus()[0]?.model,
  };
  writeFileSync(new URL("gateway-storm.json", folder), `${JSON.stringify({ ...about, ...results }, null, 2)}\n`);
}
