// Checks what would be published: publint and are-the-types-wrong on every public package, and core's size.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./prepare.mjs";

const folders = ["packages", "apps"].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => join(group, name)),
);
for (const folder of folders) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (manifest.private) continue;
  console.log(`\n${manifest.name}`);
  run("publint", ["run", "--strict", folder]);
  // core serves CommonJS too; the rest is ESM only, and the CLI has no types to check
  const profile = manifest.name === "@onehead/core" ? "node16" : "esm-only";
  if (manifest.exports) run("attw", ["--pack", folder, "--profile", profile, "--no-emoji"]);
}
run("size-limit", []);
