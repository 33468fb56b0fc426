// Batch workers on a page, isolated from others and not: web workers, shared memory and handed-over buffers.

import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const page = `
import { openBatchWorkers } from "@onehead/batch";
import { parseArtifact, Router } from "@onehead/core";

const bytes = new Uint8Array(await (await fetch("/default.onehead")).arrayBuffer());
const router = new Router(parseArtifact(bytes));
const D = router.dimensions;
const block = (rows, seed) => ({
  embeddings: Float32Array.from({ length: rows * D }, (_, i) => Math.sin(seed + 3.7 * i)),
  inputTokens: Float64Array.from({ length: rows }, (_, i) => 10 * i),
});
const input = [block(30, 1), block(70, 2), block(1, 3)];
const read = async (options) => {
  const choices = [];
  for await (const { index, predictedQuality, predictedCostUsd, reward } of router.scoreBatch(input, options)) {
    for (let i = 0; i < index.length; i++) choices.push([index[i], predictedQuality[i], predictedCostUsd[i], reward[i]]);
  }
  return choices;
};
window.result = (async () => {
  const without = await read({});
  const workers = await openBatchWorkers(bytes, { workers: 2, blockRows: 16 });
  const found = [await read({ workers }), await read({ workers })];
  await workers.close();
  const refused = await openBatchWorkers(bytes.slice(0, 99), { workers: 1 }).catch(({ code }) => code);
  return { shared: workers.shared, rows: without.length, same: found.every((choices) => JSON.stringify(choices) === JSON.stringify(without)), refused };
})();
`;

describe.skipIf(!existsSync(browserPath))("a page", () => {
  let server: Server;
  let browser: Browser;
  let origin = "";

  beforeAll(async () => {
    const shared = {
      bundle: true,
      logLevel: "error",
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
    } as const;
    // as bundlers of pages do: the worker is a file of its own, beside the script that names it
    const main = await build({ ...shared, stdin: { contents: page, resolveDir: here("../examples"), loader: "js" } });
    const worker = await build({ ...shared, entryPoints: [here("../packages/batch/dist/worker.js")] });
    const files: Record<string, [string, Uint8Array]> = {
      "/": ["text/html", Buffer.from('<!doctype html><script type="module" src="/main.js"></script>')],
      "/main.js": ["text/javascript", main.outputFiles[0].contents],
      "/worker.js": ["text/javascript", worker.outputFiles[0].contents],
      "/default.onehead": ["application/octet-stream", readFileSync(here("../apps/cli/artifacts/default.onehead"))],
    };
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://page");
      const file = files[url.pathname];
      const isolated = url.searchParams.has("isolated") || url.pathname === "/worker.js";
      const isolation = isolated
        ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }
        : {};
      response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.[0] ?? "text/plain", ...isolation });
      response.end(file?.[1]);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ["--no-sandbox", "--disable-background-networking", "--no-first-run"];
    browser = await chromium.launch({ executablePath: browserPath, args });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each([
    ["that is isolated shares memory with workers", "/?isolated", true],
    ["that is not hands them its buffers", "/", false],
  ])("%s, and gets the bits of none", async (_, path, shared) => {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on("pageerror", ({ message }) => errors.push(message));
    await tab.goto(`${origin}${path}`);
    await tab.waitForFunction("window.result !== undefined");
    const result = await tab.evaluate("window.result");
    expect(errors).toEqual([]);
    expect(result).toEqual({ shared, rows: 101, same: true, refused: "artifact" });
    await tab.close();
  });
});
