/**
 * Whether a file is left out of the build's context, as Docker's documentation has it: a pattern that matches a file or one of the
 * folders above it leaves it out, `!` takes it in again, the last word holds.
 */
export function isIgnored(path: string, patterns: readonly string[]): boolean {
  const parts = path.split("/");
  const prefixes = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
  let ignored = false;
  for (const pattern of patterns) {
    const glob = pattern.replace(/^!/, "");
    if (prefixes.some((prefix) => expressionOf(glob).test(prefix))) ignored = !pattern.startsWith("!");
  }
  return ignored;
}

export function patternsOf(dockerignore: string): string[] {
  return dockerignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** `**` is any number of folders, none too; `*` is anything within one name. */
function expressionOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\*/g, (star) => (star === "*" ? "[^/]*" : "(?:.*/)?"));
  return new RegExp(`^${source}$`);
}
