import { describe, expect, test } from "vitest";
import { type Artifact, parseArtifact, serializeArtifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { networkModel, type Profile } from "../artifact/manifest.js";
import { OneheadError } from "../errors/onehead-error.js";
import { createRandom } from "../random/random.js";
import { Router } from "../router/router.js";
import { addProbedModel, removeProbedModel } from "./add-probed-model.js";
import { knownOutputs } from "./known-outputs.js";
import type { NewModel, NewModelSample } from "./new-model.js";

const artifact = syntheticArtifact();
const prices = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 6 };

function samplesOf(count: number, score: (i: number) => number, seed = 4): NewModelSample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    embedding: Float32Array.from({ length: 6 }, () => random.normal()),
    score: score(i),
    outputTokens: 30,
  }));
}
const zeta = (over: Partial<NewModel> = {}): NewModel => ({
  id: "zeta",
  prices,
  samples: samplesOf(12, () => 1),
  ...over,
});
const profileOf = (of: Artifact, id: string): Profile => of.manifest.candidates.find((c) => c.id === id)!.profile;
/** |G x| from the lower triangle of G. */
function spreadAt(spread: readonly number[], x: readonly number[]): number {
  return Math.hypot(
    ...x.map((_, r) => x.slice(0, r + 1).reduce((sum, value, c) => sum + spread[(r * (r + 1)) / 2 + c] * value, 0)),
  );
}
const embeddings = (rows: number): Float32Array => {
  const random = createRandom(8);
  return Float32Array.from({ length: rows * 6 }, () => random.normal());
};
/** (R) mean of column `id`. */
function columnOf(of: Artifact, id: string): { quality: number; uncertainty: number; costUsd: number } {
  const router = new Router(of, { models: [id] });
  const { quality, uncertainty, costUsd } = router.predictBatch(embeddings(40), new Float64Array(40).fill(50));
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return { quality: mean(quality), uncertainty: mean(uncertainty), costUsd: mean(costUsd) };
}

test("the artifact that was given stays as it was, and the others' predictions keep their bits", () => {
  const before = serializeArtifact(artifact);
  const extended = addProbedModel(artifact, zeta());
  expect(serializeArtifact(artifact)).toEqual(before);
  const models = artifact.manifest.candidates.map(({ id }) => id);
  const rows = embeddings(9);
  const of = (one: Artifact) => new Router(one, { models }).predictBatch(rows, new Float64Array(9).fill(50));
  expect(of(extended)).toEqual(of(artifact));
});

test("survives the file, also beside every other candidate", () => {
  const extended = addProbedModel(artifact, zeta());
  const back = parseArtifact(serializeArtifact(extended));
  expect(back.manifest).toEqual(extended.manifest);
  expect(columnOf(back, "zeta")).toEqual(columnOf(extended, "zeta"));
});

test("right answers raise it, wrong ones lower it, and without samples it is the prior at its price", () => {
  const right = columnOf(addProbedModel(artifact, zeta()), "zeta");
  const wrong = columnOf(addProbedModel(artifact, zeta({ samples: samplesOf(12, () => 0) })), "zeta");
  const none = columnOf(addProbedModel(artifact, zeta({ samples: [] })), "zeta");
  expect(right.quality).toBeGreaterThan(none.quality + 0.05);
  expect(wrong.quality).toBeLessThan(none.quality - 0.1);
});

test("a dearer model without samples is expected to be better, no further than measured prices reach", () => {
  const levelOf = (factor: number): number => {
    const priced = { inputUsdPerMillionTokens: 2 * factor, outputUsdPerMillionTokens: 6 * factor };
    const profile = profileOf(addProbedModel(artifact, zeta({ prices: priced, samples: [] })), "zeta");
    return profile.kind === "probed" ? profile.level : Number.NaN;
  };
  expect(levelOf(3)).toBeGreaterThan(levelOf(1));
  // mean 0.2 + slope 0.3 · reach 2
  expect(levelOf(1e9)).toBeCloseTo(0.8, 12);
  expect(levelOf(0)).toBeCloseTo(-0.4, 12);
});

test("the logit's deviation falls with the samples", () => {
  const embedding = embeddings(1);
  const known = knownOutputs(artifact, embedding).components;
  const deviations = [0, 3, 10, 40, 160, 640].map((count) => {
    const profile = profileOf(addProbedModel(artifact, zeta({ samples: samplesOf(count, (i) => i % 2) })), "zeta");
    return profile.kind === "probed" ? spreadAt(profile.spread, [1, ...known]) : Number.NaN;
  });
  expect([...deviations].sort((a, b) => b - a)).toEqual(deviations);
});

