import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { toJsonLine } from "../../packages/data/dist/index.js";
import { parseIdRanges } from "./id-ranges.mjs";

/**
 * The command line that all converters share: `convert-<set>.mjs [--all] <checkout>... <out>` writes
 * `<out>/<set>/<set>.jsonl.gz`, whole or not at all.
 *
 * @param {string} set
 * @param {string[]} checkouts what each argument before the last is, for the usage line
 * @param {(...paths: string[]) => Iterable<object> | AsyncIterable<object>} convert
 */
export async function runConverter(set, checkouts, convert) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" } } });
  if (positionals.length !== checkouts.length + 1) {
    const paths = [...checkouts, "out folder"].map((name) => `<${name}>`).join(" ");
    console.error(`usage: node scripts/data/convert-${set}.mjs [--all] ${paths}`);
    process.exitCode = 2;
    return;
  }
  const folder = join(positionals[checkouts.length], set);
  const path = join(folder, `${set}.jsonl.gz`);
  const rows = convert(...positionals.slice(0, -1));
  mkdirSync(folder, { recursive: true });
  const count = await writeRows(path, values.all ? rows : keptRows(set, rows));
  console.log(`${path}: ${count} prompts`);
}

/** Writes rows as gzip JSON Lines beside `path` and moves them there when all are written. */
export async function writeRows(path, rows) {
  let count = 0;
  async function* lines() {
    for await (const row of rows) {
      count++;
      yield toJsonLine(row);
    }
  }
  const partial = `${path}.partial`;
  try {
    await pipeline(Readable.from(lines()), createGzip({ level: 9 }), createWriteStream(partial));
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  return count;
}

/** The rows that the committed results use, where that is a part of the source; else all. */
export async function* keptRows(set, rows) {
  const list = new URL(`./kept/${set}.json`, import.meta.url);
  const kept = existsSync(list) ? parseIdRanges(JSON.parse(readFileSync(list, "utf8"))) : undefined;
  for await (const row of rows) if (kept === undefined || kept.has(row.id)) yield row;
}
