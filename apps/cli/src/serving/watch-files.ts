import { unwatchFile, watchFile } from "node:fs";

/**
 * Calls back when one of the files has changed; by polling, which sees a file that was replaced, on any file system.
 *
 * @returns stops it
 */
export function watchFiles(files: readonly string[], changed: () => void, intervalMs = 1_000): () => void {
  const listener = (now: { mtimeMs: number; size: number }, before: { mtimeMs: number; size: number }): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) changed();
  };
  for (const file of files) watchFile(file, { interval: intervalMs, persistent: false }, listener);
  return () => {
    for (const file of files) unwatchFile(file, listener);
  };
}
