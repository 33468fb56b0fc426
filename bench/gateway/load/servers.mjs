// The servers of the gateway's benches, each a process of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A process with its first line of output. */
async function started(args, options) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return { child, line };
}

export async function startUpstream(pauseMs = 0) {
  const { child, line } = await started([here("./upstream.mjs")], {
    env: { ...process.env, PAUSE_MS: String(pauseMs) },
  });
  return { url: `http://127.0.0.1:${line}`, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** `onehead serve` as anybody would start it, with one provider. */
export async function startOnehead(upstream, { nodeArgs = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "onehead-load-"));
  const main = here("../../../apps/cli/dist/main.js");
  const env = { PATH: process.env.PATH, OPENAI_API_KEY: "sk-load", OPENAI_BASE_URL: `${upstream}/v1` };
  const args = [...nodeArgs, main, "serve", "--port", "0", "--json", "--log-level", "error"];
  const { child, line } = await started(args, { cwd: folder, env });
  return {
    url: JSON.parse(line).url,
    folder,
    pid: child.pid,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A proxy that does nothing but pass on: the floor under every gateway here. */
export async function startProxy(upstream) {
  const { child, line } = await started([here("./proxy.mjs"), upstream], {});
  return { url: `http://127.0.0.1:${line}`, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** Portkey's gateway, told in headers where to go. */
export async function startPortkey(upstream, port = 18_787) {
  const folder = dirname(createRequire(import.meta.url).resolve("@portkey-ai/gateway/package.json"));
  const child = spawn(process.execPath, ["build/start-server.js", `--port=${port}`, "--headless"], {
    cwd: folder,
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) break;
    if (tries > 100) throw new Error("Portkey's gateway did not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const headers = {
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstream}/v1`,
    authorization: "Bearer sk-load",
  };
  return { url, headers, pid: child.pid, stop: () => child.kill("SIGKILL") };
}
