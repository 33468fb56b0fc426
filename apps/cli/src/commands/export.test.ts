import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArtifact, resolvePreference } from "@onehead/core";
import { type OnnxOptions, toOnnx } from "@onehead/onnx";
import { describe, expect, test } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const program = join(here, "../../dist/main.js");
const builtIn = parseArtifact(readFileSync(join(here, "../../artifacts/default.onehead")));
const folder = mkdtempSync(join(tmpdir(), "onehead-export-"));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const environment = { PATH: process.env["PATH"] };
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8", env: environment });
}

const written = (name: string): Buffer => readFileSync(join(folder, name));
const bytesOf = (options: OnnxOptions): Buffer => Buffer.from(toOnnx(builtIn, options).bytes);

describe("onehead export", () => {
  test("writes the built-in router's default pool, with λ as an input", () => {
    const { status, stdout, stderr } = run("export", "--onnx", "router.onnx");
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("inputs      embedding, input_tokens, lambda_usd; embeddings of");
    expect(written("router.onnx").equals(bytesOf({}))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("takes candidates from flags, and prices from a configuration, as route does", () => {
    const prices = { "gpt-oss-120b": { inputUsdPerMillionTokens: 9, outputUsdPerMillionTokens: 90 } };
    writeFileSync(join(folder, "mine.json"), JSON.stringify({ prices, models: ["gpt-6-luna"], costQuality: 3 }));
    const models = ["gpt-oss-120b", "claude-haiku-5-5"];
    const { stdout } = run(
      "export",
      "--onnx",
      "two.onnx",
      "--config",
      "mine.json",
      "--models",
      models.join(),
      "--json",
    );
    expect(JSON.parse(stdout)).toEqual({
      onnx: "two.onnx",
      bytes: written("two.onnx").length,
      embedder: { id: builtIn.manifest.embedder.id, dimensions: builtIn.manifest.embedder.dimensions },
      opset: 13,
      candidates: models,
      inputs: ["embedding", "input_tokens", "lambda_usd"],
      outputs: ["quality", "cost_usd", "reward", "choice"],
    });
    expect(written("two.onnx").equals(bytesOf({ models, prices }))).toBe(true);
    run("export", "--onnx", "one.onnx", "--config", "mine.json");
    expect(written("one.onnx").equals(bytesOf({ models: ["gpt-6-luna"], prices }))).toBe(true);
  });

  test.each<[string[], OnnxOptions["preference"]]>([
    [["--willingness-to-pay", "0.02"], { reward: "linear", lambdaUsd: 0.02 }],
    [["--willingness-to-pay", "0.02", "--reward", "exponential"], { reward: "exponential", lambdaUsd: 0.02 }],
    [["--cost-quality", "10"], resolvePreference({ costQuality: 10 }, builtIn.manifest.dial)],
    [["--reward", "exponential"], { reward: "exponential" }],
    [["--predictions-only"], null],
  ])("%j says what the model chooses by", (flags, preference) => {
    expect(run("export", "--onnx", "preferred.onnx", ...flags).status).toBe(0);
    expect(written("preferred.onnx").equals(bytesOf({ preference }))).toBe(true);
  });

  test.each<[string, string[], number, RegExp]>([
    ["no path", [], 2, /--onnx is missing/],
    ["two knobs", ["--onnx", "x", "--willingness-to-pay", "1", "--cost-quality", "1"], 1, /both given/],
    ["a knob beside --predictions-only", ["--onnx", "x", "--predictions-only", "--reward", "linear"], 2, /both given/],
    ["an unknown candidate", ["--onnx", "x", "--models", "nobody"], 1, /unknown model: nobody/],
    ["a folder that is not there", ["--onnx", "no/where.onnx"], 1, /cannot write no\/where\.onnx: ENOENT/],
  ])("refuses %s, and writes nothing", (_, flags, status, message) => {
    const result = run("export", ...flags);
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(message);
    expect(readdirSync(folder)).not.toContain("x");
  });

  test("refuses to replace what it reads, and a rival's artifact, which stays as it was", () => {
    const lines = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({
        id: `${i}`,
        prompt: `what is ${i} plus ${i}?`,
        scores: { a: i % 2, b: 1 },
        costs: { a: 1e-4, b: 1e-3 },
      }),
    );
    mkdirSync(join(folder, "rival"));
    writeFileSync(join(folder, "rival/rows.jsonl"), lines.join("\n"));
    const trained = run("train", "--data", "rival/rows.jsonl", "--baseline", "knn", "--out", "rival/knn.onehead");
    expect(trained.status, trained.stderr).toBe(0);
    const before = written("rival/knn.onehead");
    const onto = run("export", "--artifact", "rival/knn.onehead", "--onnx", "rival/knn.onehead");
    expect([onto.status, onto.stderr]).toEqual([
      2,
      expect.stringContaining("--onnx would replace what --artifact names"),
    ]);
    const rival = run("export", "--artifact", "rival/knn.onehead", "--onnx", "rival/knn.onnx", "--json");
    expect(rival.status).toBe(1);
    expect(JSON.parse(rival.stdout).error).toEqual({
      code: "invalid-argument",
      message: "toOnnx: artifact: knn of @onehead/baselines, expected a router of core's own networks",
    });
    expect(readdirSync(join(folder, "rival")).sort()).toEqual(["knn.onehead", "rows.jsonl"]);
    expect(written("rival/knn.onehead")).toEqual(before);
  });
});
