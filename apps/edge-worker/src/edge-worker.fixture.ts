import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const folder = join(import.meta.dirname, "..");
export const apiKey = "sk-gateway-0123456789";

/** Builds the Worker as a user does. */
export function buildWorker(...options: string[]): { script: Buffer; router: Buffer | null } {
  execFileSync(process.execPath, ["scripts/build.mjs", ...options], { cwd: folder, stdio: "pipe" });
  const read = (file: string): Buffer => readFileSync(join(folder, "dist", file));
  return { script: read("worker.js"), router: options.includes("--embed") ? null : read("router.onehead") };
}

/** Runs the built Worker in workerd, without any flag, and gives its address. */
export async function runWorker(
  { script, router }: ReturnType<typeof buildWorker>,
  bindings: Record<string, string>,
): Promise<{ worker: Miniflare; url: string }> {
  const worker = new Miniflare({
    compatibilityDate: "2025-01-01",
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/worker.js", contents: script.toString("utf8") },
      ...(router === null ? [] : [{ type: "Data" as const, path: "/router.onehead", contents: router }]),
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
