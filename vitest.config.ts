import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps,scripts,bench,docs,examples}/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // two cores: more workers only fight for them
    maxWorkers: 2,
  },
});
