import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArtifact, serializeArtifact } from "@onehead/core";
import { beforeAll, describe, expect, test } from "vitest";

const program = join(dirname(fileURLToPath(import.meta.url)), "../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "onehead-cli-"));
const quick = ["--members", "2", "--epochs", "3", "--anchors", "8", "--components", "8", "--features", "128"];
const router = join(folder, "router.onehead");
// .ci/run names a newer Node, in which some built-ins behave otherwise
const newerNode = process.env["ONEHEAD_NEWER_NODE"];
// appears in prompts only: it must never appear in what goes wrong
const canary = "xylophonist";

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
  node?: string;
}

function onehead(args: readonly string[], options: RunOptions = {}): Run {
  const { status, stdout, stderr } = spawnSync(options.node ?? process.execPath, [program, ...args], {
    cwd: folder,
    input: options.input ?? "",
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...options.env },
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

const json = (text: string): never => JSON.parse(text) as never;

function writeRows(path: string, count: number): void {
  const lines = Array.from({ length: count }, (_, i) => {
    const prompt = i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i} of ${canary}s?`;
    const scores = { small: i % 2 === 0 || i % 7 === 0 ? 1 : 0, large: i % 5 === 0 ? 0 : 1 };
    return JSON.stringify({
      id: `row-${i}`,
      prompt,
      scores,
      costs: { small: 0.0001, large: 0.002 + 0.0001 * (i % 3) },
    });
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
}

beforeAll(() => {
  writeRows(join(folder, "rows.jsonl"), 160);
  const { status, stderr } = onehead(["train", "--data", "rows.jsonl", "--out", router, "--seed", "3", ...quick]);
  expect(status, stderr).toBe(0);
});

describe("eval --off-policy", () => {
  const log = (path: string, over: (row: Record<string, unknown>, i: number) => object = () => ({})): void => {
    const lines = Array.from({ length: 400 }, (_, i) => {
      // "large" is right; "small" only now and then
      const model = i % 4 === 0 ? "large" : "small";
      const row = {
        id: `call-${i}`,
        prompt: `a fresh ${canary} ${i}`,
        model,
        score: model === "large" || i % 8 === 1 ? 1 : 0,
        cost_usd: model === "large" ? 0.002 : 0.0001,
        propensity: model === "large" ? 0.25 : 0.75,
      };
      return JSON.stringify({ ...row, ...over(row, i) });
    });
    writeFileSync(join(folder, path), `${lines.join("\n")}\n`);
  };
  const args = ["eval", "--off-policy", "--data", "log.jsonl", "--artifact", router, "--resamples", "100"];

  test("prints a verdict for every λ of a sweep, and for the one that is asked as JSON", () => {
    log("log.jsonl");
    const text = onehead(args);
    expect(text.status, text.stderr).toBe(0);
    expect(text.stdout).toContain("400 calls; 0 left out");
    expect(text.stdout).toMatch(/any price .* better/);
    const { stdout } = onehead([
      ...args,
      "--willingness-to-pay",
      "1",
      "--outcome-model",
      "ridge",
      "--clip",
      "20",
      "--json",
    ]);
    expect(json(stdout)).toMatchObject({
      outcomeModel: "ridge",
      clip: 20,
      settings: [{ preference: { reward: "linear", lambdaUsd: 1 }, verdict: "better" }],
    });
    const dial = onehead([...args, "--cost-quality", "10", "--json", "--out", "off.json"]);
    expect(json(dial.stdout)).toMatchObject({ settings: [{ preference: { reward: "exponential" } }] });
    expect(readFileSync(join(folder, "off.json"), "utf8")).toBe(dial.stdout);
  });

  test("says that a log of fixed choices tells nothing, unless its models were drawn evenly", () => {
    log("log.jsonl", () => ({ propensity: undefined }));
    const { status, stdout, stderr } = onehead([...args, "--json"]);
    expect(status).toBe(1);
    const { error } = json(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe("no-propensity");
    expect(error.message).toContain("offPolicy: log.jsonl line 1: propensity: missing");
    expect(error.message).toContain("--uniform-over");
    expect(error.message + stderr).not.toContain(canary);
    const even = onehead([...args, "--uniform-over", "small,large", "--json"]);
    expect(json(even.stdout)).toMatchObject({ calls: 400 });
  });

  test("refuses options of the other kind of evaluation, either way", () => {
    log("log.jsonl");
    expect(onehead([...args, "--baselines", "knn"])).toMatchObject({ status: 2 });
    expect(onehead([...args, "--reward", "linear"]).stderr).toContain("--reward needs");
    const clip = onehead(["eval", "--data", "rows.jsonl", "--artifact", router, "--clip", "3"]);
    expect(clip.status).toBe(2);
    expect(clip.stderr).toContain("--clip needs --off-policy");
    expect(onehead([...args, "--outcome-model", "magic"]).stderr).toContain(
      "--outcome-model: magic, expected artifact or ridge",
    );
  });
});

describe("train and eval", () => {
  test("the same seed gives the same file, and --json says what was made", () => {
    const again = onehead([
      "train",
      "--data",
      "rows.jsonl",
      "--out",
      "again.onehead",
      "--seed",
      "3",
      "--json",
      ...quick,
    ]);
    expect(again.status).toBe(0);
    expect(json(again.stdout)).toMatchObject({ artifact: "again.onehead", models: ["small", "large"] });
    expect(readFileSync(join(folder, "again.onehead"))).toEqual(readFileSync(router));
  });

  test("leaves out word vectors and held-out figures when told", () => {
    const made = (out: string, ...flags: string[]) => {
      const { status, stderr } = onehead(["train", "--data", "rows.jsonl", "--out", out, ...quick, ...flags]);
      expect(status, stderr).toBe(0);
      const { evaluation, embedder } = parseArtifact(readFileSync(join(folder, out))).manifest;
      return [evaluation === undefined, ((embedder.config as { static?: object | null }).static ?? null) === null];
    };
    expect(made("whole.onehead")).toEqual([false, false]);
    expect(made("bare.onehead", "--no-evaluation", "--no-static")).toEqual([true, true]);
  });

  test("rows without costs make a router, which says that there are no figures and why", () => {
    const rows = readFileSync(join(folder, "rows.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const costless = rows.map(({ costs, ...row }) =>
      JSON.stringify({ ...row, tokens: { in: 9, out: { small: 5, large: 8 } } }),
    );
    writeFileSync(join(folder, "costless.jsonl"), `${costless.join("\n")}\n`);
    const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
    writeFileSync(join(folder, "prices.json"), JSON.stringify({ small: price, large: price }));
    const args = [
      "train",
      "--data",
      "costless.jsonl",
      "--prices",
      "prices.json",
      "--out",
      "costless.onehead",
      ...quick,
    ];
    const { status, stdout, stderr } = onehead([...args, "--json"]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain("no held-out figures: evaluateArtifact: costs: none recorded");
    expect(json(stdout)).toMatchObject({ notEvaluated: expect.stringContaining("none recorded") });
    expect(onehead(["route", "--artifact", "costless.onehead", "what is 4 plus 5?"]).status).toBe(0);
  });

  test("evaluates held-out rows only, as table, JSON and a page that fetches nothing", () => {
    const args = [
      "eval",
      "--data",
      "rows.jsonl",
      "--artifact",
      router,
      "--baselines",
      "knn,ridge",
      "--resamples",
      "50",
    ];
    const text = onehead([...args, "--report", "report.html"]);
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/160 rows, 1\d\d left out because the artifact was trained on their prompts/);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect(text.stdout).toMatch(/would have saved on \d+ held-out prompts, at λ = .*:\n/);
    expect(text.stdout).toContain("not enough evidence");
    const current = onehead([...args, "--current-model", "large", "--lambda", "0.5"]).stdout;
    expect(current).toContain("at λ = $0.500 (as given)");
    expect(current).toContain("model in use");
    const unknown = onehead([...args, "--current-model", "nobody"]);
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain("currentModel: nobody, expected one of small, large");
    const evaluation = json(onehead([...args, "--json"]).stdout) as {
      rows: number;
      trainedOnRows: number;
      result: { heldOut: { rows: number } };
    };
    expect(evaluation.result.heldOut.rows).toBe(evaluation.rows - evaluation.trainedOnRows);
  });

  test("a rival is stored, routed, explained, inspected and evaluated like a router of ours", () => {
    const rival = ["--artifact", "rival.onehead"];
    const small = ["--components", "8", "--features", "128", "--seed", "3"];
    const trained = onehead(["train", "--data", "rows.jsonl", "--out", "rival.onehead", "--baseline", "knn", ...small]);
    expect(trained.status, trained.stderr).toBe(0);
    const decision = json(onehead(["route", ...rival, "what is 2 plus 2?", "--json"]).stdout) as { model: string };
    expect(["small", "large"]).toContain(decision.model);
    const explained = onehead(["explain", ...rival, "what is 2 plus 2?"]).stdout;
    expect(explained).not.toContain("anchor");
    expect(explained).toContain("What other values");
    expect(onehead(["inspect", "rival.onehead"]).stdout).toMatch(
      /^kNN \d+, prior \d+: baseline knn of @onehead\/baselines, /,
    );
    expect(onehead(["demo", ...rival, "--out", "rival.html"]).status).toBe(0);
    const page = readFileSync(join(folder, "rival.html"), "utf8");
    expect(page).toContain("quality ");
    expect(page).not.toContain("NaN");
    const probed = onehead(["probe", ...rival, "--model", "new", "--scores", "none.jsonl", "--out", "more.onehead"]);
    expect(probed.status).not.toBe(0);
    expect(probed.stderr).toContain("manifest.model.form: external, expected networks");
    const { result } = json(
      onehead(["eval", "--data", "rows.jsonl", ...rival, "--baselines", "knn", "--resamples", "10", "--json"]).stdout,
    ) as { result: { routers: Array<{ id: string; curve: { points: unknown } }> } };
    // the stored router and the one that is fitted again on its rows do the same
    const [stored, fitted] = ["artifact", "knn"].map((id) => result.routers.find((router) => router.id === id));
    expect(stored?.curve.points).toEqual(fitted?.curve.points);
  });

  test("a rival that does not exist, or an option that it does not have, is named before the rows are read", () => {
    const train = (...args: string[]) => onehead(["train", "--data", "none.jsonl", "--out", "x.onehead", ...args]);
    expect(train("--baseline", "nope").stderr).toContain("unknown baseline: nope, expected");
    expect(train("--baseline", "all").stderr).toContain("one file holds one");
    expect(train("--baseline", "single").stderr).toContain("expected single:<model>");
    expect(train("--baseline", "knn", "--anchors", "3").stderr).toContain("--anchors: given with --baseline");
  });

  test("a file of other prompts is evaluated whole, and says why it has no learned baselines", () => {
    writeFileSync(
      join(folder, "other.jsonl"),
      Array.from({ length: 30 }, (_, i) =>
        JSON.stringify({
          id: i,
          prompt: `another text ${i}`,
          scores: { small: i % 2, large: 1 },
          costs: { small: 0.1, large: 1 },
        }),
      ).join("\n"),
    );
    const { stdout, status } = onehead(["eval", "--data", "other.jsonl", "--artifact", router, "--resamples", "20"]);
    expect(status).toBe(0);
    expect(stdout).toContain("30 rows, 0 left out");
    expect(stdout).toContain("baselines need 2 to learn from");
  });

  test("Ctrl-C keeps a checkpoint and the old artifact; --resume ends in the bytes of an undisturbed run", async () => {
    const args = (out: string, more: string[] = []) => [
      ...["train", "--data", "rows.jsonl", "--out", out, "--members", "3", "--epochs", "60", "--anchors", "8"],
      ...["--components", "8", "--features", "128", ...more],
    ];
    writeFileSync(join(folder, "stopped.onehead"), "old");
    const child: ChildProcess = spawn(process.execPath, [program, ...args("stopped.onehead")], { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      // the first line about an epoch: training is under way
      if (log.includes("epoch")) child.kill("SIGINT");
    });
    const status = await ended;
    if (status === 130) {
      expect(readFileSync(join(folder, "stopped.onehead"), "utf8")).toBe("old");
      expect(existsSync(join(folder, "stopped.onehead.checkpoint"))).toBe(true);
      const again = onehead(args("stopped.onehead"));
      expect(again.stderr).toContain("is there from an earlier run: go on with --resume, or remove it");
      expect(again.status).toBe(1);
      expect(onehead(args("stopped.onehead", ["--resume"])).status).toBe(0);
      expect(existsSync(join(folder, "stopped.onehead.checkpoint"))).toBe(false);
    } else {
      // so fast that nothing was left to stop
      expect(status).toBe(0);
    }
    expect(onehead(args("whole.onehead")).status).toBe(0);
    expect(readFileSync(join(folder, "stopped.onehead"))).toEqual(readFileSync(join(folder, "whole.onehead")));
  });
});

test("a model without a cost is trained, said to have no price, and shown as left out", () => {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const scores = { cheap: i % 2, unpriced: 1, dear: i % 5 === 0 ? 0 : 1 };
    return JSON.stringify({ prompt: `what is ${i} plus ${i * 7}?`, scores, costs: { cheap: 0.001, dear: 0.01 } });
  });
  writeFileSync(join(folder, "unpriced.jsonl"), lines.join("\n"));
  const trained = onehead(["train", "--data", "unpriced.jsonl", "--out", "unpriced.onehead", "--epochs", "1"]);
  expect(trained.status, trained.stderr).toBe(0);
  expect(trained.stderr).toContain("no cost and no price, not chosen until --prices or a config names one: unpriced");
  const { stdout } = onehead(["route", "--artifact", "unpriced.onehead", "what is 3 plus 4?"]);
  expect(stdout).toMatch(/unpriced\s+excluded: its price is not known/);
});

test("an option in the place of a value is refused", () => {
  const { stderr, status } = onehead(["train", "--data", "rows.jsonl", "--out", "--resume"]);
  expect(stderr).toContain("--out lacks its value: --resume is an option");
  expect(status).toBe(2);
});

test("no command replaces what it reads", () => {
  const before = readFileSync(join(folder, "rows.jsonl"), "utf8");
  for (const args of [
    ["train", "--data", "rows.jsonl", "--out", "rows.jsonl"],
    ["eval", "--data", "rows.jsonl", "--artifact", router, "--report", "./rows.jsonl"],
    ["eval", "--data", "rows.jsonl", "--artifact", router, "--out", router],
    ["eval", "--data", "held.jsonl", "--training-data", "rows.jsonl", "--artifact", router, "--out", "rows.jsonl"],
    ["demo", "--artifact", router, "--out", router],
    ["init", "--artifact", router, "--out", router, "--force"],
  ]) {
    const { stderr, status } = onehead(args);
    expect(stderr).toMatch(/--(out|report) would replace what --(data|artifact|training-data) names/);
    expect(status).toBe(2);
  }
  expect(readFileSync(join(folder, "rows.jsonl"), "utf8")).toBe(before);
});

describe("route", () => {
  test("one decision a line, in order, with every candidate in the ranking", () => {
    const input = ["a", "b", "c"].map((id) => JSON.stringify({ id, prompt: `prompt ${id}` })).join("\n");
    const { stdout, status } = onehead(["route", "--artifact", router, "--json"], { input });
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n").map(json) as Array<Record<string, unknown>>;
    expect(lines.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    for (const line of lines) {
      const ranking = line["ranking"] as Array<Record<string, unknown>>;
      expect(ranking.map(({ model }) => model).sort()).toEqual(["large", "small"]);
      expect(line["model"]).toBe(ranking[0]["model"]);
      for (const field of ["predictedQuality", "predictedCostUsd", "uncertainty", "reward"]) {
        expect(ranking.every((candidate) => Number.isFinite(candidate[field]))).toBe(true);
      }
      expect(line["excluded"]).toEqual([]);
    }
  });

  test("a malformed line gives its error in its place, the rest is routed, the exit code is 1", () => {
    const input = [
      '\ufeff{"id": "first", "prompt": "one"}\r',
      `{"prompt": "${canary}`,
      '{"id": "empty", "prompt": ""}',
      "",
      '{"id": 7, "prompt": "seven", "willingnessToPayUsd": 0}',
      '{"id": "array", "prompt": ["no"]}',
      "[]",
      '{"id": "last", "prompt": "\\ud800 lone"}',
    ].join("\n");
    const { stdout, stderr, status } = onehead(["route", "--artifact", router, "--json"], { input });
    expect(status).toBe(1);
    const lines = stdout.trimEnd().split("\n").map(json) as Array<{
      id?: unknown;
      line?: number;
      error?: { code: string };
    }>;
    expect(lines.map(({ id, line, error }) => (error ? `${line} ${error.code}` : id))).toEqual([
      "first",
      "2 row-format",
      "3 row-schema",
      "5 invalid-argument",
      "6 row-schema",
      "7 row-schema",
      "last",
    ]);
    expect(stdout + stderr).not.toContain(canary);
  });

  test("fields that a line cannot have are named once, and ids print no control characters", () => {
    const line = { id: "a\u001b[2J", prompt: "one", maxCost: 1, [`a field like a ${canary}`]: 1 };
    const input = [line, line, { prompt: "two", minQualty: 1 }].map((value) => JSON.stringify(value)).join("\n");
    const { stdout, stderr, status } = onehead(["route", "--artifact", router], { input });
    expect(status).toBe(0);
    expect(stdout.split("\t")[0]).toBe("a\\u001b[2J");
    const note = (at: number, field: string): string =>
      `onehead: standard input line ${at}: ${field} is no field of a line and is ignored`;
    expect(stderr.trimEnd().split("\n")).toEqual([note(1, "maxCost"), note(1, "a name"), note(3, "minQualty")]);
    const asJson = onehead(["route", "--artifact", router, "--json"], { input: JSON.stringify(line) });
    expect(json(asJson.stdout)).toMatchObject({ id: line.id });
  });

  test("a line ends at a line feed and nowhere else, and one that is not UTF-8 is told apart", () => {
    const input = Buffer.concat([
      Buffer.from('{"id": "separators", "prompt": "a\u2028b\u2029c\u0085d"}\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from('{"id": "last", "prompt": "no line feed"}'),
    ]);
    for (const node of newerNode === undefined ? [process.execPath] : [process.execPath, newerNode]) {
      const { stdout } = onehead(["route", "--artifact", router, "--json"], { input, node });
      const lines = stdout.trimEnd().split("\n").map(json) as Array<{ id?: string; error?: { message: string } }>;
      expect(lines.map(({ id, error }) => error?.message ?? id)).toEqual(["separators", "line 2: not UTF-8", "last"]);
    }
  });

  test("takes a prompt, a text file, and two million characters", () => {
    const one = onehead(["route", "hello there", "--artifact", router, "--cost-quality", "10"]);
    expect(one.stdout).toContain("→");
    writeFileSync(join(folder, "prompts.txt"), "first prompt\n\nsecond prompt");
    const file = onehead(["route", "--file", "prompts.txt", "--artifact", router]);
    expect(file.stdout.trimEnd().split("\n")).toHaveLength(2);
    const long = JSON.stringify({ id: "long", prompt: "word ".repeat(400_000) });
    expect(onehead(["route", "--artifact", router, "--json"], { input: long }).status).toBe(0);
  });

  test("a reader that goes away is no failure", async () => {
    const child = spawn(process.execPath, [program, "route", "--artifact", router, "--json"], { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    child.stdin.on("error", () => {});
    child.stdout.once("data", () => child.stdout.destroy());
    for (let i = 0; i < 3000; i++) child.stdin.write(`${JSON.stringify({ id: i, prompt: `prompt ${i}` })}\n`);
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  test("settings come from the config file, and options win over it", () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ artifact: router, deny: ["large"], costQuality: 9 }));
    const decide = (more: string[]) =>
      json(onehead(["route", "hi", "--config", "config.json", "--json", ...more]).stdout);
    expect(decide([])).toMatchObject({ model: "small", preference: { reward: "exponential" } });
    expect(decide(["--deny", "small"])).toMatchObject({ model: "large" });
    expect(decide(["--willingness-to-pay", "2"])).toMatchObject({ preference: { reward: "linear", lambdaUsd: 2 } });
    writeFileSync(join(folder, "config.json"), JSON.stringify({ minQuality: 3 }));
    expect(onehead(["route", "hi", "--config", "config.json"]).stderr).toContain("config.json: minQuality");
    const both = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1, factor: 0.5 };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ prices: { small: both } }));
    expect(onehead(["route", "hi", "--config", "config.json"]).stderr).toContain("config.json: prices.small");
  });
});

