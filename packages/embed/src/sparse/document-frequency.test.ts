import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { DocumentFrequency } from "./document-frequency.js";

function entries(frequency: DocumentFrequency): Map<number, number> {
  const found = new Map<number, number>();
  frequency.forEach((hash, documents) => {
    found.set(hash, documents);
  });
  return found;
}

describe("DocumentFrequency", () => {
  it("counts a hash once a document", () => {
    const frequency = new DocumentFrequency();
    for (const document of [[7, 7, 9], [9], [9, 0, 9]]) {
      frequency.startDocument();
      for (const hash of document) frequency.add(hash);
    }
    expect(entries(frequency)).toEqual(
      new Map([
        [7, 1],
        [9, 3],
        [0, 1],
      ]),
    );
  });

  it("counts as a Map of Sets does when it has to grow twice", () => {
    const frequency = new DocumentFrequency();
    const twin = new Map<number, Set<number>>();
    const random = createRandom(1);
    for (let document = 0; document < 40; document++) {
      frequency.startDocument();
      for (let i = 0; i < 3000; i++) {
        const hash = Math.imul(random.integer(2 ** 17), 0x9e3779b1) >>> 0;
        frequency.add(hash);
        const documents = twin.get(hash) ?? new Set();
        twin.set(hash, documents.add(document));
      }
    }
    expect(twin.size).toBeGreaterThan(65_536);
    const expected = new Map(Array.from(twin, ([hash, documents]) => [hash, documents.size]));
    expect(entries(frequency)).toEqual(expected);
  });
});
