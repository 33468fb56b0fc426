import { type Artifact, parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { beforeAll, describe, expect, test } from "vitest";
import { syntheticArtifact } from "../../../core/src/artifact/contract/synthetic-artifact.js";
import { fitJoinedEmbedder } from "../joined/fit-joined-embedder.js";
import { wideEmbedder } from "../joined/wide-embedder.fixture.js";
import { fitTrainedEmbedder } from "../trained/fit-trained-embedder.js";
import { embedderOf } from "./embedder-of.js";
import { roundEmbedderToInt8 } from "./round-embedder-to-int8.js";
import { routerWith } from "./stored-router.fixture.js";

const subjects = ["algebra", "biology", "history", "poetry", "python"];
const texts = subjects.flatMap((subject) => [
  `What does ${subject} teach us about the world?`,
  `Explain the history of ${subject} in 3 sentences.`,
  `def ${subject}(x): return x + 1  # fix this ${subject} code`,
]);
const external = wideEmbedder(40);
const precisions = ["float32", "float16", "int8"] as const;
const kinds = ["trained", "joined", "external alone"] as const;
const routers = new Map<string, Artifact>();

beforeAll(async () => {
  const trained = await fitTrainedEmbedder(texts, { components: 8, minDocumentFrequency: 1 });
  const vectors = await external.embed(texts);
  routers.set("trained", routerWith(trained));
  routers.set("joined", routerWith(await fitJoinedEmbedder(external, vectors, { trained, components: 6 })));
  routers.set(
    "external alone",
    routerWith(await fitJoinedEmbedder(external, vectors, { trained: null, components: 6 })),
  );
});

const embed = (artifact: Artifact): Promise<Float32Array> => {
  const needs = artifact.manifest.embedder.kind === "joined";
  return embedderOf(artifact, needs ? { external } : {}).embed(texts);
};

/** The artifact with one value of one tensor moved by as little as half precision can. */
function nudged(artifact: Artifact, name: string): Artifact {
  const tensor = artifact.tensors.get(name)!;
  const data = tensor.data.slice();
  data[0] *= 1 + 2 ** -10;
  return { manifest: artifact.manifest, tensors: new Map([...artifact.tensors, [name, { ...tensor, data }]]) };
}

describe.each(kinds)("a %s embedder", (kind) => {
  let artifact: Artifact;
  let rounded: Artifact;
  beforeAll(() => {
    artifact = routers.get(kind)!;
    rounded = roundEmbedderToInt8(artifact);
  });

  test("that is rounded is another one: its vectors are near, its id is its own, and a router takes no other", async () => {
    const { id, dimensions } = artifact.manifest.embedder;
    const other = rounded.manifest.embedder;
    expect(other.dimensions).toBe(dimensions);
    expect(other.id).not.toBe(id);
    expect(other.id.slice(0, -8)).toBe(id.slice(0, -8));
    const [before, after] = [await embed(artifact), await embed(rounded)];
    expect(after).not.toEqual(before);
    before.forEach((cell, i) => {
      expect(Math.abs(after[i] - cell)).toBeLessThan(0.02);
    });
    const router = new Router(rounded);
    expect(() => router.assertEmbedder(other)).not.toThrow();
    expect(() => router.assertEmbedder(artifact.manifest.embedder)).toThrow(
      expect.objectContaining({ code: "embedder-mismatch" }),
    );
  });

  test("gives the same bits from a file of any precision, under the same id", async () => {
    const vectors = await embed(rounded);
    for (const precision of precisions) {
      const back = parseArtifact(serializeArtifact(rounded, { precision }));
      for (const [name, tensor] of rounded.tensors) {
        if (name.startsWith("embedder.")) expect(back.tensors.get(name)).toEqual(tensor);
      }
      expect(back.manifest.embedder).toEqual(rounded.manifest.embedder);
      expect(await embed(back)).toEqual(vectors);
    }
  });

  test("that was not rounded is never changed by int8: its tables stay half precision", async () => {
    const back = parseArtifact(serializeArtifact(artifact, { precision: "int8" }));
    expect(back.manifest.embedder).toEqual(artifact.manifest.embedder);
    expect(await embed(back)).toEqual(await embed(artifact));
    const file = serializeArtifact(rounded, { precision: "int8" });
    expect(file.length).toBeLessThan(serializeArtifact(artifact, { precision: "int8" }).length);
  });

  test("rounds to the same one every time, and no further", () => {
    expect(roundEmbedderToInt8(artifact)).toEqual(rounded);
    expect(roundEmbedderToInt8(rounded)).toBe(rounded);
    expect(roundEmbedderToInt8(parseArtifact(serializeArtifact(artifact))).manifest).toEqual(rounded.manifest);
  });

  test("leaves everything else of the artifact as it was", () => {
    for (const [name, tensor] of artifact.tensors) {
      if (!/^embedder\.(projection|externalProjection)$/.test(name)) expect(rounded.tensors.get(name)).toEqual(tensor);
    }
    expect([...rounded.tensors.keys()]).toEqual([...artifact.tensors.keys()]);
    const { embedder: _, ...rest } = rounded.manifest;
    const { embedder: __, ...before } = artifact.manifest;
    expect(rest).toEqual(before);
  });

  test("with tables that are not its own is refused, not given a new id", () => {
    const name = kind === "external alone" ? "embedder.externalProjection" : "embedder.projection";
    expect(() => roundEmbedderToInt8(nudged(artifact, name))).toThrow(
      expect.objectContaining({ code: "artifact", message: expect.stringContaining("embedder.id does not match") }),
    );
    expect(() => roundEmbedderToInt8(nudged(rounded, name))).toThrow(expect.objectContaining({ code: "artifact" }));
    const { manifest, tensors } = artifact;
    const renamed = { ...manifest, embedder: { ...manifest.embedder, id: rounded.manifest.embedder.id } };
    expect(() => roundEmbedderToInt8({ manifest: renamed, tensors })).toThrow(
      expect.objectContaining({ code: "embedder-mismatch" }),
    );
  });
});

test("an embedder of a kind that is not known here is left as it is", () => {
  const artifact = syntheticArtifact();
  expect(roundEmbedderToInt8(artifact)).toBe(artifact);
});

test("an embedder that knows no word has nothing to round", async () => {
  const blank = routerWith(await fitTrainedEmbedder(["", " "]));
  expect(roundEmbedderToInt8(blank)).toBe(blank);
  expect(() => embedderOf(blank)).not.toThrow();
});