describe("the other commands", () => {
  test("explain says ranking, anchors and what another λ would choose", () => {
    const explained = json(onehead(["explain", "what is 2 plus 6?", "--artifact", router, "--json"]).stdout) as {
      decision: { model: string };
      anchors: Array<{ weight: number }>;
      choices: Array<{ fromUsd: number; model: string }>;
    };
    expect(explained.anchors).toHaveLength(5);
    expect(explained.choices[0].model).toBe("small");
    expect(onehead(["explain", "what is 2 plus 6?", "--artifact", router]).stdout).toContain("Nearest anchor prompts");
  });

  test("inspect tells what is in an artifact", () => {
    const { manifest, tensors } = json(onehead(["inspect", router, "--json"]).stdout) as {
      manifest: { candidates: unknown[] };
      tensors: Record<string, number[]>;
    };
    expect(manifest.candidates).toHaveLength(2);
    expect(tensors["member.0.bias.quality"]).toEqual([2]);
    expect(onehead(["inspect", router]).stdout).toContain("AIQ on held-out prompts");
  });

  test("what a stranger has put into an artifact moves no cursor, and wrong held-out figures are named", () => {
    const write = (path: string, evaluation: unknown): void => {
      const artifact = parseArtifact(readFileSync(router));
      const manifest = { ...artifact.manifest, evaluation: evaluation as never };
      writeFileSync(join(folder, path), serializeArtifact({ ...artifact, manifest }));
    };
    const set = { name: "sums\u001b[2J", rows: 3, models: 2, aiq: { "own\u0007": 0.5 }, curves: [], singles: [] };
    write("strange.onehead", { schemaVersion: 1, sets: [set] });
    const { stdout, status } = onehead(["inspect", "strange.onehead"]);
    expect(status).toBe(0);
    expect(stdout).toContain("sums\\u001b[2J (3): own\\u0007 0.5000");
    for (const sets of [5, [null]]) {
      write("wrong.onehead", { schemaVersion: 1, sets });
      for (const args of [
        ["inspect", "wrong.onehead"],
        ["demo", "--artifact", "wrong.onehead", "--out", "w.html"],
      ]) {
        const wrong = onehead(args);
        expect(wrong.stderr).toMatch(/^onehead: artifact: manifest\.evaluation\.sets.*expected (a list|an object)\n$/);
        expect(wrong.status).toBe(1);
      }
    }
  });

  test("a name that could not be printed is kept out of artifacts", () => {
    for (const args of [
      ["train", "--data", "rows.jsonl", "--out", "x.onehead", "--name", "a\u001b[2J"],
      ["probe", "--artifact", router, "--scores", "rows.jsonl", "--out", "x.onehead", "--model", "a\u001b[2J"],
    ]) {
      const { stderr, status } = onehead(args);
      expect(stderr).toMatch(/--(name|model) has a control character/);
      expect(status).toBe(2);
    }
    expect(existsSync(join(folder, "x.onehead"))).toBe(false);
  });

  test("init lists what the keys reach, writes no key, and does not overwrite", () => {
    const env = { OPENAI_API_KEY: "sk-very-secret", ANTHROPIC_API_KEY: "" };
    const made = onehead(["init", "--out", "made.json"], { env });
    expect(made.status).toBe(0);
    const written = readFileSync(join(folder, "made.json"), "utf8");
    expect(made.stdout + made.stderr + written).not.toContain("sk-very-secret");
    expect(written).toContain("gpt-4o-mini");
    expect(written).not.toContain("claude");
    expect(onehead(["init", "--out", "made.json"], { env }).status).toBe(1);
    expect(readFileSync(join(folder, "made.json"), "utf8")).toBe(written);
    expect(onehead(["init", "--out", "made.json", "--force"], { env }).status).toBe(0);
  });

  test("demo writes its page and says what is next", () => {
    const { stdout, status } = onehead(["demo", "--out", "page.html"]);
    expect(status).toBe(0);
    expect(stdout).toContain("onehead train --data");
    expect(stdout.split("\n").every((line) => line.length <= 110)).toBe(true);
    const page = readFileSync(join(folder, "page.html"), "utf8");
    expect(page).toContain("inherited");
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

describe("what goes wrong", () => {
  test.each([
    [["nonsense"], 2],
    [["route", "hi", "--bogus"], 2],
    [["route", "hi", "--willingness-to-pay"], 2],
    [["eval", "--data", "rows.jsonl"], 2],
    [["route", "hi", "--willingness-to-pay", "0"], 1],
    [["route", "hi", "--willingness-to-pay", "NaN"], 1],
    [["route", "", "--artifact", router], 1],
    [["route", "hi", "--models", "nobody"], 1],
    [["eval", "--data", "rows.jsonl", "--artifact", router, "--lambda", "0"], 1],
    [["train", "--data", "missing.jsonl", "--out", "x.onehead"], 1],
    [["train", "--data", "rows.jsonl", "--out", "x.onehead", "--members", "0"], 1],
  ] as Array<[string[], number]>)("%j ends with %i and one line", (args, code) => {
    const { status, stderr } = onehead(args);
    expect(status).toBe(code);
    expect(stderr).toMatch(/^onehead: .+\n$/);
    expect(json(onehead([...args, "--json"]).stdout)).toMatchObject({ error: { message: expect.any(String) } });
  });

  test("a damaged artifact is named with what is wrong", () => {
    const bytes = readFileSync(router);
    writeFileSync(join(folder, "cut.onehead"), bytes.subarray(0, 5000));
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 9] ^= 4;
    writeFileSync(join(folder, "flipped.onehead"), flipped);
    expect(onehead(["route", "hi", "--artifact", "cut.onehead"]).stderr).toContain("cut.onehead: artifact: ");
    expect(onehead(["inspect", "flipped.onehead"]).stderr).toContain("checksum");
    expect(onehead(["inspect", "rows.jsonl"]).status).toBe(1);
  });

  test("rows that break the schema are named by file, line and field, and never shown", () => {
    writeFileSync(
      join(folder, "bad.jsonl"),
      `{"id":1,"prompt":"${canary}","scores":{"small":1}}\n{"id":2,"prompt":"${canary}","scores":{"small":7}}\n`,
    );
    const { status, stderr } = onehead(["train", "--data", "bad.jsonl", "--out", "bad.onehead"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/bad\.jsonl.*2.*small/);
    expect(stderr).not.toContain(canary);
    expect(existsSync(join(folder, "bad.onehead"))).toBe(false);
  });

  test("a full standard output is one line and a failure", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [program, "inspect", router], { stdio: ["ignore", full, "pipe"] });
    let stderr = "";
    child.stderr?.on("data", (text: Buffer) => {
      stderr += text.toString();
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    closeSync(full);
    expect([status, stderr]).toEqual([1, "onehead: standard output: ENOSPC\n"]);
  });

  test("a path that cannot be written is named, and nothing is left behind", () => {
    const before = readdirSync(folder).length;
    const out = join(router, "below-a-file.html");
    const { status, stdout } = onehead(["demo", "--out", out, "--json"]);
    expect(status).toBe(1);
    expect(json(stdout)).toMatchObject({ error: { code: "io" } });
    expect(readdirSync(folder)).toHaveLength(before);
  });

  test.each(["route", "explain", "train", "eval", "convert", "inspect", "init", "demo"])(
    "%s --help has examples",
    (command) => {
      const { stdout, status } = onehead([command, "--help"]);
      expect(status).toBe(0);
      expect(stdout).toContain("Examples:");
      // no colours into a pipe
      expect(stdout).not.toContain("\u001b");
    },
  );

  test("--version prints the package's version", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(onehead(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });
});
