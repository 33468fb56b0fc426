// Installs and builds the workspace with nothing but Node and npm: what `npm start` and `npm test` run first.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };

/** Runs a command of this workspace in the foreground and ends the process with its code when it fails. */
export function run(command, args, options = {}) {
  const binaries = join(root, "node_modules", ".bin");
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
    env: { ...environment, PATH: `${binaries}${process.platform === "win32" ? ";" : ":"}${environment.PATH}` },
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs what the lockfile names, unless that very lockfile is installed already. */
function install() {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"));
  const wanted = createHash("sha256").update(lockfile).digest("hex");
  const stamp = join(root, "node_modules", ".onehead-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const { devEngines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { name, version } = devEngines.packageManager;
  console.error(`Installing with ${name} ${version} (first run only) …`);
  run("npx", ["--yes", `${name}@${version}`, "install", "--frozen-lockfile", "--silent"]);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  console.error("Building (a minute or two, the first time) …");
}

/** Installs and builds; both do nothing when they are up to date. */
export function prepare() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Onehead needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  install();
  run("turbo", ["run", "build", "--output-logs=errors-only", "--log-order=grouped"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
