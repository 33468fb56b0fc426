import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createScoreWorld,
  embeddingRows,
  encodeRows,
  ended,
  runScore,
  type ScoreProcess,
  startScore,
} from "./score-world.fixture.js";

const rows = embeddingRows(20_000);
const inputs = encodeRows(rows);
let folder: string;
const path = (name: string): string => join(folder, name);
/** Every block is made safe, so that a kill finds something done. */
const args = (from: string, to: string, ...more: string[]): string[] => [
  ...["--artifact", "small.onehead", "--input", `rows.${from}`, "--output", to],
  ...["--checkpoint-seconds", "0", "--row-group-rows", "2048", ...more],
];

beforeAll(() => {
  ({ folder } = createScoreWorld());
  for (const [format, bytes] of Object.entries(inputs)) writeFileSync(path(`rows.${format}`), bytes);
});

const journalLines = (name: string): number => {
  const journal = path(`${name}.partial.journal`);
  return existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0;
};

/** Waits until a run has made more steps than `steps` safe, or is over. */
async function hasDone(child: ScoreProcess, name: string, steps: number): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && journalLines(name) <= steps) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function uninterrupted(from: string, name: string, ...more: string[]): Promise<Buffer> {
  const { status, stderr } = await runScore(folder, args(from, name, ...more));
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return readFileSync(path(name));
}

describe.each([
  ["jsonl", "jsonl"],
  ["csv", "parquet"],
  ["parquet", "csv"],
])("a run from %s to %s", (from, to) => {
  test("that is killed again and again ends with the bytes of one that was not", async () => {
    const expected = await uninterrupted(from, `whole-${from}.${to}`);
    const name = `killed-${from}.${to}`;
    let kills = 0;
    let steps = 0;
    for (let run = 0; run < 3; run++) {
      const child = startScore(folder, args(from, name, ...(run === 0 ? [] : ["--resume"]), "--workers", String(run)));
      const closed = ended(child);
      await hasDone(child, name, steps + 1);
      child.kill("SIGKILL");
      if ((await closed).status === 0) break;
      kills++;
      steps = journalLines(name);
      // what stands there is no file that somebody could take for whole
      expect(existsSync(path(name))).toBe(false);
    }
    expect(kills).toBeGreaterThan(0);
    const { status, stdout, stderr } = await runScore(folder, args(from, name, "--resume", "--json"));
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const summary = JSON.parse(stdout.toString()) as { rows: number; resumedRows: number };
    expect(summary.rows).toBe(20_000);
    expect(summary.resumedRows).toBeGreaterThan(0);
    expect(readFileSync(path(name)).equals(expected)).toBe(true);
    expect(existsSync(path(`${name}.partial`)) || existsSync(path(`${name}.partial.journal`))).toBe(false);
  });
});

test("Ctrl-C keeps what is done, says so, and exits with 130", async () => {
  const expected = await uninterrupted("jsonl", "whole.jsonl");
  const name = "stopped.jsonl";
  // standard input stays open: nothing but the signal ends it
  const fromStdin = ["--artifact", "small.onehead", "--output", name, "--checkpoint-seconds", "60"];
  const child = startScore(folder, fromStdin);
  const closed = ended(child);
  const half = inputs.jsonl.subarray(0, inputs.jsonl.length >> 1);
  child.stdin.write(half);
  await hasDone(child, name, 1);
  child.kill("SIGINT");
  const { status, stderr } = await closed;
  expect(status).toBe(130);
  expect(stderr).toMatch(/^onehead: score: stopped after \d+ rows; what is done is kept, go on with --resume\n$/);
  const { stdout } = await runScore(folder, [...fromStdin, "--resume", "--json"], inputs.jsonl);
  expect((JSON.parse(stdout.toString()) as { resumedRows: number }).resumedRows).toBeGreaterThan(0);
  expect(readFileSync(path(name)).equals(expected)).toBe(true);
});

test("a disk that is full is a clear error, and a run goes on once there is room", async () => {
  const expected = await uninterrupted("parquet", "roomy.csv");
  const child = startScore(folder, args("parquet", "full.csv"), "ulimit -f 300");
  child.stdin.end();
  const { status, stderr } = await ended(child);
  expect(status).toBe(1);
  const kept = "what is done is kept, go on with --resume";
  expect(stderr).toBe(`onehead: score: cannot write full.csv.partial: EFBIG, no room is left; ${kept}\n`);
  expect(journalLines("full.csv")).toBeGreaterThan(1);
  const resumed = await runScore(folder, args("parquet", "full.csv", "--resume"));
  expect(resumed.status).toBe(0);
  expect(readFileSync(path("full.csv")).equals(expected)).toBe(true);
});

test("a disk that is full ends a run whose rows are still being written", async () => {
  const child = startScore(folder, ["--artifact", "small.onehead", "--output", "full.jsonl"], "ulimit -f 100");
  const closed = ended(child);
  child.stdin.write(inputs.jsonl);
  const { status, stderr } = await closed;
  expect(status).toBe(1);
  expect(stderr).toContain("cannot write full.jsonl.partial: EFBIG, no room is left; what is done is kept");
});

