// A part of a Markdown file that a script makes, between <!-- name: … --> and <!-- /name -->.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

/** Writes the block; with --check only ends with 1, saying so, where the file has another. */
export function fillBlock(file, name, text) {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const block = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!block.test(before)) throw new Error(`${file}: no block <!-- ${name}: … -->`);
  const after = before.replace(block, (_, start, end) => `${start}\n${text}\n\n${end}`);
  if (!process.argv.includes("--check")) writeFileSync(path, after);
  else if (after !== before) {
    console.error(`${file}: the block "${name}" is out of date; run node ${process.argv[1].slice(root.length + 1)}`);
    process.exitCode = 1;
  }
}
