import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Imports a TypeScript file of the workspace that no package exports, with all that it needs. @param path from the workspace's root */
export async function importSource(path) {
  const entry = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
