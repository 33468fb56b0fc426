// Question: from how many rows on is a batch faster on a GPU than on the processor?
//
// The built-in router scores batches in Chromium: with gpu.js's WebGL2 and WebGPU kernels, with the kernels in WebAssembly and with
// those in JavaScript, over 11 and 47 candidates. Before timing, every rival must choose the router's candidate for every row. Rivals
// are timed in turn, round after round; the fastest round counts. What the scorer measures by itself when it is opened, and what it
// concludes, stands beside. The result says which GPU it ran on: one that software draws shows that results agree, not how fast a GPU is.
//
//   node bench/gpu/gpu.mjs [--browser /usr/bin/chromium] [--browser-arguments "--enable-unsafe-webgpu"] [--rounds 5] [--publish]
//
// --publish writes bench/results/gpu.json and gpu.md.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const { values: flags } = parseArgs({
  options: {
    browser: { type: "string", default: process.env.CHROMIUM ?? "/usr/bin/chromium" },
    "browser-arguments": { type: "string", default: "--enable-unsafe-webgpu" },
    rounds: { type: "string", default: "5" },
    publish: { type: "boolean", default: false },
  },
});
const settings = {
  modes: ["webgl2", "webgpu"],
  candidates: [11, 47],
  batches: [64, 512, 4096],
  rounds: Number(flags.rounds),
};

const here = import.meta.dirname;
const bundle = { bundle: true, write: false, format: "iife", platform: "browser", target: "es2022" };
const { outputFiles } = await build({ ...bundle, entryPoints: [join(here, "page.mjs")], logLevel: "error" });
const files = {
  "/": ["text/html", '<!doctype html><script src="/page.js"></script>'],
  "/page.js": ["text/javascript", outputFiles[0].contents],
  "/default.onehead": [
    "application/octet-stream",
    readFileSync(join(here, "../../apps/cli/artifacts/default.onehead")),
  ],
};
const server = createServer(({ url }, response) => {
  const [type, content] = files[url] ?? ["text/plain", ""];
  response.writeHead(files[url] ? 200 : 404, { "content-type": type });
  response.end(content);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const args = ["--no-sandbox", "--no-first-run", ...flags["browser-arguments"].split(" ").filter(Boolean)];
const browser = await chromium.launch({ executablePath: flags.browser, args });
let found;
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const hasWebGpu = await page.evaluate(() => "gpu" in navigator && navigator.gpu.requestAdapter().then(Boolean));
  if (!hasWebGpu) settings.modes = ["webgl2"];
  // as text: numbers that JSON has no word for, such as Infinity, become null
  found = JSON.parse(await page.evaluate(async (given) => JSON.stringify(await window.measure(given)), settings));
} finally {
  await browser.close();
  server.close();
}

const report = {
  command: "node bench/gpu/gpu.mjs --publish",
  browser: found.userAgent.match(/(Headless)?Chrome\/[\d.]+/)?.[0],
  cpu: cpus()[0].model,
  ...settings,
  devices: found.devices,
  openings: found.openings,
  results: found.results,
};
const names = [...settings.modes, "wasm", "js"];
const titles = { webgl2: "gpu.js WebGL2", webgpu: "gpu.js WebGPU", wasm: "WebAssembly", js: "JavaScript" };
const cells = ({ candidates, rows, microsecondsPerRow }) =>
  [candidates, rows, ...names.map((name) => microsecondsPerRow[name].toFixed(name === "wasm" ? 1 : 0))].join(" | ");
const devices = Object.entries(report.devices).map(
  ([mode, { name, software }]) => `- ${mode}: ${name}${software ? " — **software, no GPU**" : ""}`,
);
const conclusions = found.openings.map(({ candidates, mode, uses, reason, openMs }) => {
  const used = uses === "gpu" ? "the GPU" : "the processor";
  return `- ${candidates} candidates, ${mode}: ${used}, ${reason}; opened in ${(openMs / 1000).toFixed(1)} s`;
});
const text = [
  "# Batches on a GPU",
  "",
  `Made by \`${report.command}\` in ${report.browser}, ${report.cpu}; do not edit. Microseconds for a row of the built-in router.`,
  "",
  ...devices,
  "",
  `| candidates | rows of the batch | ${names.map((name) => titles[name]).join(" | ")} |`,
  `| --- | --- | ${names.map(() => "---").join(" | ")} |`,
  ...found.results.map((result) => `| ${cells(result)} |`),
  "",
  "What the scorer concluded, told to count software as a GPU:",
  "",
  ...conclusions,
  "",
].join("\n");
console.log(text);
if (flags.publish) {
  const folder = join(here, "../results");
  writeFileSync(join(folder, "gpu.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(folder, "gpu.md"), text);
}
