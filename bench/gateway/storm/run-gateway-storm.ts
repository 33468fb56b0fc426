import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CallRecord, ModelsReport } from "@onehead/serve";
import { openSqliteState } from "@onehead/serve/node";
import { type ClientEnding, makeCall, planCalls } from "./client.js";
import { type Book, compareBooks } from "./compare-books.js";
import { seeded } from "./seeded.js";
import { startUpstream } from "./upstream.js";

export interface GatewayStormOptions {
  calls: number;
  seed: number;
  /** How often the gateway is killed in the middle. */
  kills: number;
  concurrency?: number;
  onDisconnect?: "settle" | "drain";
  onProgress?: (done: number) => void;
}

export interface GatewayStormReport {
  calls: number;
  kills: number;
  /** How calls ended for their clients. */
  endings: Record<string, number>;
  /** How they stand in the log. */
  statuses: Record<string, number>;
  book: Book;
  /** What was not as stated; empty when all is well. */
  violations: string[];
}

const main = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));
/** Longer than any call may take: what is not over by then hangs. */
const hangMs = 30_000;
const gatewayConfig = (onDisconnect: string): object => ({
  willingnessToPayUsd: 0.01,
  models: ["gpt-6-luna", "gpt-6.1-sol", "claude-haiku-5-5", "claude-sonnet-5-5"],
  serve: {
    retries: 1,
    deadlineMs: 4_000,
    hedgeAfterMs: 500,
    breaker: { failures: 20, openMs: 200 },
    onDisconnect,
    drainMs: 2_000,
    providers: {
      openai: { timeoutMs: 800, idleTimeoutMs: 300 },
      anthropic: { timeoutMs: 800, idleTimeoutMs: 300, concurrency: 64 },
    },
  },
});

/**
 * Requests at random against a gateway whose provider fails at random, whose clients leave, and which is killed in the middle; then its log
 * is compared with the provider's own books, call by call.
 */
export async function runGatewayStorm(options: GatewayStormOptions): Promise<GatewayStormReport> {
  const { calls, seed, kills, concurrency = 32, onDisconnect = "settle", onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), "onehead-storm-"));
  const upstream = await startUpstream(seed);
  const database = join(folder, "storm.db");
  await writeFile(join(folder, "onehead.config.json"), JSON.stringify(gatewayConfig(onDisconnect)));
  const start = (): Promise<Child> => startGateway(folder, database, upstream.url);
  let child = await start();
  const violations: string[] = [];
  const endings: Record<string, number> = {};
  try {
    const plan = planCalls(calls, seeded(seed + 1));
    const killAt = Array.from({ length: kills }, (_, i) => Math.floor(((i + 1) * calls) / (kills + 1)));
    let done = 0;
    let next = 0;
    let restarting: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      child.process.kill("SIGKILL");
      await child.ended;
      child = await start();
      restarting = undefined;
    };
    const worker = async (): Promise<void> => {
      for (let i = next++; i < plan.length; i = next++) {
        if (killAt[0] !== undefined && i >= killAt[0]) {
          killAt.shift();
          restarting ??= restart();
        }
        const call = plan[i];
        const ending = await inTime(makeCall(child.url, call));
        // a gateway that is starting takes nobody: the call is made when it is there
        if (ending?.kind === "refused") await restarting;
        const key = ending === null ? "hung" : `${ending.kind}${ending.status === null ? "" : ` ${ending.status}`}`;
        endings[key] = (endings[key] ?? 0) + 1;
        if (ending === null)
          violations.push(`${call.marker}: ${call.surface}, ${call.manner}: not over after ${hangMs} ms`);
        else violations.push(...clientViolations(call.marker, ending));
        if (++done % 1_000 === 0) onProgress?.(done);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    await restarting;
    await quiet(child.url, upstream.open, violations);
    const prices = await (await fetch(`${child.url}/api/models`)).json();
    child.process.kill("SIGTERM");
    const code = await child.ended;
    if (code !== 0) violations.push(`the gateway ended with ${code} on SIGTERM, expected 0`);
    const records = await readLog(database);
    const { book, violations: off } = compareBooks(records, upstream.ledger, prices as ModelsReport);
    violations.push(...off);
    const statuses: Record<string, number> = {};
    for (const { status } of records) statuses[status] = (statuses[status] ?? 0) + 1;
    return { calls, kills, endings, statuses, book, violations };
  } finally {
    child.process.kill("SIGKILL");
    await upstream.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Child {
  process: ChildProcess;
  url: string;
  ended: Promise<number | null>;
}

async function startGateway(folder: string, database: string, upstream: string): Promise<Child> {
  const process_ = spawn(
    process.execPath,
    [main, "serve", "--port", "0", "--json", "--log-level", "error", "--database", database],
    {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        OPENAI_API_KEY: "sk-storm",
        OPENAI_BASE_URL: `${upstream}/v1`,
        ANTHROPIC_API_KEY: "sk-storm",
        ANTHROPIC_BASE_URL: upstream,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise<number | null>((resolve) => process_.on("exit", (code) => resolve(code)));
  const lines = createInterface({ input: process_.stdout! });
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then((code) => Promise.reject(new Error(`the gateway did not start: ${code}`))),
  ]);
  return { process: process_, url: (JSON.parse(first) as { url: string }).url, ended };
}

async function inTime(call: Promise<ClientEnding>): Promise<ClientEnding | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), hangMs);
  });
  const ending = await Promise.race([call, late]);
  clearTimeout(timer);
  return ending;
}

function clientViolations(marker: string, { kind, status, models }: ClientEnding): string[] {
  const found: string[] = [];
  if (models.length > 1) found.push(`${marker}: an answer of several models: ${models.join(", ")}`);
  if (kind === "answer" && status !== 200) found.push(`${marker}: an answer with status ${status}`);
  if (status === 500) found.push(`${marker}: status 500: an error that nobody has foreseen`);
  return found;
}

/** Nothing is under way any more: no request at the gateway, no connection at the provider. */
async function quiet(url: string, open: () => number, violations: string[]): Promise<void> {
  const untilMs = Date.now() + 15_000;
  let waiting = "";
  while (Date.now() < untilMs) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const requests = Number(/^onehead_open_requests (\d+)/m.exec(metrics)?.[1]);
    if (requests === 0 && open() === 0) return;
    waiting = `${requests} requests at the gateway, ${open()} at the provider`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  violations.push(`still under way after 15 s: ${waiting}`);
}

async function readLog(database: string): Promise<CallRecord[]> {
  const state = await openSqliteState({ path: database });
  const records: CallRecord[] = [];
  let after: string | undefined;
  do {
    const page = await state.calls({}, { limit: 200, after });
    records.push(...page.calls);
    after = page.next ?? undefined;
  } while (after !== undefined);
  await state.close();
  return records;
}
