import { type Artifact, type JsonValue, parseArtifact, serializeArtifact } from "@onehead/core";
import { expect, test } from "vitest";
import { syntheticArtifact } from "../../../core/src/artifact/contract/synthetic-artifact.js";
import { fitJoinedEmbedder } from "../joined/fit-joined-embedder.js";
import type { JoinedEmbedder } from "../joined/joined-embedder.js";
import { wideEmbedder } from "../joined/wide-embedder.fixture.js";
import { fitTrainedEmbedder } from "../trained/fit-trained-embedder.js";
import type { TrainedEmbedder } from "../trained/trained-embedder.js";
import { embedderOf, neededEmbedder } from "./embedder-of.js";

const texts = ["what is 2 plus 2?", "what is the capital of France?", "who wrote this?"];
const external = wideEmbedder(40);

/** A router of random weights that is said to have been trained with that embedder. */
function artifactWith(embedder: TrainedEmbedder | JoinedEmbedder): Artifact {
  const { config, tensors } = embedder.toTensors();
  const sizes = { members: 1, keyWidth: 3, hiddenWidth: 4, anchors: 5, rank: 2, dimensions: embedder.dimensions };
  const artifact = syntheticArtifact("low-rank", 0, sizes);
  const described = { id: embedder.id, kind: config.kind, dimensions: embedder.dimensions };
  const stored = Object.entries(tensors).map(([name, tensor]) => [`embedder.${name}`, tensor] as const);
  const made = {
    manifest: {
      ...artifact.manifest,
      embedder: { ...described, config: JSON.parse(JSON.stringify(config)) as JsonValue },
    },
    tensors: new Map([...artifact.tensors, ...stored]),
  };
  return parseArtifact(serializeArtifact(made, { precision: "float16" }));
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
