// core runs, and decides alike, wherever it says that it runs: Node as ESM and CommonJS from its packed tarball, a newer Node, Bun and
// Deno, an edge-like VM without Node's globals or code generation, and a real browser. With the built-in routers: runtimes.test.ts.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { serializeArtifact } from "../packages/core/src/artifact/artifact.js";
import { syntheticArtifact } from "../packages/core/src/artifact/contract/synthetic-artifact.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const browser = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const browserRequired = process.env["ONEHEAD_REQUIRE_BROWSER"] === "1";
const newerNode = process.env["ONEHEAD_NEWER_NODE"];
const bun = process.env["ONEHEAD_BUN"];
const deno = process.env["ONEHEAD_DENO"];

const artifacts = (
  [
    ["low-rank", "float32"],
    ["models", "float32"],
    ["low-rank", "int8"],
  ] as const
).map(([form, precision]) => Buffer.from(serializeArtifact(syntheticArtifact(form), { precision })).toString("base64"));

/** Runs on every platform: hashes of what was read, and decisions, as JSON, without the two fields that may differ. */
function decide(core: typeof import("@onehead/core"), base64: readonly string[]): string {
  const decisions: unknown[] = [];
  for (const text of base64) {
    const binary = atob(text);
    const bytes = Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
    const artifact = core.parseArtifact(bytes);
    const bits = ({ buffer }: Float32Array | Uint32Array) => core.hashBytes(new Uint8Array(buffer));
    decisions.push([...artifact.tensors].map(([name, { data }]) => [name, bits(data)]));
    const router = new core.Router(artifact);
    for (let seed = 0; seed < 50; seed++) {
      // whole numbers only: the same bits on every platform
      let state = seed;
      const embedding = Float32Array.from({ length: router.dimensions }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 31 - 1;
      });
      const prompt = `prompt ${seed}, 漢字 { }`;
      const inputTokens = core.estimateTokens(prompt);
      const { backend, elapsedMs, ...rest } = router.decide({ embedding, inputTokens, costQuality: seed % 11 });
      if (backend !== "js" || !(elapsedMs >= 0)) throw new Error("backend or time is missing");
      decisions.push(rest);
    }
  }
  return JSON.stringify(decisions);
}

/** core as one classic script that defines the global `core`. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "packages/core/dist/index.js")],
    bundle: true,
    format: "iife",
    globalName: "core",
    platform: "neutral",
    write: false,
  });
  return outputFiles[0].text;
}

describe("decisions are equal", () => {
  let project = "";
  let expected = "";
  const call = `(${decide.toString()})(core, ${JSON.stringify(artifacts)})`;

  beforeAll(() => {
    // a stranger's project with nothing but the packed tarball in it
    project = mkdtempSync(join(tmpdir(), "onehead-platform-"));
    const npm = (args: string[], cwd: string): void => {
      execFileSync("npm", args, { cwd, stdio: "pipe", shell: process.platform === "win32" });
    };
    npm(["pack", "--pack-destination", project], join(root, "packages/core"));
    const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"))!;
    writeFileSync(join(project, "package.json"), '{"name":"stranger","private":true}');
    npm(["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], project);
    writeFileSync(join(project, "decide.mjs"), `import * as core from "@onehead/core";\nconsole.log(${call});`);
    writeFileSync(join(project, "decide.cjs"), `const core = require("@onehead/core");\nconsole.log(${call});`);
    expected = run(process.execPath, "decide.mjs");
    expect(JSON.parse(expected)).toHaveLength(3 * 51);
  }, 120_000);

  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: project, encoding: "utf8", maxBuffer: 1 << 26 }).trim();

  test("in Node as CommonJS, entry points loaded together", () => {
    expect(run(process.execPath, "decide.cjs")).toBe(expected);
    writeFileSync(
      join(project, "both.cjs"),
      'const { AdamW } = require("@onehead/core/training"); const { Router } = require("@onehead/core"); console.log(typeof AdamW, typeof Router);',
    );
    expect(run(process.execPath, "both.cjs")).toBe("function function");
    // gpu.js is not installed here: that is told when it is needed, and not before
    writeFileSync(
      join(project, "gpu.cjs"),
      `const { openGpuScorer } = require("@onehead/core/gpu"); const { parseArtifact, jsBackend } = require("@onehead/core");
const { wasmBackend } = require("@onehead/core/wasm"); const artifact = parseArtifact(Buffer.from("${artifacts[0]}", "base64"));
const backend = wasmBackend() ?? jsBackend;
openGpuScorer(artifact, { use: "cpu", backend })
  .then((scorer) => scorer.score(new Float32Array(12), [1, 2], 2, { preference: { reward: "linear", lambdaUsd: 1 } }))
  .then(({ index }) => openGpuScorer(artifact).catch((error) => console.log(index.length, error.code)));`,
    );
    expect(run(process.execPath, "gpu.cjs")).toBe("2 missing-package");
  });

  test.skipIf(!newerNode)("in a newer Node (skipped unless ONEHEAD_NEWER_NODE names its binary)", () => {
    expect(run(newerNode!, "decide.mjs")).toBe(expected);
    expect(run(newerNode!, "decide.cjs")).toBe(expected);
  });

  test.skipIf(!bun)("in Bun (skipped unless ONEHEAD_BUN names its binary)", () => {
    expect(run(bun!, "decide.mjs")).toBe(expected);
    expect(run(bun!, "decide.cjs")).toBe(expected);
  });

  test.skipIf(!deno)("in Deno without any permission (skipped unless ONEHEAD_DENO names its binary)", () => {
    expect(run(deno!, "run", "--no-remote", "--no-lock", "decide.mjs")).toBe(expected);
    // `require` reads files itself
    expect(run(deno!, "run", "--no-remote", "--no-lock", "--allow-read", "decide.cjs")).toBe(expected);
  });

  test("in an edge-like VM: no Node globals, no code generation", async () => {
    const globals = { TextDecoder, TextEncoder, performance, atob };
    const context = vm.createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    expect(vm.runInContext("[typeof process, typeof require, typeof Buffer].join()", context)).toBe(
      "undefined,undefined,undefined",
    );
    expect(() => vm.runInContext("new Function('return 1')()", context)).toThrow();
    vm.runInContext(await bundle(), context);
    expect(vm.runInContext(call, context)).toBe(expected);
  });

  test.skipIf(!browserRequired && !existsSync(browser))(
    "in Chromium (skipped where there is none)",
    async () => {
      const flags = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"];
      const instance = await chromium.launch({
        executablePath: browser,
        args: [...flags, "--disable-sync", "--no-first-run"],
      });
      try {
        const page = await instance.newPage();
        await page.addScriptTag({ content: await bundle() });
        expect(await page.evaluate(call)).toBe(expected);
      } finally {
        await instance.close();
      }
    },
    120_000,
  );
});
