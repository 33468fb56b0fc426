import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../process/report-failure.js";

/** Paths by the flag that names them; undefined where it was not given. */
export type NamedPaths = Readonly<Record<string, string | undefined>>;

/**
 * Says before anything is read or written that a command would replace what it reads, or one of its results by another. Links and
 * ways through other folders count as the file that they lead to; pipes and devices can be both read and written.
 *
 * @throws UsageError naming both flags
 */
export async function assertKeepsInputs(outputs: NamedPaths, inputs: NamedPaths): Promise<void> {
  const taken = new Map<string, string>();
  for (const [flag, path] of Object.entries(inputs)) {
    if (path !== undefined) taken.set(await fileOf(path), flag);
  }
  for (const [flag, path] of Object.entries(outputs)) {
    if (path === undefined || (await isStream(path))) continue;
    const file = await fileOf(path);
    const other = taken.get(file);
    if (other !== undefined) throw new UsageError(`${flag} would replace what ${other} names: ${path}`);
    taken.set(file, flag);
  }
}

/** The real path, of the folder where there is no such file yet. */
async function fileOf(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    const folder = await realpath(dirname(whole)).catch(() => dirname(whole));
    return join(folder, basename(whole));
  }
}

async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile();
}
