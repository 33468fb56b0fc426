import { describe, expect, test } from "vitest";
import { type TransformersModule, type TransformersOptions, transformersEmbedder } from "./transformers.js";

/** Stands for `@huggingface/transformers`, which is too large to test with: keeps what it was asked. */
function fakeLibrary(over: { dims?: number[]; value?: number; fails?: boolean } = {}) {
  const asked = {
    model: "",
    pipelineOptions: {} as Record<string, unknown>,
    calls: [] as Array<{ texts: string[]; options: unknown }>,
    envAtLoad: {} as Record<string, unknown>,
  };
  const library: TransformersModule = {
    env: { allowRemoteModels: true, localModelPath: "/models/" },
    async pipeline(task, model, options) {
      expect(task).toBe("feature-extraction");
      asked.model = model;
      asked.pipelineOptions = options;
      asked.envAtLoad = { ...library.env };
      if (over.fails) throw new Error("no such file");
      return async (texts, extractOptions) => {
        asked.calls.push({ texts, options: extractOptions });
        const data = Float32Array.from(texts.flatMap((text) => [over.value ?? text.length, 1, -1]));
        return { dims: over.dims ?? [texts.length, 3], data };
      };
    },
  };
  const open = (options: Partial<TransformersOptions> = {}) =>
    transformersEmbedder({ model: "org/model", ...options, load: async () => library });
  return { asked, library, open };
}

describe("transformersEmbedder", () => {
  test("embeds in batches, with zeros for blank texts, in the order of the texts", async () => {
    const { asked, open } = fakeLibrary();
    const embedder = await open({ batchTexts: 2 });
    expect(Array.from(await embedder.embed(["a", "", "ccc", "dddd"]))).toEqual([1, 1, -1, 0, 0, 0, 3, 1, -1, 4, 1, -1]);
    // the first call measures the dimensions
    expect(asked.calls.slice(1).map(({ texts }) => texts)).toEqual([["a", "ccc"], ["dddd"]]);
    expect(embedder).toMatchObject({
      id: "transformers:org/model/mean",
      dimensions: 3,
      origin: { provider: "transformers", model: "org/model" },
    });
  });

  test("hands on pooling, normalisation, precision and further options, and says them in its id", async () => {
    const { asked, open } = fakeLibrary();
    const embedder = await open({
      pooling: "cls",
      normalize: false,
      dtype: "q8",
      textTokens: 50,
      pipelineOptions: { device: "cpu" },
    });
    expect(asked.pipelineOptions).toEqual({ device: "cpu", dtype: "q8" });
    expect(asked.calls[0].options).toEqual({ pooling: "cls", normalize: false });
    expect(embedder.id).toBe("transformers:org/model/cls/unnormalized/q8/first-50-tokens");
    await embedder.embed(["word ".repeat(1000)]);
    expect(asked.calls[1].texts[0].length).toBeLessThan(400);
  });

  test.each([
    ["./models/mini", "./models/", "mini"],
    ["/srv/models/mini/", "/srv/models/", "mini"],
    ["../mini", "../", "mini"],
    ["C:\\models\\mini", "C:/models/", "mini"],
  ])("reads the folder %s from disk only, and keeps no path in its id", async (model, parent, name) => {
    const { asked, library, open } = fakeLibrary();
    const embedder = await open({ model, allowRemoteModels: true });
    expect(asked).toMatchObject({ model: name, envAtLoad: { allowRemoteModels: false, localModelPath: parent } });
    expect(embedder.id).toBe("transformers:mini/mean");
    // the library's settings are as they were
    expect(library.env).toEqual({ allowRemoteModels: true, localModelPath: "/models/" });
    expect((await open({ model, name: "mine" })).id).toBe("transformers:mine/mean");
  });

  test.each([true, false])(
    "allowRemoteModels: %s holds while a model of the hub is loaded",
    async (allowRemoteModels) => {
      const { asked, library, open } = fakeLibrary();
      library.env.allowRemoteModels = !allowRemoteModels;
      await open({ allowRemoteModels });
      expect(asked.envAtLoad["allowRemoteModels"]).toBe(allowRemoteModels);
      expect(library.env.allowRemoteModels).toBe(!allowRemoteModels);
      await open();
      expect(asked.envAtLoad["allowRemoteModels"]).toBe(!allowRemoteModels);
    },
  );

  test("names a model that does not load, one of another kind, and numbers that are none", async () => {
    const { library, open } = fakeLibrary({ fails: true });
    await expect(open({ model: "./x", allowRemoteModels: false })).rejects.toMatchObject({ code: "io" });
    expect(library.env.localModelPath).toBe("/models/");
    await expect(fakeLibrary({ dims: [1, 4, 3] }).open()).rejects.toThrow("(1, 4, 3), expected (1, ·)");
    const broken = await fakeLibrary({ value: Number.NaN }).open();
    await expect(broken.embed(["a"])).rejects.toMatchObject({ code: "response" });
    const short = await fakeLibrary({ dims: [1, 2] }).open();
    await expect(short.embed(["a"])).rejects.toThrow("3 numbers for 1 texts, expected 2");
    await expect(open({ model: "" })).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(open({ batchTexts: 1.5 })).rejects.toThrow("batchTexts: 1.5");
    await expect(transformersEmbedder({ model: "org/model" })).rejects.toMatchObject({
      code: "missing-package",
      message: expect.stringContaining("@huggingface/transformers"),
    });
  });
});