/** Without a kernel every prompt is familiar. */
function withoutKernel(): Artifact {
  const one = syntheticArtifact("low-rank");
  delete networkModel(one.manifest).kernel;
  for (const name of [...one.tensors.keys()]) {
    if (name.startsWith("kernel.")) (one.tensors as Map<string, unknown>).delete(name);
  }
  return one;
}

test("components are C (x − μ) of the measured models' logits and the clusters' weights", () => {
  const one = withoutKernel();
  const embedding = embeddings(1);
  const measured = one.manifest.candidates.filter(({ profile }) => profile.kind === "measured").map(({ id }) => id);
  const { quality } = new Router(one, { models: measured }).predictBatch(embedding, [50]);
  const logits = Array.from(quality, (q) => Math.log(q / (1 - q)));
  const [key, bias, means, components] = [
    "clusters.key",
    "clusters.bias",
    "newModels.mean",
    "newModels.components",
  ].map((name) => one.tensors.get(name)!.data);
  const length = Math.hypot(...embedding);
  const raw = Array.from(bias, (b, k) =>
    Math.exp(b + embedding.reduce((sum, e, d) => sum + (key[k * embedding.length + d] * e) / length, 0)),
  );
  const shares = (group: number[]): number[] => group.map((w) => w / group.reduce((sum, own) => sum + own, 0));
  const inputs = [...logits, ...shares(raw.slice(0, 3)), ...shares(raw.slice(3))];
  expect(inputs).toHaveLength(means.length);
  const { components: t } = knownOutputs(one, embedding);
  for (let k = 0; k < 2; k++) {
    const expected = inputs.reduce((sum, x, j) => sum + components[k * inputs.length + j] * (x - means[j]), 0);
    expect(t[k]).toBeCloseTo(expected, 4);
  }
});

test("what is served is κ (b + a·t − 0.4 |G (1, t)|), its deviation |G (1, t)| with the noise, over σ′", () => {
  const one = withoutKernel();
  const extended = addProbedModel(one, zeta());
  const profile = profileOf(extended, "zeta");
  if (profile.kind !== "probed") throw new Error("not probed");
  const embedding = embeddings(1);
  const t = [...knownOutputs(one, embedding).components];
  const spread = spreadAt(profile.spread, [1, ...t]);
  const logit = profile.level + profile.loadings[0] * t[0] + profile.loadings[1] * t[1] - 0.4 * spread;
  const variance = spread ** 2 + 0.2 ** 2;
  const quality = 1 / (1 + Math.exp(-logit / Math.sqrt(1 + (Math.PI / 8) * variance)));
  const predicted = new Router(extended, { models: ["zeta"] }).predictBatch(embedding, [50]);
  expect(predicted.quality[0]).toBeCloseTo(quality, 6);
  expect(predicted.uncertainty[0]).toBeCloseTo(Math.sqrt(variance) * quality * (1 - quality), 6);
});

test("the profile says how many samples it rests on, and how many told a cost", () => {
  const samples = samplesOf(4, () => 1).map((sample, i) => (i === 0 ? { ...sample, outputTokens: undefined } : sample));
  expect(profileOf(addProbedModel(artifact, zeta({ samples })), "zeta")).toMatchObject({ rows: 4, costRows: 3 });
});

test("twice the tokens cost twice as much, up to the shrinkage", () => {
  const long = samplesOf(400, () => 1).map((sample) => ({ ...sample, outputTokens: 60 }));
  const once = columnOf(addProbedModel(artifact, zeta({ samples: samplesOf(400, () => 1) })), "zeta").costUsd - 100e-6;
  const twice = columnOf(addProbedModel(artifact, zeta({ samples: long })), "zeta").costUsd - 100e-6;
  expect(twice / once).toBeCloseTo(2, 1);
});

test("takes the place of an inherited candidate and keeps what is not said anew", () => {
  const extended = addProbedModel(artifact, { id: "epsilon", samples: samplesOf(3, () => 1) });
  expect(extended.manifest.candidates.map(({ id }) => id)).toEqual(artifact.manifest.candidates.map(({ id }) => id));
  const { profile, prices: kept } = extended.manifest.candidates[4];
  expect(profile.kind).toBe("probed");
  expect(kept).toEqual(artifact.manifest.candidates[4].prices);
});

