import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const execute = promisify(execFile);

/** A stranger's empty project with every package that is published installed from its tarball, all at once. */
export interface PackedProject {
  folder: string;
  /** Names of the packages whose tarballs were installed. */
  packed: string[];
  tarballBytes: number;
}

/** Packs as the release does, `workspace:` ranges and all, and installs as a user does. */
export async function createPackedProject(): Promise<PackedProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "onehead-install-")));
  const packed: string[] = [];
  for (const source of publishedFolders()) {
    const { name } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
    const pnpm = join(root, "node_modules", ".bin", "pnpm");
    await execute(pnpm, ["pack", "--pack-destination", folder], { cwd: source, shell: process.platform === "win32" });
    packed.push(name);
  }
  const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{"name":"stranger","private":true,"type":"module"}');
  const wanted = tarballs.map((file) => `./${file}`);
  await execute("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...wanted], {
    cwd: folder,
    shell: process.platform === "win32",
  });
  const tarballBytes = tarballs.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { folder, packed, tarballBytes };
}

function publishedFolders(): string[] {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private !== true);
}

export interface InstalledPackage {
  name: string;
  /** Its files and its own folder's `node_modules`, in blocks of the disk as `du` counts them. */
  bytes: number;
}

/** Every package in a project's `node_modules`, the biggest first. */
export function installedPackages(project: string): InstalledPackage[] {
  const modules = join(project, "node_modules");
  const names = readdirSync(modules).flatMap((entry) =>
    entry.startsWith("@") ? readdirSync(join(modules, entry)).map((name) => `${entry}/${name}`) : [entry],
  );
  return names.map((name) => ({ name, bytes: bytesOf(join(modules, name)) })).sort((a, b) => b.bytes - a.bytes);
}

function bytesOf(path: string): number {
  const { blocks, size } = statSync(path);
  // where the file system does not count blocks, whole pages
  const own = blocks === undefined ? Math.ceil(size / 4096) * 4096 : blocks * 512;
  if (!statSync(path).isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), own);
}
