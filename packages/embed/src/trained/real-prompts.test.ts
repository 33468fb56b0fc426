import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fitTrainedEmbedder } from "./fit-trained-embedder.js";

const data = process.env["ONEHEAD_DATA"];

interface Row {
  readonly dataset: string;
  readonly prompt: string;
}

function readRows(set: string): Row[] {
  const lines = gunzipSync(readFileSync(join(data!, set, `${set}.jsonl.gz`)))
    .toString()
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Row);
}

describe.skipIf(!data)("real prompts (needs ONEHEAD_DATA)", () => {
  it("puts most unseen prompts nearest to one of their own data set", async () => {
    const rows = readRows("llmrouter_nim").filter((_, i) => i % 2 === 0);
    const training = rows.filter((_, i) => i % 4 !== 0);
    const held = rows.filter((_, i) => i % 4 === 0);
    const embedder = await fitTrainedEmbedder(training.map(({ prompt }) => prompt));
    const width = embedder.dimensions;
    const known = embedder.embedSync(training.map(({ prompt }) => prompt));
    const asked = embedder.embedSync(held.map(({ prompt }) => prompt));

    let right = 0;
    for (const [q, { dataset }] of held.entries()) {
      let nearest = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let t = 0; t < training.length; t++) {
        let distance = 0;
        for (let j = 0; j < width; j++) distance += (asked[q * width + j] - known[t * width + j]) ** 2;
        if (distance < least) [least, nearest] = [distance, t];
      }
      if (training[nearest].dataset === dataset) right++;
    }
    expect(right / held.length).toBeGreaterThan(0.75);
  });
});
