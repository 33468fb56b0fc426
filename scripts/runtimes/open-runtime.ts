import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { collectorPlugin } from "./collector-plugin.js";
import { portableTests, portableTestsPlugin } from "./portable-tests.js";
import type { Job, JobResult } from "./suite.js";

const root = join(import.meta.dirname, "../..");
const artifactFolder = join(root, "apps/cli/artifacts");
const coreBuild = join(root, "packages/core/dist");
const embedBuild = join(root, "packages/embed/dist");
const artifactNames = ["default.onehead", "default.edge.onehead"] as const;
/** Where the packages resolve as they do for who installed them. */
const consumer = join(root, "examples");

/** A runtime that performs jobs one after another. */
export interface OpenRuntime {
  tests: readonly string[];
  perform<const Jobs extends readonly Job[]>(jobs: Jobs): Promise<{ [K in keyof Jobs]: JobResult<Jobs[K]> }>;
  close(): Promise<void>;
}

async function bundle(main: string, tests: readonly string[], options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, main)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
    nodePaths: [join(consumer, "node_modules")],
    ...options,
    plugins: [portableTestsPlugin(tests), collectorPlugin, ...(options.plugins ?? [])],
  });
  return outputFiles![0].text;
}

/** A process that imports the packages as it finds them: Node, Bun or Deno. */
export async function openProcess(command: readonly [string, ...string[]], name: string): Promise<OpenRuntime> {
  const tests = portableTests({ buffer: true, compiles: true });
  const script = await bundle("process-main.ts", tests, { platform: "node", external: ["@onehead/*"] });
  const folder = join(consumer, ".turbo/runtimes");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, script);
  const [program, ...flags] = command;
  return {
    tests,
    async perform(jobs) {
      const args = [...flags, path, JSON.stringify(jobs), artifactFolder];
      const { stdout } = await promisify(execFile)(program, args, { cwd: consumer, maxBuffer: 1 << 28 });
      return JSON.parse(stdout);
    },
    async close() {},
  };
}

/** The packages as a Worker bundles them, in workerd, which neither compiles bytes nor makes code. */
export async function openWorkerd(): Promise<OpenRuntime> {
  const tests = portableTests({ buffer: false, compiles: false });
  const data = new Map<string, Buffer>();
  const besides: Plugin = {
    name: "besides",
    setup({ onResolve }) {
      onResolve({ filter: /\.(onehead|wasm|bin)$/ }, ({ path }) => {
        const file = basename(path);
        const folder = { ".onehead": artifactFolder, ".wasm": coreBuild, ".bin": embedBuild }[extname(path)]!;
        data.set(file, readFileSync(join(folder, file)));
        return { path: `./${file}`, external: true };
      });
      // tests import core's source, which the condition of package.json does not reach
      onResolve({ filter: /\/kernel-module\.js$/ }, ({ resolveDir }) => ({
        path: join(resolveDir, "kernel-module.workerd.ts"),
      }));
    },
  };
  const script = await bundle("worker-main.ts", tests, {
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import"],
    plugins: [besides],
  });
  const worker = new Miniflare({
    compatibilityDate: "2025-01-01",
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/worker.js", contents: script },
      ...[...data].map(([file, contents]) => {
        const type = file.endsWith(".wasm") ? ("CompiledWasm" as const) : ("Data" as const);
        return { type, path: `/${file}`, contents };
      }),
    ],
    // asks nobody where it is
    cf: false,
  });
  const url = await worker.ready;
  return {
    tests,
    async perform(jobs) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(jobs) });
      if (!response.ok) throw new Error(`workerd: ${response.status}: ${await response.text()}`);
      return (await response.json()) as never;
    },
    close: () => worker.dispose(),
  };
}

/** The packages as a page bundles them, in Chromium, under a policy that lets WebAssembly alone be made of data. */
export async function openChromium(executablePath: string): Promise<OpenRuntime> {
  const tests = portableTests({ buffer: false, compiles: true });
  const script = await bundle("page-main.ts", tests, { platform: "browser", format: "iife" });
  const files: Record<string, [string, string | Buffer]> = {
    "/": ["text/html", '<!doctype html><meta charset="utf-8"><script src="/main.js"></script>'],
    "/main.js": ["text/javascript", script],
  };
  for (const name of artifactNames) {
    files[`/${name}`] = ["application/octet-stream", readFileSync(join(artifactFolder, name))];
  }
  const server = createServer((request, response) => {
    const file = files[request.url ?? "/"];
    response.writeHead(file === undefined ? 404 : 200, {
      "content-type": file?.[0] ?? "text/plain",
      "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    });
    response.end(file?.[1]);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking", "--no-first-run"],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    tests,
    perform: (jobs) => page.evaluate(`performJobs(${JSON.stringify(jobs)})`),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
