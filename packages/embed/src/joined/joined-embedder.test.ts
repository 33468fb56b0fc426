import { describe, expect, test } from "vitest";
import { fitTrainedEmbedder } from "../trained/fit-trained-embedder.js";
import { roundToFloat16 } from "../trained/round-to-float16.js";
import { type FitJoinedEmbedderOptions, fitJoinedEmbedder } from "./fit-joined-embedder.js";
import { JoinedEmbedder } from "./joined-embedder.js";
import { wideEmbedder } from "./wide-embedder.fixture.js";

const texts = Array.from({ length: 60 }, (_, i) => `question ${i} about the number ${i % 7}`);

async function fit(dimensions: number, over: Partial<FitJoinedEmbedderOptions> = {}) {
  const external = wideEmbedder(dimensions);
  const trained = await fitTrainedEmbedder(texts, { components: 8 });
  const vectors = await external.embed(texts);
  const joined = await fitJoinedEmbedder(external, vectors, { trained, components: 16, ...over });
  return { external, trained, vectors, joined };
}

describe("a joined vector", () => {
  test("is the trained one, then weight · (x − mean) / |x − mean| where vectors are not wide", async () => {
    const { joined, trained, vectors } = await fit(12, { weight: 0.5 });
    const e = await joined.embed(texts);
    const D = trained.dimensions + 12;
    expect(joined.dimensions).toBe(D);
    // the float64 twin
    const mean = Array.from({ length: 12 }, (_, j) => texts.reduce((sum, _t, r) => sum + vectors[12 * r + j] / 60, 0));
    const stored = roundToFloat16(Float32Array.from(mean));
    for (let r = 0; r < texts.length; r++) {
      expect(e.slice(r * D, r * D + trained.dimensions)).toEqual(trained.embedSync([texts[r]]));
      const y = Array.from(stored, (m, j) => vectors[12 * r + j] - m);
      const length = Math.hypot(...y);
      for (let j = 0; j < 12; j++) expect(e[r * D + trained.dimensions + j]).toBeCloseTo((0.5 * y[j]) / length, 5);
    }
  });

  test("has the leading principal components of wide vectors, and nearly all of their distances", async () => {
    const { joined, vectors } = await fit(64, { trained: null, components: 5 });
    expect(joined.dimensions).toBe(5);
    const e = await joined.embed(texts);
    const centred = Array.from({ length: 64 }, (_, j) =>
      texts.reduce((sum, _t, r) => sum + vectors[64 * r + j] / 60, 0),
    );
    for (let r = 1; r < texts.length; r++) {
      const cosine = (X: number, cell: (r: number, j: number) => number): number => {
        let [ab, aa, bb] = [0, 0, 0];
        for (let j = 0; j < X; j++) {
          ab += cell(0, j) * cell(r, j);
          aa += cell(0, j) ** 2;
          bb += cell(r, j) ** 2;
        }
        return ab / Math.sqrt(aa * bb);
      };
      const whole = cosine(64, (row, j) => vectors[64 * row + j] - centred[j]);
      expect(Math.abs(cosine(5, (row, j) => e[5 * row + j]) - whole)).toBeLessThan(0.05);
    }
  });

  test("is the same from vectors at hand, and in any batch", async () => {
    const { joined, vectors } = await fit(40);
    const whole = await joined.embed(texts);
    expect(await joined.join(texts, vectors)).toEqual(whole);
    const one = await joined.embed([texts[7]]);
    const D = joined.dimensions;
    one.forEach((cell, j) => {
      expect(cell).toBeCloseTo(whole[7 * D + j], 5);
    });
    expect(await joined.embed([])).toEqual(new Float32Array());
  });

  test("of a text without an external vector, as blank ones are, is the trained part", async () => {
    const { joined, trained } = await fit(12);
    // the mean itself: nothing is left of it
    const { tensors } = joined.toTensors();
    const e = await joined.join(["x"], tensors["externalMean"].data as Float32Array);
    expect(e.subarray(trained.dimensions)).toEqual(new Float32Array(12));
  });
});

