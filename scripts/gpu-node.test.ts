// The GPU's kernels in Node, through gpu.js's WebGPU: npm's `webgpu` with the software driver that Chromium brings along.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { type Comparison, scoredArtifacts } from "../packages/core/src/gpu/contract/scored-cases.js";

const core = fileURLToPath(new URL("../packages/core", import.meta.url));
const driver = process.env["VK_ICD_FILENAMES"] ?? "/usr/lib/chromium/vk_swiftshader_icd.json";
const driverExpected = process.env["ONEHEAD_REQUIRE_BROWSER"] === "1" || existsSync(driver);

// what the guide tells its readers to run first
const guide = readFileSync(new URL("../docs/guide/gpu.md", import.meta.url), "utf8");
const [, setUp] = guide.match(/```js\n([\s\S]*?)```/) ?? [];

const program = `
${setUp}
import { Router } from "./src/router/router.js";
import { compareToRouter, preferences, rowsOf, scoredArtifacts } from "./src/gpu/contract/scored-cases.js";
import { openGpuScorer } from "./src/gpu/index.js";

const found = {};
for (const [name, make] of Object.entries(scoredArtifacts)) {
  const artifact = make();
  const router = new Router(artifact);
  const scorer = await openGpuScorer(artifact, { use: "gpu", blockRows: [16, 8] });
  const rows = rowsOf(router.dimensions, 51);
  found[name] = { device: scorer.report.device, comparisons: [] };
  for (const preference of preferences) {
    found[name].comparisons.push(await compareToRouter(scorer, router, rows, preference));
  }
  await scorer.close();
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
`;

interface Found {
  device: { mode: string; name: string; software: boolean };
  comparisons: Comparison[];
}

describe.skipIf(!driverExpected)("with WebGPU in Node", () => {
  let found: Record<string, Found> = {};

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: core, loader: "ts" },
      bundle: true,
      external: ["gpu.js", "webgpu"],
      logLevel: "error",
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
    });
    // inside the package, where the packages resolve
    const folder = join(core, ".turbo");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "gpu-node.mjs");
    writeFileSync(path, outputFiles[0].contents);
    const env = {
      ...process.env,
      VK_ICD_FILENAMES: driver,
      // Chromium's own loader of Vulkan stands beside its driver
      LD_LIBRARY_PATH: [dirname(driver), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [path], { env, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    found = JSON.parse(stdout);
  });

  test.each(Object.keys(scoredArtifacts))("chooses as the router does: %s", (name) => {
    const { device, comparisons } = found[name];
    expect(device).toMatchObject({ mode: "webgpu", software: true });
    expect(comparisons.length).toBeGreaterThan(5);
    for (const comparison of comparisons) {
      expect(comparison).toMatchObject({ rows: 51, different: 0, lost: null });
      if (name !== "no price") expect(comparison.gpuRows).toBeGreaterThan(40);
      expect(comparison.quality).toBeLessThan(1e-5);
      expect(comparison.cost).toBeLessThan(2e-5);
    }
  });
});
