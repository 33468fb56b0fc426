import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// what a bench compares has to be the same before it is timed; nothing is timed here
describe("the contestants of the benches of speed", () => {
  test.each([
    ["request.mjs", /^(literal|built-in), \d+ candidates, \d+ dimensions: equal choices/gm, 4],
    ["batch.mjs", /^(literal|built-in), 300 rows, .*: equal choices/gm, 2],
    ["kernels.mjs", /: equal results/g, 6],
    ["prompt.mjs", /^256 equal choices/gm, 1],
    ["memory.mjs", /^(requests|routers), (literal|built-in), (wasm|js): flat/gm, 8],
    ["cold-start.mjs", /^default(\.edge)?, Node .*, workerd: equal decisions/gm, 2],
  ] as const)(
    "of %s agree",
    (file, pattern, count) => {
      const path = fileURLToPath(new URL(file, import.meta.url));
      const { status, stdout, stderr } = spawnSync(process.execPath, [path, "--check"], { encoding: "utf8" });
      expect(status, stderr).toBe(0);
      expect(stdout.match(pattern)).toHaveLength(count);
    },
    300_000,
  );
});
