import { writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** What every result says of where it comes from. */
export function setting(command) {
  return { command, node: process.version, cpu: cpus()[0].model, cores: cpus().length };
}

export const round = (value, digits = 3) => Number(value.toPrecision(digits));

/** Numbers of a flag such as "11,100". */
export function numbersOf(text) {
  return text.split(",").map((part) => {
    const value = Number(part);
    if (!Number.isInteger(value) || value < 1) throw new Error(`${part}: expected whole numbers above 0, as in 11,100`);
    return value;
  });
}

/** Node 20's results go by this name, those of another one have it in theirs: speed-request.node24.json. */
export function resultName(name) {
  const major = process.versions.node.split(".")[0];
  return major === "20" ? name : name.replace(/\.(\w+)$/, `.node${major}.$1`);
}

export function writeResult(name, text) {
  writeFileSync(new URL(`../../results/${resultName(name)}`, import.meta.url), text);
}
