import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArtifact } from "@onehead/core";
import { beforeAll, describe, expect, test } from "vitest";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "onehead-probe-"));
const canary = "xylophonist";
const key = "sk-never-shown";
const quick = ["--members", "1", "--epochs", "2", "--anchors", "8", "--components", "8", "--features", "128"];

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** @param watch gets standard error as it comes, and may end the process by its signal */
function onehead(args: readonly string[], watch?: (stderr: string, stop: () => void) => void): Promise<Run> {
  return new Promise((resolve) => {
    const env = { PATH: process.env["PATH"], PROBE_KEY: key };
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const run: Run = { status: null, stdout: "", stderr: "" };
    child.stdout.on("data", (text) => {
      run.stdout += text;
    });
    child.stderr.on("data", (text) => {
      run.stderr += text;
      watch?.(run.stderr, () => child.kill("SIGINT"));
    });
    child.on("close", (status) => resolve({ ...run, status }));
  });
}

const linesOf = (path: string): Array<Record<string, unknown>> =>
  readFileSync(join(folder, path), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const candidatesOf = (path: string) => parseArtifact(readFileSync(join(folder, path))).manifest.candidates;

const base = ["probe", "--artifact", "router.onehead", "--data", "prompts.jsonl", "--model", "new", "--prices", "1,2"];

beforeAll(async () => {
  const prompts = Array.from({ length: 160 }, (_, i) => ({
    id: `row-${i}`,
    prompt: i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `which letter is number ${i} of the ${canary}s?`,
    answer: i % 2 === 0 ? String(4 * i) : "B",
  }));
  const rows = prompts.map(({ id, prompt }, i) => ({
    id,
    prompt,
    scores: { small: i % 2, large: i % 5 === 0 ? 0 : 1 },
    costs: { small: 0.0001, large: 0.002 },
  }));
  const write = (path: string, lines: readonly unknown[]) =>
    writeFileSync(join(folder, path), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  write("prompts.jsonl", prompts);
  write("rows.jsonl", rows);
  const { status, stderr } = await onehead(["train", "--data", "rows.jsonl", "--out", "router.onehead", ...quick]);
  expect(status, stderr).toBe(0);
});

test("asks a command, says before how much goes where, and adds the model", async () => {
  const run = await onehead([
    ...base,
    "--out",
    "b.onehead",
    "--count",
    "12",
    "--command",
    "echo 8",
    "--scorer",
    "number",
    "--json",
  ]);
  expect(run.status, run.stderr).toBe(0);
  expect(run.stderr).toMatch(/^12 prompts, about [\d,]+ tokens, go to the command, on this machine\n/);
  const result = JSON.parse(run.stdout);
  expect(result).toMatchObject({ scored: 12, candidate: { id: "new", profile: { kind: "probed", rows: 12 } } });
  expect(candidatesOf("b.onehead").map(({ id }) => id)).toEqual(["small", "large", "new"]);
  // the scores are in the artifact now
  expect(existsSync(join(folder, "b.onehead.scored.jsonl"))).toBe(false);
  const inspected = await onehead(["inspect", "b.onehead"]);
  expect(inspected.stdout).toContain("new: probed, 12 prompts");
  const routed = await onehead(["route", "what is 2 plus 6?", "--artifact", "b.onehead", "--cost-quality", "5"]);
  expect(routed.stdout).toContain("probed");
});

test("an evaluation leaves the prompts out that the model was probed with", async () => {
  const leftOut = async (path: string): Promise<number> => {
    const run = await onehead(["eval", "--data", "rows.jsonl", "--artifact", path, "--resamples", "20"]);
    expect(run.status, run.stderr).toBe(0);
    return Number(/(\d+) left out/.exec(run.stdout)![1]);
  };
  expect(await leftOut("b.onehead")).toBeGreaterThan(await leftOut("router.onehead"));
});

describe("an endpoint", () => {
  async function withServer(run: (baseUrl: string, calls: () => number) => Promise<void>): Promise<void> {
    let calls = 0;
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        calls++;
        const usage = { prompt_tokens: 10, completion_tokens: 5 };
        response.end(JSON.stringify({ choices: [{ message: { content: "The answer is (B)." } }], usage }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, () => calls);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test("is asked every chosen prompt once; key and prompts are not shown", () =>
    withServer(async (baseUrl, calls) => {
      const args = [
        "--out",
        "c.onehead",
        "--count",
        "10",
        "--base-url",
        baseUrl,
        "--api-key-env",
        "PROBE_KEY",
        "--scorer",
        "choice",
      ];
      const run = await onehead([...base, ...args]);
      expect(run.status, run.stderr).toBe(0);
      expect(calls()).toBe(10);
      expect(run.stderr).toContain(`go to ${new URL(baseUrl).origin}, model new`);
      for (const secret of [key, canary]) expect(run.stdout + run.stderr).not.toContain(secret);
      expect(run.stdout).toContain("added from 10 scored prompts");
    }));
});

test("Ctrl-C keeps what was scored; --resume asks for the rest alone", async () => {
  const args = [...base, "--out", "d.onehead", "--count", "20", "--concurrency", "2", "--scorer", "contains"];
  const slow = ["--command", "sleep 0.15; echo B; echo asked >> asked.txt"];
  const stopped = await onehead([...args, ...slow], (stderr, stop) => {
    if (stderr.includes("go to")) setTimeout(stop, 700);
  });
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toMatch(/stopped: \d+ scored prompts are kept/);
  expect(existsSync(join(folder, "d.onehead"))).toBe(false);
  const kept = linesOf("d.onehead.scored.jsonl");
  expect(kept[0]).toMatchObject({ model: "new", score: expect.any(Number), prompt: expect.any(String) });

  const again = await onehead([...args, ...slow]);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("go on with --resume, or remove it");
  const other = await onehead([...args.map((arg) => (arg === "new" ? "other" : arg)), ...slow, "--resume"]);
  expect(other.stderr).toContain("line 1: model: the score is that of new, expected other");

  const resumed = await onehead([...args, "--command", "echo B", "--resume", "--json"]);
  expect(resumed.status, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain(`${20 - kept.length} prompts`);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ scored: 20 });
});

test("in two steps: the prompts to score are written, and scored ones are read", async () => {
  const chosen = await onehead([
    "probe",
    "--artifact",
    "router.onehead",
    "--data",
    "prompts.jsonl",
    "--choose-only",
    "--count",
    "15",
    "--out",
    "to-score.jsonl",
  ]);
  expect(chosen.status, chosen.stderr).toBe(0);
  const prompts = linesOf("to-score.jsonl");
  expect(prompts).toHaveLength(15);
  expect(prompts[0]).toEqual({ id: expect.any(String), prompt: expect.any(String), answer: expect.any(String) });
  const scored = prompts.map((prompt, i) =>
    JSON.stringify({ ...prompt, score: i % 2, outputTokens: 7, costUsd: 0.0005 }),
  );
  writeFileSync(join(folder, "scored.jsonl"), `${scored.join("\n")}\n`);
  const args = [
    "--artifact",
    "router.onehead",
    "--model",
    "new",
    "--scores",
    "scored.jsonl",
    "--out",
    "e.onehead",
    "--json",
  ];
  const added = await onehead(["probe", ...args]);
  expect(added.status, added.stderr).toBe(0);
  expect(JSON.parse(added.stdout)).toMatchObject({
    scored: 15,
    candidate: { costKind: "usd", profile: { costRows: 15 } },
  });
});

test("what is scored is kept while some prompts failed, and --resume asks for those alone", async () => {
  const out = join(folder, "partial.onehead");
  const args = [...base, "--out", out, "--count", "6", "--concurrency", "1"];
  // fails from the fourth prompt on
  const counting = `n=$(cat n 2>/dev/null || echo 0); n=$((n+1)); echo $n > n; [ $n -le 3 ] && echo A`;
  const first = await onehead([...args, "--command", counting]);
  expect(first.status, first.stderr).toBe(0);
  expect(first.stderr).toContain("3 prompts failed");
  expect(first.stderr).toContain("--resume asks for the other 3 again");
  expect(readFileSync(`${out}.scored.jsonl`, "utf8").trimEnd().split("\n")).toHaveLength(3);
  const second = await onehead([...args, "--command", "echo A", "--resume", "--json"]);
  expect(JSON.parse(second.stdout)).toMatchObject({ scored: 6 });
  expect(existsSync(`${out}.scored.jsonl`)).toBe(false);
});

test("--resume drops a line that was not finished, and refuses the scores of other prompts", async () => {
  const kept = "half.onehead.scored.jsonl";
  const scored = { id: "row-0", prompt: "what is 0 plus 0?", score: 1, model: "new" };
  writeFileSync(join(folder, kept), `${JSON.stringify(scored)}\n{"id":"row-2","pro`);
  const args = ["--out", "half.onehead", "--command", "echo 8", "--scorer", "number", "--count", "3", "--resume"];
  const run = await onehead([...base, ...args]);
  expect(run.stderr).toContain("the last line was not finished and is dropped");
  expect(run.status, run.stderr).toBe(0);
  expect(existsSync(join(folder, kept))).toBe(false);

  writeFileSync(join(folder, kept), `${JSON.stringify({ ...scored, prompt: "another one?" })}\n`);
  const refused = await onehead([...base, ...args]);
  expect(refused.stderr).toContain("id row-0 of the kept scores is another prompt in prompts.jsonl");
  expect(refused.status).toBe(1);
  expect(linesOf(kept)).toHaveLength(1);
});

test("an empty file of scores is refused", async () => {
  writeFileSync(join(folder, "empty.jsonl"), "");
  const run = await onehead([...base, "--out", "y.onehead", "--scores", "empty.jsonl"]);
  expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("empty.jsonl: no scored prompt")]);
});

describe("what is refused", () => {
  test.each<[string, string[], number, string]>([
    ["no one to ask", ["--out", "x.onehead"], 2, "expected one of --base-url, --command"],
    ["two to ask", ["--out", "x.onehead", "--command", "cat", "--base-url", "http://h/v1"], 2, "expected one of"],
    ["no --out", ["--command", "cat"], 2, "--out is missing"],
    ["an unknown scorer", ["--out", "x.onehead", "--command", "cat", "--scorer", "judge"], 1, "scorer: judge"],
    [
      "a key that is not set",
      ["--out", "x.onehead", "--base-url", "http://h/v1", "--api-key-env", "NONE"],
      1,
      "NONE is not set",
    ],
    [
      "a time-out beyond a timer",
      ["--out", "x.onehead", "--command", "cat", "--timeout-seconds", "3000000"],
      1,
      "--timeout-seconds: 3000000, expected at most 86400",
    ],
    [
      "a key in the place of its name",
      ["--out", "x.onehead", "--base-url", "http://h/v1", "--api-key-env", "sk-proj-1"],
      1,
      "what it names is not set",
    ],
    ["a model that is measured", ["--out", "x.onehead", "--command", "cat", "--model", "large"], 1, "large"],
    [
      "a command that always fails",
      ["--out", "x.onehead", "--command", "exit 9"],
      1,
      "8 prompts in a row failed: probe: --command: exit code 9",
    ],
    [
      "a command that fails for every one of a few prompts",
      ["--out", "x.onehead", "--command", "exit 9", "--count", "3"],
      1,
      "none of 3 prompts was scored: probe: --command: exit code 9",
    ],
    [
      "prices below 0",
      ["--out", "x.onehead", "--command", "cat", "--prices=-1,2"],
      1,
      "--prices: -1, expected at least 0",
    ],
    ["a count of 0", ["--out", "x.onehead", "--command", "cat", "--count", "0"], 1, "count: 0"],
  ])("%s", async (_, args, status, message) => {
    const run = await onehead([...base, ...args]);
    expect(run.stderr).toContain(message);
    expect(run.status).toBe(status);
    expect(existsSync(join(folder, "x.onehead"))).toBe(false);
  });

  test("scores of another model, by file, line and both ids", async () => {
    writeFileSync(
      join(folder, "other.jsonl"),
      `${JSON.stringify({ prompt: "one", score: 1 })}\n\n${JSON.stringify({ id: "x", prompt: canary, score: 1, model: "other" })}\n`,
    );
    const scores = ["--scores", "other.jsonl", "--out", "x.onehead"];
    const run = await onehead(["probe", "--artifact", "router.onehead", "--model", "new", ...scores]);
    expect(run.stderr).toContain("other.jsonl line 3: model: the score is that of other, expected new");
    expect(run.status).toBe(1);
    expect(existsSync(join(folder, "x.onehead"))).toBe(false);
  });

  test("an output that is an input", async () => {
    const before = readFileSync(join(folder, "prompts.jsonl"), "utf8");
    const run = await onehead([...base, "--choose-only", "--count", "2", "--out", "prompts.jsonl"]);
    expect(run.stderr).toContain("--out would replace what --data names");
    expect(run.status).toBe(2);
    expect(readFileSync(join(folder, "prompts.jsonl"), "utf8")).toBe(before);
  });

  test("an output that is the file of prices, and kept scores that are the prompts", async () => {
    writeFileSync(join(folder, "prices.json"), "{}");
    const args = ["probe", "--artifact", "router.onehead", "--model", "new", "--command", "echo 8"];
    const prices = await onehead([
      ...args,
      "--data",
      "prompts.jsonl",
      "--prices",
      "prices.json",
      "--out",
      "prices.json",
    ]);
    expect(prices.stderr).toContain("--out would replace what --prices names");
    expect(prices.status).toBe(2);
    writeFileSync(join(folder, "z.onehead.scored.jsonl"), readFileSync(join(folder, "prompts.jsonl")));
    const kept = ["--data", "z.onehead.scored.jsonl", "--out", "z.onehead", "--resume"];
    const run = await onehead([...args, ...kept]);
    expect(run.stderr).toContain("the kept scores of --out would replace what --data names");
    expect(run.status).toBe(2);
    expect(existsSync(join(folder, "z.onehead.scored.jsonl"))).toBe(true);
  });

  test("a bad line of scores, by file, line and field, without the prompt", async () => {
    writeFileSync(join(folder, "bad.jsonl"), `${JSON.stringify({ prompt: canary, score: 2 })}\n`);
    const run = await onehead([
      "probe",
      "--artifact",
      "router.onehead",
      "--model",
      "new",
      "--scores",
      "bad.jsonl",
      "--out",
      "x.onehead",
    ]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("bad.jsonl line 1: score");
    expect(run.stderr).not.toContain(canary);
  });
});
