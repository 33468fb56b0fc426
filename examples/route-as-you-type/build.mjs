// Builds the page: one file, dist/index.html, with script, style and router in it. Works from any server and from a folder. With --split script
// and style are files beside it, for servers whose own policy refuses what is inline.
//   node examples/route-as-you-type/build.mjs [--artifact FILE] [--out FOLDER] [--split]
// The artifact has to hold its whole embedder (onehead train --no-static --precision int8); the built-in one for edges does.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    artifact: { type: "string", default: here("../../apps/cli/artifacts/default.edge.onehead") },
    out: { type: "string", default: here("dist") },
    split: { type: "boolean", default: false },
  },
});

const bundle = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    logLevel: "warning",
    // of a chunk that is imported for nothing
    logOverride: { "ignored-bare-import": "silent" },
  });
  return outputFiles[0].text.trim();
};
const [script, style] = [await bundle("src/main.ts"), await bundle("style.css")];
if (/<\/script/i.test(script)) throw new Error("build: the script holds </script, which would end it");

// the page runs what it was built with, and asks no server for anything
const sourceOf = (text) => (values.split ? "'self'" : `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
const policy = [
  "default-src 'none'",
  `script-src ${sourceOf(script)} 'wasm-unsafe-eval'`,
  `style-src ${sourceOf(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const parts = {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  style: values.split ? '<link rel="stylesheet" href="style.css" />' : `<style>${style}</style>`,
  script: [
    `<script type="application/octet-stream" id="artifact">${readFileSync(values.artifact).toString("base64")}</script>`,
    values.split ? '<script src="script.js"></script>' : `<script>${script}</script>`,
  ].join("\n    "),
};
let page = readFileSync(here("index.html"), "utf8");
for (const [name, text] of Object.entries(parts)) page = page.replace(`<!-- ${name} -->`, () => text);

mkdirSync(values.out, { recursive: true });
const files = { "index.html": page, ...(values.split && { "script.js": script, "style.css": style }) };
for (const [name, text] of Object.entries(files)) {
  const file = join(values.out, name);
  writeFileSync(file, text);
  console.log(`${file}  ${(Buffer.byteLength(text) / 1024).toFixed(0)} KiB`);
}