test("joins the default pool, and leaves it again", () => {
  const pooled: Artifact = { ...artifact, manifest: { ...artifact.manifest, defaultPool: ["beta"] } };
  const extended = addProbedModel(pooled, zeta());
  expect(extended.manifest.defaultPool).toEqual(["beta", "zeta"]);
  expect(removeProbedModel(extended, "zeta")).toEqual(pooled);
});

describe("what is refused, with the field and the value", () => {
  const sample = samplesOf(1, () => 1)[0];
  const withSample = (over: Partial<NewModelSample>): NewModel => zeta({ samples: [{ ...sample, ...over }] });
  const nan = sample.embedding.slice();
  nan[2] = Number.NaN;
  test.each<[string, NewModel, string, string]>([
    ["a measured id", zeta({ id: "alpha" }), "invalid-argument", "alpha has one"],
    [
      "an id that is another's alias",
      zeta({ id: "first" }),
      "invalid-argument",
      "addModel: id: first, expected names of its own: alpha has one",
    ],
    ["an alias that is another's id", zeta({ aliases: ["new", "beta"] }), "invalid-argument", "beta has one"],
    ["an alias that is another's alias", zeta({ aliases: ["first"] }), "invalid-argument", "alpha has one"],
    [
      "aliases that are one text",
      zeta({ aliases: "fast" as never }),
      "invalid-argument",
      "aliases: fast, expected a list",
    ],
    [
      "aliases that are nothing",
      zeta({ aliases: null as never }),
      "invalid-argument",
      "aliases: null, expected a list",
    ],
    ["aliases that are no names", zeta({ aliases: [5] as never }), "artifact", "aliases[0]: number, expected text"],
    ["an embedder that is nothing", zeta({ embedder: null as never }), "embedder-mismatch", "expected test/6"],
    ["an empty id", zeta({ id: "" }), "invalid-argument", "id: , expected"],
    ["samples that are no list", zeta({ samples: 3 as never }), "invalid-argument", "samples: number"],
    ["a score above 1", withSample({ score: 2 }), "invalid-argument", "samples[0].score: 2"],
    ["a score that is no number", withSample({ score: "1" as never }), "invalid-argument", "samples[0].score: 1"],
    ["a NaN in an embedding", withSample({ embedding: nan }), "invalid-argument", "samples[0].embedding[2]: NaN"],
    ["a short embedding", withSample({ embedding: nan.slice(1, 2) }), "shape", "samples[0].embedding: length is 1"],
    ["a plain list", withSample({ embedding: [1] as never }), "invalid-argument", "samples[0].embedding: object"],
    ["negative tokens", withSample({ outputTokens: -1 }), "invalid-argument", "samples[0].outputTokens: -1"],
    ["an infinite cost", withSample({ costUsd: 1 / 0 }), "invalid-argument", "samples[0].costUsd: Infinity"],
    [
      "a price below zero",
      zeta({ prices: { ...prices, inputUsdPerMillionTokens: -1 } }),
      "invalid-argument",
      "addModel: prices.inputUsdPerMillionTokens: -1",
    ],
    [
      "another embedder",
      zeta({ embedder: { id: "other", dimensions: 6 } }),
      "embedder-mismatch",
      "other of 6 dimensions, expected test/6",
    ],
  ])("%s", (_, model, code, message) => {
    let error: unknown;
    try {
      addProbedModel(artifact, model);
    } catch (thrown) {
      error = thrown;
    }
    expect(OneheadError.isInstance(error) && error.code).toBe(code);
    expect((error as Error).message).toContain(message);
  });

  test("but not what an inherited candidate of that id is called already", () => {
    const { candidates } = artifact.manifest;
    const renamed = candidates.map((known) => (known.id === "epsilon" ? { ...known, aliases: ["small"] } : known));
    const heir: Artifact = { ...artifact, manifest: { ...artifact.manifest, candidates: renamed } };
    const extended = addProbedModel(heir, zeta({ id: "epsilon", aliases: ["small", "tiny"] }));
    expect(extended.manifest.candidates[4]).toMatchObject({ aliases: ["small", "tiny"], profile: { kind: "probed" } });
  });

  test("an artifact without the basis", () => {
    const { newModels: _, ...manifest } = artifact.manifest;
    expect(() => addProbedModel({ ...artifact, manifest }, zeta())).toThrow("newModels: missing");
  });

  test("removing a model that is not there, or not probed", () => {
    expect(() => removeProbedModel(artifact, "zeta")).toThrow("removeModel: unknown model: zeta");
    expect(() => removeProbedModel(artifact, "alpha")).toThrow("alpha: measured, expected a probed model");
  });
});
