import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArtifact } from "@onehead/core";
import { splitOf } from "@onehead/data";
import { trainedPrompts } from "@onehead/eval";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Loopback,
  openAiAnswer,
  reply,
  startLoopback,
} from "../../../../packages/embed/src/hosted/loopback.fixture.js";

const program = join(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "onehead-embedders-"));
const quickEmbedder = ["--components", "8", "--features", "128"];
const quick = ["--members", "1", "--epochs", "2", "--anchors", "8", ...quickEmbedder];
const noNetwork = pathToFileURL(join(import.meta.dirname, "no-network.fixture.mjs")).href;
const secret = "sk-never-shown";
const canary = "xylophonist";

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

let server: Loopback;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await startLoopback(({ body }, _, response) => reply(response, openAiAnswer(body["input"] as string[])));
  env = { PATH: process.env["PATH"], OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: secret };
  const lines = Array.from({ length: 160 }, (_, i) =>
    JSON.stringify({
      id: `row-${i}`,
      prompt: i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i} of ${canary}s?`,
      scores: { small: i % 2 === 0 || i % 7 === 0 ? 1 : 0, large: i % 5 === 0 ? 0 : 1 },
      costs: { small: 0.0001, large: 0.002 + 0.0001 * (i % 3) },
    }),
  );
  writeFileSync(join(folder, "rows.jsonl"), `${lines.join("\n")}\n`);
  const prompts = Array.from({ length: 60 }, (_, i) => ({ id: `p-${i}`, prompt: `fresh ${canary} ${i}`, answer: "4" }));
  const calls = Array.from({ length: 60 }, (_, i) => ({
    ...{ id: `call-${i}`, prompt: `fresh call ${i}`, model: i % 2 === 0 ? "small" : "large" },
    ...{ score: i % 3 === 0 ? 0 : 1, cost_usd: 0.001, propensity: 0.5 },
  }));
  const write = (name: string, values: readonly unknown[]): void =>
    writeFileSync(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  write("prompts.jsonl", prompts);
  write("log.jsonl", calls);
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

/** The server lives in this process, so the program must not block it. */
function onehead(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: options.env ?? env });
  const run: Run = { status: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    run.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  child.stdin.end(options.input ?? "");
  return new Promise((resolve) => child.on("close", (status) => resolve({ ...run, status })));
}

/** Prompts of the rows that an artifact was trained on. */
function trainedOn(path: string): string[] {
  const wasTrainedOn = trainedPrompts(parseArtifact(readFileSync(join(folder, path))));
  const rows = readFileSync(join(folder, "rows.jsonl"), "utf8").trimEnd().split("\n");
  return rows.map((line) => (JSON.parse(line) as { prompt: string }).prompt).filter(wasTrainedOn);
}

const sent = (): string[] => server.requests.flatMap(({ body }) => body["input"] as string[]);
const train = (out: string, more: string[] = []): string[] => [
  "train",
  "--data",
  "rows.jsonl",
  "--out",
  out,
  ...quick,
  ...more,
];

const trainBaseline = (out: string, baseline: string, more: string[] = []): string[] => [
  "train",
  "--data",
  "rows.jsonl",
  "--out",
  out,
  "--baseline",
  baseline,
  ...quickEmbedder,
  ...more,
];

describe("a router that was trained with a hosted embedder", () => {
  const spec = ["--embedder", "openai:made-up"];
  beforeAll(async () => {
    const { status, stderr } = await onehead(train("hosted.onehead", spec));
    expect(stderr).toMatch(/train: at most 160 prompts \(about [\d,]+ tokens\) will be sent to 127\.0\.0\.1:\d+/);
    expect(stderr).not.toContain(secret);
    expect(status, stderr).toBe(0);
    // every prompt once, and one word that told the dimensions
    expect(sent()).toHaveLength(161);
    expect(new Set(sent()).size).toBe(161);
    expect(server.requests[0].headers.authorization).toBe(`Bearer ${secret}`);
  });

  test("is evaluated with it, and says before what is sent", async () => {
    const args = ["eval", "--data", "rows.jsonl", "--artifact", "hosted.onehead", "--resamples", "20", ...spec];
    const { status, stdout, stderr } = await onehead([...args, "--baselines", "none", "--json"]);
    expect(status, stderr).toBe(0);
    const evaluation = JSON.parse(stdout) as { sent: unknown; rows: number; trainedOnRows: number };
    const heldOut = evaluation.rows - evaluation.trainedOnRows;
    // λ is chosen on those that the router was validated on
    const split = { seed: 0, holdout: 0, validation: 0.15 };
    const validated = trainedOn("hosted.onehead").filter((prompt) => splitOf(prompt, split) === "validation");
    const count = heldOut + validated.length;
    const disclosure = { embedder: "openai:made-up", host: new URL(server.url).host, prompts: count };
    expect(validated.length).toBeGreaterThan(0);
    expect(evaluation.sent).toMatchObject(disclosure);
    expect(JSON.parse(stderr.split("\n")[0])).toMatchObject({ event: "sends-prompts", ...disclosure });
    // the dimensions are in the artifact: nothing but the prompts
    expect(sent()).toHaveLength(count);
    server.requests.length = 0;
    expect((await onehead([...args, "--baselines", "ridge"])).stderr).toContain("at most 160 prompts");
    expect(sent()).toHaveLength(160);
  });

  test("routes and explains with it, lines in order", async () => {
    const one = await onehead(["route", `hello ${canary}`, "--artifact", "hosted.onehead", ...spec]);
    expect(one.stdout).toContain("→");
    expect(one.stderr).toMatch(
      /^route: 1 prompt \(about \d+ tokens\) will be sent to 127\.0\.0\.1:\d+ \(openai:made-up\)\n$/,
    );
    const input = Array.from({ length: 40 }, (_, id) => JSON.stringify({ id, prompt: `prompt ${id}` })).join("\n");
    const lines = await onehead(["route", "--artifact", "hosted.onehead", "--json", ...spec], { input });
    expect(
      lines.stdout
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { id: number }).id),
    ).toEqual(Array.from({ length: 40 }, (_, id) => id));
    expect(JSON.parse(lines.stderr)).toMatchObject({ event: "sends-prompts", prompts: null });
    server.requests.length = 0;
    const explained = await onehead(["explain", "hello", "--artifact", "hosted.onehead", ...spec]);
    expect(explained.stdout).toContain("Nearest anchor prompts");
    expect(sent()).toEqual(["hello"]);
  });

  test("is judged on a log with it, and says before what is sent", async () => {
    const args = ["eval", "--off-policy", "--data", "log.jsonl", "--artifact", "hosted.onehead", "--resamples", "20"];
    const { status, stdout, stderr } = await onehead([...args, "--json", ...spec]);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ calls: 60, sent: { embedder: "openai:made-up", prompts: 60 } });
    expect(JSON.parse(stderr)).toMatchObject({ event: "sends-prompts", prompts: 60 });
    expect(sent()).toHaveLength(60);
  });

  test("is given a new model with it: the prompts to choose from are sent once", async () => {
    const asking = ["--data", "prompts.jsonl", "--count", "10", "--command", "echo 4", "--scorer", "number"];
    const args = ["probe", "--artifact", "hosted.onehead", "--model", "new", "--prices", "1,2", ...spec];
    const { status, stderr } = await onehead([...args, "--out", "probed.onehead", ...asking]);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/^probe: at most 60 prompts \(about [\d,]+ tokens\) will be sent to 127\.0\.0\.1:\d+/);
    expect(sent().sort()).toEqual(Array.from({ length: 60 }, (_, i) => `fresh ${canary} ${i}`).sort());
    const routed = await onehead(["route", "hello", "--artifact", "probed.onehead", ...spec]);
    expect(routed.stdout).toContain("probed");

    server.requests.length = 0;
    const chosen = await onehead([
      "probe",
      "--artifact",
      "hosted.onehead",
      "--choose-only",
      ...asking.slice(0, 4),
      ...spec,
    ]);
    expect(chosen.stdout.trimEnd().split("\n")).toHaveLength(10);
    expect(sent()).toHaveLength(60);

    server.requests.length = 0;
    const adding = [...args, "--out", "scored.onehead", "--scores", "scored.jsonl"];
    const write = (more: object): void =>
      writeFileSync(
        join(folder, "scored.jsonl"),
        ["one", "two"].map((prompt) => `${JSON.stringify({ prompt, score: 1, ...more })}\n`).join(""),
      );
    // this router counts costs in USD
    write({});
    expect((await onehead(adding)).stderr).toContain("none with costUsd");
    expect(sent()).toEqual([]);
    write({ costUsd: 0.001 });
    const added = await onehead(adding);
    expect(added.status, added.stderr).toBe(0);
    expect(sent()).toEqual(["one", "two"]);
  });

  test("shows the built-in prompts with it", async () => {
    const { status, stderr } = await onehead(["demo", "--artifact", "hosted.onehead", "--out", "demo.html", ...spec]);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/^demo: at most \d+ prompts/);
    expect(new Set(sent()).size).toBe(Number(/at most (\d+)/.exec(stderr)?.[1]));
  });

  test("has rivals with the same embedder, to be stored, evaluated and served", async () => {
    const { status, stderr } = await onehead(trainBaseline("ridge.onehead", "ridge", spec));
    expect(status, stderr).toBe(0);
    expect(sent()).toHaveLength(161);
    const embedderIdOf = (path: string): string => parseArtifact(readFileSync(join(folder, path))).manifest.embedder.id;
    expect(embedderIdOf("ridge.onehead")).toBe(embedderIdOf("hosted.onehead"));
    expect((await onehead(["inspect", "ridge.onehead"])).stdout).toContain("needs openai:made-up of 3 dimensions");
    const args = ["eval", "--data", "rows.jsonl", "--artifact", "ridge.onehead", "--resamples", "20", ...spec];
    expect(await onehead([...args, "--baselines", "none"])).toMatchObject({ status: 0 });
    expect((await onehead(["route", "hello", "--artifact", "ridge.onehead", ...spec])).stdout).toContain("→");
  });

  test.each([
    ["route", ["hello"]],
    ["explain", ["hello"]],
    ["demo", ["--out", "x.html"]],
    ["eval", ["--data", "rows.jsonl"]],
    ["eval", ["--off-policy", "--data", "log.jsonl"]],
    ["probe", ["--choose-only", "--data", "prompts.jsonl"]],
  ])("%s %j is refused without it", async (command, more) => {
    const { status, stderr } = await onehead([command, ...more, "--artifact", "hosted.onehead"]);
    expect(status).toBe(1);
    expect(stderr).toContain("--embedder is missing: the artifact was trained with openai:made-up");
    expect(server.requests).toEqual([]);
  });

  test("is inspected without it, and says what it needs", async () => {
    const { stdout } = await onehead(["inspect", "hosted.onehead"]);
    expect(stdout).toContain("needs openai:made-up of 3 dimensions");
    expect(server.requests).toEqual([]);
  });

  test.each([
    [[], 1, "--embedder is missing: the artifact was trained with openai:made-up (--embedder openai:made-up)"],
    [
      ["--embedder", "openai:other"],
      1,
      "needs the external embedder openai:made-up of 3 dimensions, given openai:other",
    ],
    [["--embedder", "nonsense"], 2, "expected openai:MODEL, cohere:MODEL"],
    [["--embedder", "openai:"], 2, "expected openai:MODEL"],
    [["--embedder", "cohere:embed-v4.0"], 1, "COHERE_API_KEY: not set"],
  ] as Array<[string[], number, string]>)(
    "route with %j is refused, and sends nothing",
    async (more, code, message) => {
      const { status, stderr } = await onehead(["route", canary, "--artifact", "hosted.onehead", ...more]);
      expect(status).toBe(code);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain(canary);
      expect(server.requests).toEqual([]);
    },
  );

  test("a server that is not there costs a line its decision, and shows neither key nor prompt", async () => {
    const gone = { ...env, OPENAI_BASE_URL: "http://127.0.0.1:9" };
    const args = ["route", "--artifact", "hosted.onehead", "--json", "--embedder", "openai:made-up"];
    const { status, stdout, stderr } = await onehead(args, { input: `{"prompt": "${canary}"}\n`, env: gone });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ line: 1, error: { code: "http" } });
    expect(stdout + stderr).not.toContain(canary);
    expect(stdout + stderr).not.toContain(secret);
  });
});

describe("consent", () => {
  test.each(["train", "eval", "eval --off-policy", "probe"])(
    "%s sends nothing to another machine without --yes where nobody can be asked",
    async (command) => {
      const far = { ...env, OPENAI_BASE_URL: "http://embeddings.invalid/v1", NODE_OPTIONS: `--import=${noNetwork}` };
      const given = ["--artifact", "hosted.onehead", "--data"];
      const args = {
        train: train("far.onehead"),
        eval: ["eval", ...given, "rows.jsonl"],
        "eval --off-policy": ["eval", "--off-policy", ...given, "log.jsonl"],
        probe: ["probe", "--choose-only", ...given, "prompts.jsonl"],
      }[command] as string[];
      const { status, stderr } = await onehead([...args, "--embedder", "openai:made-up"], { env: far });
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /--yes is missing: at most \d+ prompts \(about [\d,]+ tokens\) would be sent to embeddings\.invalid/,
      );
      // the guard does see what is sent
      const consented = await onehead([...args, "--embedder", "openai:made-up", "--yes"], { env: far });
      expect(consented).toMatchObject({ status: 99, stderr: expect.stringContaining("network: fetch") });
    },
  );
});

describe("with the default embedder", () => {
  test("nothing is ever sent: every command runs where every connection ends the process", async () => {
    const guarded = { ...env, NODE_OPTIONS: `--import=${noNetwork}` };
    const run = async (args: string[]): Promise<void> => {
      const { status, stderr } = await onehead(args, { env: guarded });
      expect(status, stderr).toBe(0);
      expect(stderr).not.toContain("network");
    };
    await run(train("plain.onehead"));
    await run(["eval", "--data", "rows.jsonl", "--artifact", "plain.onehead", "--resamples", "20"]);
    await run(["route", "hello", "--artifact", "plain.onehead"]);
    await run(["explain", "hello", "--artifact", "plain.onehead"]);
    await run(["demo", "--artifact", "plain.onehead", "--out", "plain.html"]);
    await run(["eval", "--off-policy", "--data", "log.jsonl", "--artifact", "plain.onehead", "--resamples", "20"]);
    await run(trainBaseline("knn.onehead", "knn-5"));
    const probing = [
      "probe",
      "--artifact",
      "plain.onehead",
      "--model",
      "new",
      "--out",
      "more.onehead",
      "--count",
      "10",
    ];
    await run([...probing, "--prices", "1,2", "--data", "prompts.jsonl", "--command", "echo 4", "--scorer", "number"]);
    expect(server.requests).toEqual([]);
  });

  test("an embedder beside it is refused", async () => {
    await onehead(train("plain.onehead"));
    const { status, stderr } = await onehead([
      "route",
      "a",
      "--artifact",
      "plain.onehead",
      "--embedder",
      "openai:made-up",
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain("--embedder openai:made-up: the artifact was trained without one");
    expect((await onehead(train("x.onehead", ["--embedder-alone"]))).status).toBe(2);
  });
});
