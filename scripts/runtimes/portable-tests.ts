import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** What a file of tests needs that only Node has, or only vitest: files, servers, processes, mocks, packages for Node. */
const needsNode =
  /from "(?:node:[^"]+|esbuild|gpu\.js|[^"]*\/(?:loopback\.fixture|energetic|transformers)\.js)"|\bimport\.meta\b|\bprocess\.|\bvi\./;

/** Minutes of float64 arithmetic, which say nothing of a runtime. */
const simulation = "feedback-simulation.test.ts";

/** Kernels of training are compiled from bytes. */
const compile = /\/(?:create-wasm-training|staged-products)\.test\.ts$/;

export interface PortableTests {
  /** What the runtime has beside what the web has. */
  buffer: boolean;
  /** Whether bytes may be compiled to WebAssembly. */
  compiles: boolean;
}

/** Files of core's and embed's tests that run without Node, from the root of the repository. */
export function portableTests({ buffer, compiles }: PortableTests): string[] {
  return ["packages/core/src", "packages/embed/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts") && !file.endsWith(simulation))
      .map((file) => `${folder}/${file}`)
      .sort()
      .filter((file) => {
        const source = readFileSync(join(root, file), "utf8");
        if (needsNode.test(source)) return false;
        return (buffer || !source.includes("Buffer.")) && (compiles || !compile.test(file));
      }),
  );
}

/** Gives the module `bundled:tests`, which imports these files one by one. */
export function portableTestsPlugin(files: readonly string[]): Plugin {
  return {
    name: "portable-tests",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^bundled:tests$/ }, ({ path }) => ({ path, namespace: "portable-tests" }));
      onLoad({ filter: /.*/, namespace: "portable-tests" }, () => ({
        contents: `export const testFiles = {\n${files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(join(root, file))}),\n`).join("")}};`,
        resolveDir: root,
        loader: "js",
      }));
    },
  };
}
