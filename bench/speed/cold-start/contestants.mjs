import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const here = import.meta.dirname;
const artifactFolder = join(here, "../../../apps/cli/artifacts");
/** The routers that start, and whether they need the table of words beside them. */
export const artifacts = [
  { name: "default", file: join(artifactFolder, "default.onehead"), table: true },
  { name: "default.edge", file: join(artifactFolder, "default.edge.onehead"), table: false },
];

/** Fresh processes of a runtime that takes a program: `start(artifact)`, or null for one that does nothing. */
export function processes(name, command, ...flags) {
  return {
    name,
    async start(artifact) {
      const args = artifact === null ? [join(here, "nothing.mjs")] : [join(here, "program.mjs"), artifact.file];
      if (artifact?.table) args.push("--static-english");
      const started = performance.now();
      const { stdout } = await promisify(execFile)(command, [...flags, ...args], { cwd: here });
      const { steps, decision } = JSON.parse(stdout);
      return { wallMs: performance.now() - started, steps, decision };
    },
  };
}

/** A Worker's script, and the files beside it. */
async function bundleWorker(artifact) {
  const files = new Map();
  const beside = {
    name: "beside",
    setup({ onResolve }) {
      onResolve({ filter: /\.(onehead|wasm|bin)$/ }, ({ path, resolveDir }) => {
        const own = path.endsWith(".onehead") ? artifact.file : join(resolveDir, path);
        files.set(basename(path), readFileSync(own));
        return { path: `./${basename(path)}`, external: true };
      });
    },
  };
  const entry = artifact === null ? "worker-nothing.mjs" : `worker-${artifact.table ? "default" : "edge"}.mjs`;
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import"],
    target: "es2022",
    logOverride: { "ignored-bare-import": "silent" },
    plugins: [beside],
  });
  return [
    { type: "ESModule", path: "/worker.js", contents: outputFiles[0].text },
    ...[...files].map(([file, contents]) => {
      return { type: file.endsWith(".wasm") ? "CompiledWasm" : "Data", path: `/${file}`, contents };
    }),
  ];
}

/**
 * Fresh processes of workerd, each with one Worker, measured from outside: within, the clock stands still while a request is worked on. `readyMs`
 * is until it listens, `firstMs` the first answer, with the decision if there is one, `nextMs` the next.
 */
export async function workers() {
  const modules = new Map();
  for (const artifact of [null, ...artifacts]) modules.set(artifact, await bundleWorker(artifact));
  return {
    name: "workerd",
    async start(artifact, path = artifact === null ? "/" : "/decide") {
      const started = performance.now();
      const worker = new Miniflare({
        compatibilityDate: "2025-01-01",
        modulesRoot: "/",
        modules: modules.get(artifact),
        // asks nobody where it is
        cf: false,
      });
      try {
        const url = await worker.ready;
        const ready = performance.now();
        const ask = async (asked) => (await fetch(new URL(asked, url))).json();
        const { decision } = await ask(path);
        const first = performance.now();
        await ask("/");
        const next = performance.now();
        return {
          wallMs: first - started,
          readyMs: ready - started,
          firstMs: first - ready,
          nextMs: next - first,
          decision,
        };
      } finally {
        await worker.dispose();
      }
    },
  };
}
