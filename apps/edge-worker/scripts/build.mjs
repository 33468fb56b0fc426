// Builds the Worker: dist/worker.js, and beside it the router as a binary module and the kernels as a compiled one; with --embed the
// router is in the script, for deployments that take one file, and the kernels are those in JavaScript. `node scripts/build.mjs [--artifact FILE] [--embed]`
import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({ options: { artifact: { type: "string" }, embed: { type: "boolean", default: false } } });
const artifact = values.artifact ?? here("../../cli/artifacts/default.edge.onehead");

/** The router's module, whichever file it is of: left to the deployment, or inlined. */
const router = {
  name: "router",
  setup(build) {
    build.onResolve({ filter: /\/router\.onehead$/ }, () =>
      values.embed ? { path: artifact } : { path: "./router.onehead", external: true },
    );
  },
};

/** The kernels' module, which only a file can be: left to the deployment, or left out. */
const kernels = {
  name: "kernels",
  setup(build) {
    build.onResolve({ filter: /\/kernels\.wasm$/ }, ({ resolveDir }) => {
      if (values.embed) return { path: "kernels.wasm", namespace: "none" };
      copyFileSync(join(resolveDir, "kernels.wasm"), here("../dist/kernels.wasm"));
      return { path: "./kernels.wasm", external: true };
    });
    build.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export default undefined;" }));
  },
};

rmSync(here("../dist"), { recursive: true, force: true });
mkdirSync(here("../dist"));
await build({
  entryPoints: { worker: here("../src/worker.ts") },
  outdir: here("../dist"),
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  conditions: ["workerd", "worker", "browser", "import"],
  mainFields: ["module", "main"],
  loader: { ".onehead": "binary" },
  plugins: [router, kernels],
  minify: true,
  logLevel: "warning",
  // of a chunk that is imported for nothing
  logOverride: { "ignored-bare-import": "silent" },
});
if (!values.embed) copyFileSync(artifact, here("../dist/router.onehead"));
for (const file of values.embed ? ["worker.js"] : ["worker.js", "kernels.wasm", "router.onehead"]) {
  console.log(`dist/${file}  ${(statSync(here(`../dist/${file}`)).size / 1024).toFixed(0)} KiB`);
}
