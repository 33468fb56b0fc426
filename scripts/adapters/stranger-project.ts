import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Adapter } from "./adapters.js";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

// never in the foreground: the fault server that the programs call lives in this process
const execute = promisify(execFile);

/** A project with nothing in it but one adapter's packed tarball and its vendor's package. */
export interface StrangerProject {
  folder: string;
  /** Of the adapter, as installed. */
  packageFolder: string;
  tarballBytes: number;
  /** All that is installed, by its path below the project. */
  installed: string[];
}

/** Packs an adapter as npm does and installs it in an empty project. */
export async function createStrangerProject({ name, sdk, beside }: Adapter): Promise<StrangerProject> {
  // the real path: the compiler names files by it
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `onehead-${name}-`)));
  const source = join(root, "packages", name);
  await npm(["pack", "--pack-destination", folder], source);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"))!;
  writeFileSync(join(folder, "package.json"), '{"name":"stranger","private":true,"type":"module"}');
  const wanted = [sdk, ...(beside === undefined ? [] : [beside])].map((dependency) => exactly(dependency, source));
  await npm(["install", "--no-audit", "--no-fund", `./${tarball}`, ...wanted], folder);
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  return {
    folder,
    packageFolder: join(folder, "node_modules", "@onehead", name),
    tarballBytes: statSync(join(folder, tarball)).size,
    installed: Object.keys(packages).filter((path) => path !== ""),
  };
}

/** The version that the adapter's own tests run against. */
function exactly(dependency: string, folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules", dependency, "package.json"), "utf8"));
  return `${dependency}@${version}`;
}

async function npm(args: string[], cwd: string): Promise<void> {
  await execute("npm", args, { cwd, shell: process.platform === "win32" });
}

/** Files of a folder, by their paths below it. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Runs a module in the project with plain Node and gives the JSON that it prints; anything on stderr is an error. */
export async function runInProject({ folder }: StrangerProject, source: string): Promise<unknown> {
  writeFileSync(join(folder, "program.mjs"), source);
  const { stdout, stderr } = await execute(process.execPath, ["program.mjs"], {
    cwd: folder,
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    timeout: 60_000,
  });
  if (stderr !== "") throw new Error(stderr);
  return JSON.parse(stdout);
}
