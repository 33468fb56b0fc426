import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallRecord, GatewayState, UsageBucket } from "../gateway-state.js";
import { openSqliteState } from "./open-sqlite-state.js";

/*
 * A process that writes is killed at random moments, over and over, on one database. ONEHEAD_KILLS=200 kills more often.
 */

const kills = Number(process.env["ONEHEAD_KILLS"] ?? 20);
const longestMs = 400;
const hourMs = 3_600_000;

const folder = mkdtempSync(join(tmpdir(), "onehead-killed-"));
const path = join(folder, "onehead.db");
// where Node finds libsql from
const built = join(import.meta.dirname, "../../../node_modules/.crash-writer", `${process.pid}`);
const program = join(built, "program.js");

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, "package.json"), '{"type":"module"}');
  await build({
    // beside each other, as they are in the package
    entryPoints: {
      program: join(import.meta.dirname, "crash-writer.fixture.ts"),
      "writer-thread": join(import.meta.dirname, "writer-thread.ts"),
    },
    outdir: built,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["libsql"],
    logLevel: "error",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(built, { recursive: true, force: true });
});

/** What the process reported before it was killed: ids by what their promises had told it. */
async function killedAfter(ms: number, startMs: number): Promise<Record<string, Set<string>>> {
  const file = join(folder, "reports");
  const reports = openSync(file, "w");
  const child = spawn(process.execPath, [program, path, String(startMs)], {
    stdio: ["ignore", "pipe", "inherit", reports],
  });
  child.stdout!.once("data", () => setTimeout(() => child.kill("SIGKILL"), ms));
  const over = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
  expect(await over).toBe("SIGKILL");
  closeSync(reports);
  const reported: Record<string, Set<string>> = {
    opened: new Set(),
    tried: new Set(),
    scored: new Set(),
    settled: new Set(),
  };
  for (const [, what, id] of readFileSync(file, "utf8").matchAll(/^(\w+) (\S+)\n/gm)) reported[what!]?.add(id!);
  return reported;
}

async function callsBetween(state: GatewayState, fromMs: number, toMs: number): Promise<Map<string, CallRecord>> {
  const found = new Map<string, CallRecord>();
  for (let after: string | undefined; ; ) {
    const page = await state.calls({ fromMs, toMs }, { limit: 200, after });
    for (const call of page.calls) found.set(call.id, call);
    if (page.next === null) return found;
    after = page.next;
  }
}

type Totals = Record<
  "calls" | "answered" | "failed" | "costUsd" | "tries" | "atMostUsd" | "score" | "scores" | "compared",
  number
>;

function totalsOfCalls(calls: Iterable<CallRecord>): Totals {
  const totals: Totals = {
    calls: 0,
    answered: 0,
    failed: 0,
    costUsd: 0,
    tries: 0,
    atMostUsd: 0,
    score: 0,
    scores: 0,
    compared: 0,
  };
  for (const call of calls) {
    totals.calls++;
    totals.answered += Number(call.status === "answered");
    totals.failed += Number(call.status === "failed");
    totals.costUsd += call.costUsd ?? 0;
    totals.tries += call.unresolvedTries!;
    totals.atMostUsd += call.unresolvedAtMostUsd ?? 0;
    for (const { score } of call.feedback) totals.score += score;
    totals.scores += call.feedback.length;
    totals.compared += call.status === "answered" ? call.bestPredictedCostUsd! : 0;
  }
  return totals;
}

function totalsOfUsage(buckets: UsageBucket[]): Totals {
  const sum = (of: (bucket: UsageBucket) => number): number => buckets.reduce((total, bucket) => total + of(bucket), 0);
  return {
    calls: sum((b) => b.calls),
    answered: sum((b) => b.answered),
    failed: sum((b) => b.failed),
    costUsd: sum((b) => b.costUsd),
    tries: sum((b) => b.unresolvedTries),
    atMostUsd: sum((b) => b.unresolvedAtMostUsd),
    score: sum((b) => b.feedback.sum),
    scores: sum((b) => b.feedback.scores),
    compared: sum((b) => b.compared.bestPredictedCostUsd),
  };
}

describe("a process that is killed while it writes", () => {
  it(`has kept every write whose promise had settled, ${kills} times in a row`, {
    timeout: 60_000 + kills * 3_000,
  }, async () => {
    let settled = 0;
    for (let kill = 0; kill < kills; kill++) {
      // a day for each, so that what is found is of this process
      const startMs = Date.UTC(2026, 0, 1) + kill * 24 * hourMs;
      const toMs = startMs + 24 * hourMs;
      const reported = await killedAfter(Math.random() * longestMs, startMs);
      // the lock is free again, or this would not open
      const state = await openSqliteState({ path });
      const calls = await callsBetween(state, startMs, toMs);

      for (const id of reported["opened"]!) expect(calls.has(id)).toBe(true);
      for (const id of reported["scored"]!) expect(calls.get(id)?.feedback).toHaveLength(1);
      for (const id of reported["settled"]!) {
        expect(["answered", "failed"]).toContain(calls.get(id)?.status);
        expect((await state.contents(id))?.answer).toBe("answer");
      }
      for (const id of reported["tried"]!)
        if (calls.get(id)?.status === "unresolved")
          expect(calls.get(id)).toMatchObject({ answeredBy: "d", unresolvedTries: 2, unresolvedAtMostUsd: 0.51 });
      for (const { status } of calls.values()) expect(status).not.toBe("open");

      const expected = totalsOfCalls(calls.values());
      const found = totalsOfUsage(await state.usage({ fromMs: startMs, toMs, bucketMs: hourMs }));
      for (const key of Object.keys(expected) as Array<keyof Totals>) expect(found[key]).toBeCloseTo(expected[key], 9);
      settled += reported["settled"]!.size;
      await state.close();
    }
    // it did write between being started and being killed
    expect(settled).toBeGreaterThan(kills * 10);
    if (kills > 20) console.log(`${kills} kills, ${settled} settled calls, none lost`);
  });
});
