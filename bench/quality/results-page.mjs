// Writes docs/results.md and its pictures from the committed figures; with --check only says whether they are up to date.
//
//   node bench/quality/results-page.mjs [--from bench/results] [--docs docs] [--check]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toSvgPicture } from "@onehead/eval";
import { resultsMarkdown } from "./results-markdown.mjs";

const root = join(import.meta.dirname, "../..");
const { values: flags } = parseArgs({
  options: {
    from: { type: "string", default: join(root, "bench/results") },
    docs: { type: "string", default: join(root, "docs") },
    check: { type: "boolean", default: false },
  },
});

function read(name) {
  const path = join(flags.from, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** Every file of the page by its path below docs. */
function pageFiles() {
  const report = read("quality.json");
  if (!report?.protocols) {
    console.error(`${flags.from} has no quality.json of quality.mjs`);
    process.exit(flags.check ? 0 : 1);
  }
  const examples = read("quality-curves.json") ?? [];
  const page = resultsMarkdown(report, examples, read("ablation.json"), read("new-models.json"));
  const files = new Map([["results.md", page]]);
  for (const { protocol, set, result } of examples) {
    for (const kind of picturesOf(protocol, result)) {
      files.set(pictureName(protocol, set, kind), toSvgPicture(result, kind));
    }
  }
  return files;
}

/** Dense rows are shown whole; of the others what routing adds. */
function picturesOf(protocol, { pool }) {
  if (protocol !== "dense") return ["gain"];
  return [pool.minCostUsd > 0 ? "cost-quality-log" : "cost-quality", "gain", "selection"];
}

export function pictureName(protocol, set, kind) {
  return `results/${protocol}-${set}-${kind.replace("-log", "")}.svg`;
}

const files = pageFiles();
const stale = [...files].filter(([path, text]) => {
  const written = join(flags.docs, path);
  return !existsSync(written) || readFileSync(written, "utf8") !== text;
});
if (!flags.check) {
  mkdirSync(join(flags.docs, "results"), { recursive: true });
  for (const [path, text] of files) writeFileSync(join(flags.docs, path), text);
  console.log(`${files.size} files, ${stale.length} changed`);
} else if (stale.length > 0) {
  const paths = stale.map(([path]) => `docs/${path}`).join(", ");
  console.error(`${paths}: not those of bench/results; run node bench/quality/results-page.mjs`);
  process.exit(1);
}
