// The GPU's kernels in a browser: WebGL2, and WebGPU where it is switched on, both drawn by software here.
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../packages/core/src/gpu/contract/scored-cases.js";
import { scoredArtifacts } from "../packages/core/src/gpu/contract/scored-cases.js";
import type { GpuReport } from "../packages/core/src/gpu/index.js";
import { realRows } from "../packages/train/src/real-prompts.fixture.js";
import { collectorPlugin } from "./runtimes/collector-plugin.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const browserExpected = process.env["ONEHEAD_REQUIRE_BROWSER"] === "1" || existsSync(browserPath);

const builtIn = readFileSync(here("../apps/cli/artifacts/default.onehead"));
const data = process.env["ONEHEAD_DATA"];
const promptCount = 20_000;

/** What a page that is `minify`ed by its bundler gets is what runs here. */
async function bundlePage(): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [here("../packages/core/src/gpu/contract/page.ts")],
    plugins: [collectorPlugin],
    bundle: true,
    minify: true,
    logLevel: "error",
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  return result.outputFiles[0].contents;
}

/** Of the rows of `rowsOf` that no GPU is given. */
const refusedRows = 5;

function expectAgreement(found: readonly Comparison[], rows: number): void {
  for (const comparison of found) {
    expect(comparison).toMatchObject({ rows, different: 0, lost: null });
    expect(comparison.quality).toBeLessThan(1e-5);
    expect(comparison.cost).toBeLessThan(2e-5);
    expect(comparison.reward).toBeLessThan(2e-5);
  }
}

describe.skipIf(!browserExpected)("on a page", () => {
  let server: Server;
  let origin = "";
  let script = "";

  beforeAll(async () => {
    const bundled = await bundlePage();
    const files: Record<string, [string, Uint8Array]> = {
      "/": ["text/html", Buffer.from('<!doctype html><script src="/main.js"></script>')],
      "/main.js": ["text/javascript", bundled],
      "/default.onehead": ["application/octet-stream", builtIn],
    };
    if (data)
      files["/rows"] = [
        "application/octet-stream",
        new Uint8Array((await realRows(data, promptCount, builtIn)).buffer),
      ];
    script = Buffer.from(bundled).toString("utf8");
    server = createServer((request, response) => {
      const file = files[request.url ?? "/"];
      response.writeHead(file === undefined ? 404 : 200, {
        "content-type": file?.[0] ?? "text/plain",
        // shaders are made at run time, JavaScript is not
        "content-security-policy": "default-src 'self'",
      });
      response.end(file?.[1]);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server?.close();
  });

  describe.each([
    ["webgl2", []],
    ["webgpu", ["--enable-unsafe-webgpu"]],
  ] as const)("with %s", (mode, flags) => {
    let browser: Browser;
    let page: Page;
    const errors: string[] = [];
    const call = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;

    beforeAll(async () => {
      const args = ["--no-sandbox", "--disable-background-networking", "--no-first-run", ...flags];
      browser = await chromium.launch({ executablePath: browserPath, args });
      page = await browser.newPage();
      page.on("pageerror", ({ message }) => errors.push(message));
      await page.goto(origin);
    });
    afterAll(async () => {
      await browser?.close();
      expect(errors).toEqual([]);
    });

    test.each(Object.keys(scoredArtifacts))("chooses as the router does: %s", async (name) => {
      const found = await call<Comparison[]>(`page.compare(${JSON.stringify(name)}, ${JSON.stringify(mode)})`);
      expectAgreement(found, 51);
      const chosen = new Set(found.flatMap((comparison) => comparison.chosen));
      if (name === "no price") expect([...chosen]).toEqual([-1]);
      else {
        for (const { gpuRows, closeRows } of found) {
          expect(gpuRows).toBe(51 - refusedRows - closeRows);
          expect(closeRows).toBeLessThan(4);
        }
        expect(chosen.size).toBeGreaterThan(name === "one candidate" ? 1 : 2);
      }
    });

    test.each([1, 2, 5, 10])("loses no row and doubles none when it is lost with launch %i of 10", async (launch) => {
      const { during, after } = await call<{ during: Comparison; after: Comparison }>(
        `page.lose(${JSON.stringify(mode)}, ${launch})`,
      );
      expect(during).toMatchObject({ rows: 160, different: 0 });
      expect(during.lost).toMatch(/lost|no results|destroyed/);
      // what was read before is kept; what was on its way is not
      const most = 16 * (launch - 1);
      expect(during.gpuRows).toBeLessThanOrEqual(most);
      expect(during.gpuRows).toBeGreaterThanOrEqual(most - 16 - refusedRows - during.closeRows);
      expect(after).toMatchObject({ rows: 160, different: 0, gpuRows: 0, lost: null });
    });

    if (mode !== "webgl2") return;

    test("runs the contract of all backends", async () => {
      const { name, tests, failures } = await call<{ name: string; tests: number; failures: string[] }>(
        "page.contract(1)",
      );
      expect(failures).toEqual([]);
      expect(name).toBe("gpu");
      expect(tests).toBeGreaterThan(50);
    }, 240_000);

    test("chooses as the router does in a worker", async () => {
      const found = await call<Comparison[]>('page.compareInWorker("/main.js")');
      expectAgreement(found, 51);
      for (const { gpuRows, closeRows } of found) expect(gpuRows).toBe(51 - refusedRows - closeRows);
    });

    test("chooses as the built-in router does", async () => {
      const found = await call<Comparison[]>('page.compareShipped("/default.onehead")');
      expectAgreement(found, 128);
      expect(new Set(found.flatMap(({ chosen }) => chosen)).size).toBeGreaterThan(5);
    });

    test.skipIf(!data)(
      `chooses as the built-in router does for ${promptCount} real prompts (needs ONEHEAD_DATA)`,
      async () => {
        const found = await call<Comparison[]>('page.compareReal("/default.onehead", "/rows")');
        expectAgreement(found, promptCount);
        for (const { gpuRows, closeRows, chosen } of found) {
          expect(gpuRows).toBeGreaterThan(0.99 * promptCount);
          expect(gpuRows + closeRows).toBe(promptCount);
          expect(chosen.length).toBeGreaterThan(3);
        }
      },
      300_000,
    );

    test("leaves batches to the processor where software draws, and where it measured that this is slower", async () => {
      const chosen = await call<GpuReport & { gpuRows: number }>('page.report("auto")');
      expect(chosen).toMatchObject({
        uses: "cpu",
        gpuRows: 0,
        costs: null,
        device: { mode: "webgl2", software: true },
      });
      const measured = await call<GpuReport & { gpuRows: number }>('page.report("measured")');
      expect(measured).toMatchObject({ uses: "cpu", gpuRows: 0, reason: "measured to be slower than the processor" });
      // what the smallest block takes settles it
      expect(measured.costs?.blocks.map(({ rows }) => rows)).toEqual([8]);
    });
  });

  test("the kernels stay text in a minified bundle", () => {
    expect(script).toContain("this.thread.x");
  });
});
