import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const chunkImport = /(from|import) "\.\/(chunk-\w+\.js)"/g;

/**
 * Puts the chunks that an entry point is made of together in one file, `<name>.shared.js`, which every entry point imports in their place:
 * what a program waits for at its start is the number of files more than their size.
 *
 * @param dist    folder of an ESM build with splitting, which has been written
 * @param entries names of entry points, in order: a chunk goes to the first one that has it
 */
export async function joinChunks(dist: string, entries: readonly string[]): Promise<void> {
  for (const entry of entries) await joinChunksOf(dist, entry);
}

async function joinChunksOf(dist: string, entry: string): Promise<void> {
  const textOf = (file: string): string => readFileSync(join(dist, file), "utf8");
  const joined = new Set<string>();
  const visit = (file: string): void => {
    for (const [, , chunk] of textOf(file).matchAll(chunkImport)) {
      if (joined.has(chunk)) continue;
      joined.add(chunk);
      visit(chunk);
    }
  };
  visit(`${entry}.js`);
  const shared = `${entry}.shared.js`;
  const names = [...joined].sort();
  await build({
    stdin: { contents: names.map((chunk) => `export * from "./${chunk}";`).join("\n"), resolveDir: dist },
    outfile: join(dist, shared),
    bundle: true,
    // what is not to be joined, files of earlier entry points too
    plugins: [
      {
        name: "outside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ path }) =>
            joined.has(path.replace("./", "")) ? undefined : { path, external: true },
          ),
      },
    ],
    format: "esm",
    target: "es2022",
    sourcemap: true,
    logLevel: "error",
    // two chunks that export the same name would export it no more
    logOverride: { "ambiguous-reexport": "error" },
  });
  for (const file of readdirSync(dist).filter((name) => name.endsWith(".js") && name !== shared)) {
    if (joined.has(file)) continue;
    const text = textOf(file);
    // chunks that are only to be loaded: those have no effect of their own
    const imports = text
      .replace(/^import "\.\/chunk-\w+\.js";$/gm, "")
      .replace(chunkImport, (found, keyword, chunk) => (joined.has(chunk) ? `${keyword} "./${shared}"` : found));
    if (imports !== text) writeFileSync(join(dist, file), imports);
  }
  for (const chunk of names) for (const file of [chunk, `${chunk}.map`]) rmSync(join(dist, file));
}
