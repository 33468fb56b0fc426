import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

/** Bundles tests with a collector in the place of vitest. */
export const collectorPlugin: Plugin = {
  name: "collector",
  setup({ onResolve, resolve }) {
    const vitestFolder = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(import.meta.dirname, "collected-vitest.ts") }));
    onResolve({ filter: /^@vitest\/expect$/ }, ({ path, kind, resolveDir }) =>
      resolveDir === vitestFolder ? undefined : resolve(path, { kind, resolveDir: vitestFolder }),
    );
  },
};
