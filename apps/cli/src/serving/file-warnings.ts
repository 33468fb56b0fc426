import { readFileSync, statSync } from "node:fs";

/** A key that is written out, not `${NAME}` of the environment. */
const writtenKey = /\bapiKey["']?\s*:\s*["']?[^\s"'$,{}]/;

/**
 * What an operator should know of files that others on the machine can read: a log of prompts, and a configuration with a key in it.
 * Where files have no modes there is nothing to say.
 */
export function fileWarnings(config: string | undefined, database: string): string[] {
  if (process.platform === "win32") return [];
  const warnings: string[] = [];
  for (const file of [database, `${database}-wal`, `${database}-calls-a`, `${database}-calls-b`]) {
    const mode = openTo(file);
    if (mode !== null)
      warnings.push(`${file}: others can read the log (mode ${mode}), expected 600: chmod 600 ${file}`);
  }
  const mode = config === undefined ? null : openTo(config);
  if (config !== undefined && mode !== null && writtenKey.test(readFileSync(config, "utf8"))) {
    warnings.push(
      `${config}: others can read the key in it (mode ${mode}), expected \${NAME} of the environment, or mode 600`,
    );
  }
  return warnings;
}

/** The mode of a file that not only its owner can read; null for any other, and for none. */
function openTo(file: string): string | null {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  return mode === undefined || (mode & 0o077) === 0 ? null : (mode & 0o777).toString(8);
}
