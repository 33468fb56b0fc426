import { createHash } from "node:crypto";

/**
 * SHA-256 of what a set says, whatever its bytes: rows in order of id, models in order of name, numbers to 12
 * significant digits. Two files with this digest train and evaluate alike but for the order of their rows.
 *
 * @param {Iterable<import("@onehead/data").PromptRow>} rows
 */
export function contentDigest(rows) {
  const lines = [...rows].map((row) => [row.id, JSON.stringify(canonical(row))]);
  lines.sort(([a], [b]) => compare(a, b));
  const hash = createHash("sha256");
  for (const [, line] of lines) hash.update(`${line}\n`);
  return hash.digest("hex");
}

function canonical({ id, dataset, prompt, scores, costs, inputTokens, outputTokens }) {
  return [id, dataset ?? "", prompt, cells(scores), cells(costs), digits(inputTokens), cells(outputTokens ?? {})];
}

function cells(record) {
  const entries = Object.entries(record).sort(([a], [b]) => compare(a, b));
  return entries.map(([model, value]) => [model, digits(value)]);
}

function digits(value) {
  return value === undefined ? null : value.toPrecision(12);
}

/** By UTF-16 units, which is the same on every machine, unlike a locale's order. */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
