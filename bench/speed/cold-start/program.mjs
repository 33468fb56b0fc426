// A program of Node, Bun and Deno that takes one decision, and prints it with what it took: program.mjs ARTIFACT [--static-english]
import { readFileSync } from "node:fs";
import process from "node:process";
import { firstDecision } from "./first-decision.mjs";

const [file, table] = process.argv.slice(2);

async function importPackages() {
  const imports = [import("@onehead/core"), import("@onehead/core/wasm"), import("@onehead/embed")];
  if (table !== undefined) imports.push(import("@onehead/embed/static-english"));
  return Object.assign({}, ...(await Promise.all(imports)));
}

console.log(JSON.stringify(await firstDecision(importPackages, () => readFileSync(file))));
