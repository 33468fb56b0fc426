import { type Artifact, parseArtifact, serializeArtifact } from "@onehead/core";
import { expect, test } from "vitest";
import { fitJoinedEmbedder } from "../joined/fit-joined-embedder.js";
import type { JoinedEmbedder } from "../joined/joined-embedder.js";
import { wideEmbedder } from "../joined/wide-embedder.fixture.js";
import { fitTrainedEmbedder } from "../trained/fit-trained-embedder.js";
import type { TrainedEmbedder } from "../trained/trained-embedder.js";
import { embedderOf, neededEmbedder } from "./embedder-of.js";
import { routerWith } from "./stored-router.fixture.js";

const texts = ["what is 2 plus 2?", "what is the capital of France?", "who wrote this?"];
const external = wideEmbedder(40);

function artifactWith(embedder: TrainedEmbedder | JoinedEmbedder): Artifact {
  return parseArtifact(serializeArtifact(routerWith(embedder), { precision: "float16" }));
}

test("an artifact that needs an external embedder says which, and takes no other", async () => {
  const trained = await fitTrainedEmbedder(texts, { minDocumentFrequency: 1 });
  const joined = await fitJoinedEmbedder(external, await external.embed(texts), { trained, components: 2 });
  const artifact = artifactWith(joined);
  const needed = { id: "made:wide/40", dimensions: 40, origin: { provider: "made", model: "wide" } };
  expect(neededEmbedder(artifact)).toEqual(needed);
  // float16 storage lost nothing
  expect(await embedderOf(artifact, { external }).embed(texts)).toEqual(await joined.embed(texts));
  for (const options of [undefined, { external: wideEmbedder(40, "other") }]) {
    expect(() => embedderOf(artifact, options as { external: typeof external })).toThrowError(
      expect.objectContaining({ code: "embedder-mismatch", message: expect.stringContaining("made:wide/40") }),
    );
  }
});

test("an artifact that holds its whole embedder serves synchronously, and refuses one beside it", async () => {
  const trained = await fitTrainedEmbedder(texts, { minDocumentFrequency: 1 });
  const artifact = artifactWith(trained);
  expect(neededEmbedder(artifact)).toBeNull();
  expect(embedderOf(artifact).embedSync(texts)).toEqual(trained.embedSync(texts));
  expect(() => embedderOf(artifact, { external })).toThrowError(
    expect.objectContaining({
      code: "embedder-mismatch",
      message: expect.stringContaining("holds its whole embedder"),
    }),
  );
});
