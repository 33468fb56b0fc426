import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { openRows } from "../../packages/data/dist/index.js";
import { contentDigest } from "./content-digest.mjs";

const sets = JSON.parse(readFileSync(new URL("./sets.json", import.meta.url), "utf8"));

/**
 * Checks one set of a data folder against what `sets.json` says of it: schema, counts, then content. A file with other
 * bytes but the same content (another gzip, another order of keys) is as good; `isSameFile` tells the two apart.
 *
 * @param {string} folder the folder that ONEHEAD_DATA names
 * @param {{prompts: number, models: number, sha256: string, contentSha256: string}} expected
 * @returns {Promise<{problems: string[], isSameFile: boolean}>}
 */
export async function verifySet(folder, set, expected) {
  const path = join(folder, set, `${set}.jsonl.gz`);
  if (!existsSync(path)) return { problems: [`${path} is missing`], isSameFile: false };
  const rows = [];
  try {
    for await (const row of openRows(path)) rows.push(row);
  } catch (error) {
    return { problems: [error.message], isSameFile: false };
  }
  const models = new Set(rows.flatMap((row) => Object.keys(row.scores)));
  const problems = [];
  const compare = (what, found, wanted) => {
    if (found !== wanted) problems.push(`${what}: ${found}, expected ${wanted}`);
  };
  compare("prompts", rows.length, expected.prompts);
  compare("models", models.size, expected.models);
  compare("content SHA-256", contentDigest(rows), expected.contentSha256);
  return { problems, isSameFile: sha256(gunzipSync(readFileSync(path))) === expected.sha256 };
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

async function main([folder, ...wanted]) {
  if (folder === undefined) {
    console.error("usage: node scripts/data/verify.mjs <data folder> [set]...");
    process.exitCode = 2;
    return;
  }
  for (const set of wanted.length > 0 ? wanted : Object.keys(sets)) {
    const { problems, isSameFile } = await verifySet(folder, set, sets[set]);
    if (problems.length > 0) process.exitCode = 1;
    const good = isSameFile ? "ok, the same file" : "ok, the same content";
    console.log(`${set}: ${problems.length === 0 ? good : problems.join("; ")}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
