import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const folder = join(import.meta.dirname, "..");
export const apiKey = "sk-gateway-0123456789";

/** Files of a deployment; one file has neither router nor kernels beside it. */
interface BuiltWorker {
  script: Buffer;
  router: Buffer | null;
  kernels: Buffer | null;
}

/** Builds the Worker as a user does. */
export function buildWorker(...options: string[]): BuiltWorker {
  execFileSync(process.execPath, ["scripts/build.mjs", ...options], { cwd: folder, stdio: "pipe" });
  const read = (file: string): Buffer => readFileSync(join(folder, "dist", file));
  const beside = (file: string): Buffer | null => (options.includes("--embed") ? null : read(file));
  return { script: read("worker.js"), router: beside("router.onehead"), kernels: beside("kernels.wasm") };
}

/** Runs the built Worker in workerd, without any flag, and gives its address. */
export async function runWorker(
  { script, router, kernels }: BuiltWorker,
  bindings: Record<string, string>,
): Promise<{ worker: Miniflare; url: string }> {
  const worker = new Miniflare({
    compatibilityDate: "2025-01-01",
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/worker.js", contents: script.toString("utf8") },
      ...(router === null ? [] : [{ type: "Data" as const, path: "/router.onehead", contents: router }]),
      ...(kernels === null ? [] : [{ type: "CompiledWasm" as const, path: "/kernels.wasm", contents: kernels }]),
    ],
    bindings,
    // asks nobody where it is
    cf: false,
  });
  return { worker, url: (await worker.ready).href.replace(/\/$/, "") };
}

export function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}`, ...headers },
    body: JSON.stringify(body),
  });
}