describe("what an earlier run left", () => {
  /** Kills a run once something is done. */
  async function leave(name: string): Promise<void> {
    const child = startScore(folder, args("jsonl", name));
    const closed = ended(child);
    await hasDone(child, name, 1);
    child.kill("SIGKILL");
    expect((await closed).status).toBeNull();
  }

  test("is not written over without being asked", async () => {
    await leave("left.jsonl");
    const { status, stderr } = await runScore(folder, args("jsonl", "left.jsonl"));
    expect(status).toBe(1);
    expect(stderr).toBe(
      "onehead: score: left.jsonl.partial.journal is there from an earlier run: go on with --resume, or remove it\n",
    );
  });

  test.each([
    ["another preference", ["--cost-quality", "1"], "preference"],
    ["other models", ["--models", "alpha,beta"], "candidates or prices"],
    ["other tokens", ["--input-tokens", "5"], "--input-tokens"],
    ["other columns", ["--columns", "id=inputTokens"], "columns"],
    ["another format", ["--output-format", "csv"], "output's format"],
  ])("is not gone on with by %s", async (_, more, field) => {
    const name = "other.jsonl";
    if (journalLines(name) === 0) await leave(name);
    const { status, stderr } = await runScore(folder, args("jsonl", name, "--resume", ...more));
    expect(status).toBe(1);
    expect(stderr).toContain(`${name}.partial.journal: ${field} is another than that of the run to go on with`);
  });

  test("is not gone on with on another input, or with another artifact", async () => {
    await leave("moved.jsonl");
    const run = (input: string, artifact: string) =>
      runScore(folder, ["--artifact", artifact, "--input", input, "--output", "moved.jsonl", "--resume"]);
    writeFileSync(path("other.jsonl"), Buffer.concat([inputs.jsonl, Buffer.from("\n")]));
    expect((await run("other.jsonl", "small.onehead")).stderr).toContain("journal: input is another");
    const artifact = readFileSync(path("small.onehead"), "latin1").replace("synthetic", "different");
    writeFileSync(path("different.onehead"), artifact, "latin1");
    expect((await run("rows.jsonl", "different.onehead")).status).toBe(1);
  });

  test("is gone on with where the last line of its journal was cut", async () => {
    const expected = await uninterrupted("jsonl", "whole-cut.jsonl");
    await leave("cut.jsonl");
    const journal = path("cut.jsonl.partial.journal");
    writeFileSync(journal, readFileSync(journal).subarray(0, -3));
    const { status } = await runScore(folder, args("jsonl", "cut.jsonl", "--resume"));
    expect(status).toBe(0);
    expect(readFileSync(path("cut.jsonl")).equals(expected)).toBe(true);
  });

  test("is gone on with from before where its bytes end, as a loss of power may leave it", async () => {
    const expected = await uninterrupted("jsonl", "whole-power.parquet");
    const child = startScore(folder, args("jsonl", "power.parquet"));
    const closed = ended(child);
    await hasDone(child, "power.parquet", 3);
    child.kill("SIGKILL");
    expect((await closed).status).toBeNull();
    const partial = path("power.parquet.partial");
    const steps = readFileSync(`${partial}.journal`, "utf8").trimEnd().split("\n").slice(1);
    const { bytes } = JSON.parse(steps[1]) as { bytes: number };
    writeFileSync(partial, readFileSync(partial).subarray(0, bytes + 5));
    const { status, stdout } = await runScore(folder, args("jsonl", "power.parquet", "--resume", "--json"));
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({ resumedRows: 2 * 2048 });
    expect(readFileSync(path("power.parquet")).equals(expected)).toBe(true);
  });

  test("that lacks its name alone gets it", async () => {
    const expected = await uninterrupted("jsonl", "named.jsonl");
    await leave("named-2.jsonl");
    renameSync(path("named.jsonl"), path("named-2.jsonl.partial"));
    const journal = path("named-2.jsonl.partial.journal");
    const head = readFileSync(journal, "utf8").split("\n")[0];
    writeFileSync(journal, `${head}\n{"done":true,"rows":20000,"failed":0}\n`);
    const { status, stdout } = await runScore(folder, args("jsonl", "named-2.jsonl", "--resume", "--json"));
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({ rows: 20_000, resumedRows: 20_000 });
    expect(readFileSync(path("named-2.jsonl")).equals(expected)).toBe(true);
    expect(existsSync(journal)).toBe(false);
  });

  test("is nothing where there was none: --resume begins with the first row, and says so", async () => {
    const expected = await uninterrupted("csv", "whole-fresh.csv");
    rmSync(path("fresh.csv"), { force: true });
    const { status, stderr } = await runScore(folder, args("csv", "fresh.csv", "--resume"));
    expect(status).toBe(0);
    expect(stderr).toBe("score: nothing is there to go on with: begins with the first row\n");
    expect(readFileSync(path("fresh.csv")).equals(expected)).toBe(true);
  });
});
