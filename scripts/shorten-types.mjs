// Shortens the comments of an adapter's bundled types to their first clause, and indents them with tabs: the types of
// @onehead/provider stand in each of the seven, and the whole of their comments is 4 kB of a tarball that has to stay under 25. The
// sources keep them.
import { readFileSync, writeFileSync } from "node:fs";

const [path] = process.argv.slice(2);
const text = readFileSync(path, "utf8");
writeFileSync(
  path,
  text
    .replace(/^(?: {4})+/gm, (indent) => "\t".repeat(indent.length / 4))
    .replace(/\/\*\*[\s\S]*?\*\//g, (comment) => {
      const words = comment
        .slice(3, -2)
        .split("\n")
        .map((line) => line.replace(/^\s*\*\s?/, "").trim())
        .filter((line) => line !== "")
        .join(" ");
      const [first] = words.split(/(?<=[.:;])\s|\s(?=@\w|- )/);
      return `/** ${first.replace(/[:;]$/, ".")} */`;
    }),
);
