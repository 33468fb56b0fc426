/**
 * Sets of ids in short: patterns with one `*`, each with the numbers that stand for it, `{"gsm/#*": "0-5,7"}`.
 *
 * @param {Record<string, string>} ranges
 * @returns {Set<string>}
 */
export function parseIdRanges(ranges) {
  const ids = new Set();
  for (const [pattern, numbers] of Object.entries(ranges)) {
    const [before, after] = pattern.split("*");
    for (const range of numbers.split(",")) {
      const [first, last = first] = range.split("-").map(Number);
      for (let number = first; number <= last; number++) ids.add(before + number + after);
    }
  }
  return ids;
}