describe("what an artifact stores", () => {
  test("comes back the same, by way of JSON, and every float survives half precision", async () => {
    const { joined, external } = await fit(40);
    const { config, tensors } = joined.toTensors();
    const restored = JoinedEmbedder.fromTensors(JSON.parse(JSON.stringify(config)), tensors, external);
    expect(restored.id).toBe(joined.id);
    expect(await restored.embed(texts)).toEqual(await joined.embed(texts));
    for (const { data } of Object.values(tensors)) {
      if (data instanceof Float32Array) expect(roundToFloat16(data)).toEqual(data);
    }
    expect(config.external).toEqual({
      ...{ id: "made:wide/40", dimensions: 40, provider: "made", model: "wide" },
      ...{ weight: 1, components: 16, projected: true },
    });
  });

  test("has one id for the same rows, options and seed, and another for others", async () => {
    const { joined } = await fit(40);
    expect((await fit(40)).joined.id).toBe(joined.id);
    for (const over of [{ weight: 2 }, { components: 8 }, { trained: null }, { seed: 5, components: 3 }]) {
      expect((await fit(40, over)).joined.id).not.toBe(joined.id);
    }
  });

  test("is refused with another external embedder, naming the one that is needed", async () => {
    const { joined } = await fit(40);
    const { config, tensors } = joined.toTensors();
    for (const other of [undefined, wideEmbedder(40, "other"), wideEmbedder(41, "made:wide/40")]) {
      expect(() => JoinedEmbedder.fromTensors(config, tensors, other)).toThrowError(
        expect.objectContaining({ code: "embedder-mismatch", message: expect.stringContaining("made:wide/40 of 40") }),
      );
    }
  });

  test("is refused when a part is missing or changed", async () => {
    const { joined, external } = await fit(40);
    const { config, tensors } = joined.toTensors();
    const { externalMean: mean, externalProjection: projection, ...rest } = tensors;
    const shifted = { shape: mean.shape, data: (mean.data as Float32Array).map((value) => value + 1) };
    const broken: Array<[unknown, typeof tensors, string]> = [
      [null, tensors, "config"],
      [{ ...config, kind: "other" }, tensors, "embedder.kind: other"],
      [{ ...config, version: 9 }, tensors, "embedder.version: 9"],
      [{ ...config, external: null }, tensors, "embedder.external"],
      [{ ...config, external: { ...config.external, weight: -1 } }, tensors, "embedder.external.weight: -1"],
      [{ ...config, external: { ...config.external, components: 1.5 } }, tensors, "embedder.external.components: 1.5"],
      [{ ...config, external: { ...config.external, projected: false } }, tensors, "embedder.external.components: 16"],
      [{ ...config, external: { ...config.external, weight: 2 } }, tensors, "embedder.id does not match"],
      [{ ...config, trained: null }, tensors, "embedder.id does not match"],
      [config, { ...rest, externalMean: mean }, "embedder.externalProjection"],
      [config, { ...rest, externalProjection: projection }, "embedder.externalMean"],
      [config, { ...tensors, externalMean: shifted }, "embedder.id does not match"],
    ];
    for (const [badConfig, badTensors, message] of broken) {
      expect(() => JoinedEmbedder.fromTensors(badConfig, badTensors, external)).toThrowError(
        expect.objectContaining({ code: "artifact", message: expect.stringContaining(message) }),
      );
    }
  });
});

describe("fitting refuses", () => {
  test.each([
    [{ weight: 0 }, "weight out of range: 0"],
    [{ weight: Number.NaN }, "weight out of range: NaN"],
    [{ components: 0 }, "components out of range: 0"],
  ])("%o", async (over, message) => {
    await expect(fit(12, over)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message),
    });
  });

  test("no vectors, half a vector, vectors that are not finite, and an aborted signal", async () => {
    const external = wideEmbedder(4);
    const fitVectors = (vectors: number[], signal?: AbortSignal) =>
      fitJoinedEmbedder(external, Float32Array.from(vectors), { trained: null, components: 2, signal });
    await expect(fitVectors([])).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(fitVectors([1, 2, 3, 4, 5])).rejects.toMatchObject({ code: "shape" });
    await expect(fitVectors([1, 2, 3, Number.NaN])).rejects.toMatchObject({ code: "response" });
    await expect(fitVectors([1, 2, 3, 4, 4, 3, 2, 1], AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    const joined = await fitVectors([1, 2, 3, 4, 4, 3, 2, 1]);
    await expect(joined.join(["a"], Float32Array.of(1, 2, Number.NaN, 4))).rejects.toMatchObject({ code: "response" });
    await expect(joined.join(["a"], Float32Array.of(1, 2))).rejects.toMatchObject({ code: "shape" });
  });

  test("nothing of equal vectors: they have no direction, and are taken whole", async () => {
    const joined = await fitJoinedEmbedder(wideEmbedder(4), Float32Array.of(1, 0.5, 2, 4, 1, 0.5, 2, 4), {
      trained: null,
      components: 2,
    });
    expect(joined.dimensions).toBe(4);
    expect(await joined.join(["a"], Float32Array.of(1, 0.5, 2, 4))).toEqual(new Float32Array(4));
  });
});
