import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "tsup";

type Plugin = NonNullable<
  Parameters<typeof defineConfig>[0] extends infer C ? (C extends { esbuildPlugins?: infer P } ? P : never) : never
>;

/** Inlines a table's bytes, but leaves them a module of their own where the entry point is workerd's. */
const tables: Plugin = [
  {
    name: "tables",
    setup(build) {
      build.onResolve({ filter: /\.bin$/ }, ({ path, importer }) =>
        importer.endsWith(".workerd.ts") ? { path: `./${basename(path)}`, external: true } : undefined,
      );
      build.onEnd(() =>
        copyFileSync(
          join(import.meta.dirname, "tables/static-english.bin"),
          join(import.meta.dirname, "dist/static-english.bin"),
        ),
      );
    },
  },
];

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "static-english": "src/static-english.ts",
    "static-english.workerd": "src/static-english.workerd.ts",
  },
  format: "esm",
  // the inlined table is decoded without Node's Buffer
  platform: "neutral",
  loader: { ".bin": "binary" },
  esbuildPlugins: tables,
  dts: { entry: { index: "src/index.ts", "static-english": "src/static-english.ts" } },
  sourcemap: true,
  target: "es2022",
  clean: true,
});
