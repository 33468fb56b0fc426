import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { promptsByLanguage } from "./prompts-by-language.fixture.js";
import { StaticTable } from "./static/static-table.js";
import { fitTrainedEmbedder } from "./trained/fit-trained-embedder.js";
import type { TrainedEmbedder } from "./trained/trained-embedder.js";

const data = process.env["ONEHEAD_DATA"];
const staticTable = StaticTable.fromBytes(readFileSync(join(import.meta.dirname, "../tables/static-english.bin")));

// the embedder's own languages: what it is tested with, it has never seen
const englishTexts = [
  "What is the capital of France?",
  "Write a function that sorts a list of numbers.",
  "Solve the equation x + 3 = 7.",
  "Who wrote Romeo and Juliet?",
  "What is the boiling point of water?",
  "Write a short poem about the sea.",
];

let fittedToEnglish: TrainedEmbedder;
let fittedToRecorded: TrainedEmbedder;
beforeAll(async () => {
  fittedToEnglish = await fitTrainedEmbedder(englishTexts, { staticTable });
  if (data) fittedToRecorded = await fitTrainedEmbedder(recordedTexts(), { staticTable });
});

/** Real training prompts, nearly all English. */
function recordedTexts(): string[] {
  const lines = gunzipSync(readFileSync(join(data!, "llmrouter_nim/llmrouter_nim.jsonl.gz")))
    .toString()
    .trimEnd();
  return lines.split("\n").map((line) => (JSON.parse(line) as { prompt: string }).prompt);
}

interface Closeness {
  sameTopic: number;
  otherTopic: number;
  nearestOtherTopic: number;
  /** Share of prompts whose nearest one is of their topic; by chance 2 of 11. */
  nearestIsSame: number;
}

function measure(embedder: TrainedEmbedder, topics: Readonly<Record<string, readonly string[]>>): Closeness {
  const prompts = Object.entries(topics).flatMap(([topic, texts]) =>
    texts.map((text) => ({ topic, vector: embedder.embedSync([text]) })),
  );
  const same: number[] = [];
  const other: number[] = [];
  let right = 0;
  prompts.forEach((a, i) => {
    let nearest = { cosine: -1, topic: "" };
    prompts.forEach((b, j) => {
      if (i === j) return;
      const closeness = cosine(a.vector, b.vector);
      (a.topic === b.topic ? same : other).push(closeness);
      if (closeness > nearest.cosine) nearest = { cosine: closeness, topic: b.topic };
    });
    if (nearest.topic === a.topic) right++;
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    sameTopic: mean(same),
    otherTopic: mean(other),
    nearestOtherTopic: Math.max(...other),
    nearestIsSame: right / prompts.length,
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, j) => sum + value * y[j], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(Object.entries(promptsByLanguage))("%s prompts", (_language, topics) => {
  test("on other topics are not near-equal, and nearer to those on their own", () => {
    const closeness = measure(fittedToEnglish, topics);
    expect(closeness.nearestOtherTopic).toBeLessThan(0.85);
    expect(closeness.sameTopic).toBeGreaterThan(closeness.otherTopic + 0.1);
    expect(closeness.nearestIsSame).toBeGreaterThanOrEqual(0.7);
  });

  test.skipIf(!data)("so do they by an embedder of recorded prompts (needs ONEHEAD_DATA)", () => {
    const closeness = measure(fittedToRecorded, topics);
    expect(closeness.nearestOtherTopic).toBeLessThan(0.85);
    expect(closeness.sameTopic).toBeGreaterThan(closeness.otherTopic + 0.1);
    expect(closeness.nearestIsSame).toBeGreaterThanOrEqual(0.6);
  });
});
