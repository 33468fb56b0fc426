import { existsSync } from "node:fs";
import { type OpenRuntime, openChromium, openProcess, openWorkerd } from "./open-runtime.js";

/** A runtime that Onehead says it runs on. */
export interface Runtime {
  name: string;
  /** Why it cannot be tested here, or null. */
  missing: string | null;
  open(): Promise<OpenRuntime>;
}

const { env } = process;

/** A runtime whose program an environment variable names. */
function named(name: string, variable: string, flags: readonly string[] = []): Runtime {
  const program = env[variable];
  return {
    name,
    missing: program ? null : `${variable} names no program`,
    open: () => openProcess([program!, ...flags], name),
  };
}

const browser = env["CHROMIUM"] ?? "/usr/bin/chromium";
const browserMissing = env["ONEHEAD_REQUIRE_BROWSER"] !== "1" && !existsSync(browser);

/** The runtime that the others are compared with. */
export const thisNode: Runtime = { name: "node", missing: null, open: () => openProcess([process.execPath], "node") };

export const otherRuntimes: readonly Runtime[] = [
  named("newer-node", "ONEHEAD_NEWER_NODE"),
  named("bun", "ONEHEAD_BUN"),
  // vitest's `expect` asks the environment for colours
  named("deno", "ONEHEAD_DENO", ["run", "--allow-read", "--allow-env", "--no-remote", "--no-lock", "--quiet"]),
  { name: "workerd", missing: null, open: openWorkerd },
  { name: "chromium", missing: browserMissing ? `no ${browser}` : null, open: () => openChromium(browser) },
];
