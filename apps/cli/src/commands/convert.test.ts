import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Artifact, parseArtifact, serializeArtifact } from "@onehead/core";
import { beforeAll, describe, expect, test } from "vitest";
import { runOnehead } from "../log/run-onehead.fixture.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-convert-"));
const quick = ["--members", "1", "--epochs", "2", "--anchors", "8", "--components", "16", "--features", "256"];
const onehead = (...args: string[]) => runOnehead(folder, args);
const file = (path: string): Buffer => readFileSync(join(folder, path));
const artifactOf = (path: string): Artifact => parseArtifact(file(path));

interface Stored {
  precision: string;
  weights: Record<string, number>;
  weightBytes: number;
  sizeBytes: number;
}

async function succeed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await onehead(...args);
  expect(status, stderr).toBe(0);
  return stdout;
}

async function inspected(path: string): Promise<Stored> {
  return (JSON.parse(await succeed("inspect", path, "--json")) as { stored: Stored }).stored;
}

beforeAll(async () => {
  const lines = Array.from({ length: 160 }, (_, i) => {
    const prompt = i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i} of the ${i % 9}th age?`;
    const scores = { small: i % 2 === 0 || i % 7 === 0 ? 1 : 0, large: i % 5 === 0 ? 0 : 1 };
    return JSON.stringify({
      id: `row-${i}`,
      prompt,
      scores,
      costs: { small: 0.0001, large: 0.002 + 0.0001 * (i % 3) },
    });
  });
  writeFileSync(join(folder, "rows.jsonl"), `${lines.join("\n")}\n`);
  await succeed("train", "--data", "rows.jsonl", "--out", "router.onehead", ...quick);
}, 60_000);

describe("convert", () => {
  test("stores a router as int8, which routes under an embedder of its own, and says what came of it", async () => {
    const said = JSON.parse(
      await succeed("convert", "router.onehead", "--precision", "int8", "--out", "small.onehead", "--json"),
    );
    const [before, after] = [await inspected("router.onehead"), await inspected("small.onehead")];
    const embedders = [artifactOf("small.onehead"), artifactOf("router.onehead")].map((of) => of.manifest.embedder.id);
    expect(embedders[0]).not.toBe(embedders[1]);
    expect(said).toEqual({
      artifact: "small.onehead",
      ...after,
      from: { artifact: "router.onehead", ...before },
      embedder: { id: embedders[0], before: embedders[1] },
    });
    expect(before).toMatchObject({ precision: "float32", weights: { float32: expect.any(Number) } });
    expect(after).toMatchObject({ precision: "int8", sizeBytes: file("small.onehead").length });
    const all = before.weights["float32"];
    expect(after.weights["int8"] + after.weights["float16"]).toBe(all);
    expect(before.weightBytes).toBe(4 * all);
    // a byte each, two for every scale, two for what is float16
    expect(after.weightBytes).toBeGreaterThan(after.weights["int8"] + 2 * after.weights["float16"]);
    expect(after.weightBytes).toBeLessThan(0.4 * before.weightBytes);

    const decide = async (artifact: string): Promise<Array<{ model: string; predictedQuality: number }>> => {
      const answer = await succeed("route", "what is 2 plus 6?", "--artifact", artifact, "--json");
      return (JSON.parse(answer) as { ranking: Array<{ model: string; predictedQuality: number }> }).ranking;
    };
    const [ranking, other] = [await decide("router.onehead"), await decide("small.onehead")];
    expect(other.map(({ model }) => model)).toEqual(ranking.map(({ model }) => model));
    other.forEach(({ predictedQuality }, i) => {
      expect(Math.abs(predictedQuality - ranking[i].predictedQuality)).toBeLessThan(0.01);
    });
  });

  test("says the same in words, as does inspect", async () => {
    const said = await succeed("convert", "router.onehead", "--precision", "int8", "--out", "words.onehead");
    const id = artifactOf("words.onehead").manifest.embedder.id;
    expect(said).toMatch(
      /^words\.onehead: [\d.]+ % of the weights as int8, [\d.]+ % as float16; 0\.\d\d MB of a file of/,
    );
    expect(said).toContain("before: all weights as float32; ");
    expect(said).toContain(`embedder ${id}, before `);
    expect(await succeed("inspect", "words.onehead")).toMatch(/^stored {6}[\d.]+ % of the weights as int8, /m);
    expect(await succeed("inspect")).toMatch(/^stored {6}all weights as float16; 2\.\d\d MB of a file of 2\.\d\d MB$/m);
  });

  test("float16 and float32 leave the embedder as it is", async () => {
    for (const [precision, bytes] of [
      ["float16", 2],
      ["float32", 4],
    ] as const) {
      await succeed("convert", "router.onehead", "--precision", precision, "--out", "wide.onehead");
      const { weights, weightBytes, precision: stored } = await inspected("wide.onehead");
      expect([stored, weightBytes]).toEqual([precision, bytes * weights[precision]]);
      expect(artifactOf("wide.onehead").manifest).toEqual(artifactOf("router.onehead").manifest);
    }
    expect(file("wide.onehead")).toEqual(file("router.onehead"));
  });

  test("int8 that is converted to int8 is the same file, and to float32 and back too", async () => {
    await succeed("convert", "router.onehead", "--precision", "int8", "--out", "once.onehead");
    await succeed("convert", "once.onehead", "--precision", "int8", "--out", "twice.onehead");
    expect(file("twice.onehead")).toEqual(file("once.onehead"));
    await succeed("convert", "once.onehead", "--precision", "float32", "--out", "wide.onehead");
    expect(await inspected("wide.onehead")).toMatchObject({ precision: "float32" });
    expect(artifactOf("wide.onehead")).toEqual(artifactOf("once.onehead"));
    await succeed("convert", "wide.onehead", "--precision", "int8", "--out", "back.onehead");
    expect(file("back.onehead")).toEqual(file("once.onehead"));
  });

  test("takes the built-in router where none is named", async () => {
    await succeed("convert", "--precision", "int8", "--out", "built-in.onehead");
    expect(artifactOf("built-in.onehead").manifest.name).toBe("default");
    expect(await succeed("route", "Prove that 2 is prime.", "--artifact", "built-in.onehead")).toContain("$");
  });

  test.each<[what: string, args: string[], status: number, message: string]>([
    ["no precision", ["router.onehead", "--out", "x.onehead"], 2, "--precision is missing"],
    ["no output", ["router.onehead", "--precision", "int8"], 2, "--out is missing"],
    [
      "a precision that is none",
      ["router.onehead", "--precision", "int4", "--out", "x.onehead"],
      1,
      "convert: precision: int4, expected float32, float16 or int8",
    ],
    [
      "a file that is no router",
      ["rows.jsonl", "--precision", "int8", "--out", "x.onehead"],
      1,
      "rows.jsonl: artifact: ",
    ],
    ["a file that is not there", ["none.onehead", "--precision", "int8", "--out", "x.onehead"], 1, "ENOENT"],
    ["a folder that is not there", ["router.onehead", "--precision", "int8", "--out", "no/x.onehead"], 1, "ENOENT"],
    [
      "the router itself as the output",
      ["router.onehead", "--precision", "int8", "--out", "./router.onehead"],
      2,
      "--out would replace what the artifact names",
    ],
  ])("refuses %s in one line, and leaves nothing behind", async (_, args, status, message) => {
    const before = readdirSync(folder);
    const kept = file("router.onehead");
    const refused = await onehead("convert", ...args);
    expect(refused.status).toBe(status);
    expect(refused.stderr).toMatch(/^onehead: .+\n$/);
    expect(refused.stderr).toContain(message);
    const asJson = await onehead("convert", ...args, "--json");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { message: expect.stringContaining(message) } });
    expect(readdirSync(folder)).toEqual(before);
    expect(file("router.onehead")).toEqual(kept);
  });

  test("a router whose embedder is not the one that its id names is refused, not given a new id", async () => {
    const { manifest, tensors } = artifactOf("router.onehead");
    const projection = tensors.get("embedder.projection")!;
    const data = projection.data.map((value) => 2 * value);
    const forged = new Map([...tensors, ["embedder.projection", { shape: projection.shape, data }] as const]);
    writeFileSync(join(folder, "forged.onehead"), serializeArtifact({ manifest, tensors: forged }));
    const refused = await onehead("convert", "forged.onehead", "--precision", "int8", "--out", "x.onehead");
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("embedder.id does not match")]);
    expect(existsSync(join(folder, "x.onehead"))).toBe(false);
  });

  test("replaces what is at --out whole", async () => {
    copyFileSync(join(folder, "rows.jsonl"), join(folder, "old.onehead"));
    await succeed("convert", "router.onehead", "--precision", "float16", "--out", "old.onehead");
    expect(artifactOf("old.onehead").manifest.embedder).toEqual(artifactOf("router.onehead").manifest.embedder);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("--precision int8 of other commands", () => {
  test("train makes the file that convert would, with the figures of what is served", async () => {
    const said = JSON.parse(
      await succeed(
        "train",
        "--data",
        "rows.jsonl",
        "--out",
        "int8.onehead",
        ...quick,
        "--precision",
        "int8",
        "--json",
      ),
    );
    await succeed("convert", "router.onehead", "--precision", "int8", "--out", "converted.onehead");
    const [trained, converted] = [artifactOf("int8.onehead"), artifactOf("converted.onehead")];
    expect(trained.tensors).toEqual(converted.tensors);
    expect({ ...trained.manifest, evaluation: null, name: "" }).toEqual({
      ...converted.manifest,
      evaluation: null,
      name: "",
    });
    expect(said.sizeBytes).toBe(file("int8.onehead").length);
    const args = ["--data", "rows.jsonl", "--artifact", "int8.onehead", "--resamples", "20", "--json"];
    const { result } = JSON.parse(await succeed("eval", ...args)) as {
      result: { routers: Array<{ id: string; curve: { aiq: { value: number } } }> };
    };
    const { aiq } = result.routers.find(({ id }) => id === "onehead")!.curve;
    const { sets } = trained.manifest.evaluation as { sets: Array<{ aiq: Record<string, number> }> };
    expect(sets[0].aiq["onehead"]).toBeCloseTo(aiq.value, 6);
  });

  test("train stores a baseline so", async () => {
    const args = ["--data", "rows.jsonl", "--baseline", "knn", ...quick.slice(6), "--out"];
    await succeed("train", ...args, "knn8.onehead", "--precision", "int8");
    await succeed("train", ...args, "knn32.onehead");
    expect(await inspected("knn8.onehead")).toMatchObject({ precision: "int8" });
    const [small, whole] = [file("knn8.onehead").length, file("knn32.onehead").length];
    expect(small).toBeLessThan(whole);
    expect(await succeed("route", "what is 2 plus 6?", "--artifact", "knn8.onehead")).toContain("small");
  });

  test("probe adds a model to the int8 copy", async () => {
    const scored = Array.from({ length: 12 }, (_, i) =>
      JSON.stringify({ prompt: `what is ${i} plus 5?`, score: i % 2, costUsd: 0.001 }),
    );
    writeFileSync(join(folder, "scored.jsonl"), `${scored.join("\n")}\n`);
    const args = [
      "--artifact",
      "router.onehead",
      "--model",
      "new",
      "--scores",
      "scored.jsonl",
      "--out",
      "more.onehead",
    ];
    await succeed("probe", ...args, "--precision", "int8");
    const more = artifactOf("more.onehead");
    expect(more.manifest.candidates.map(({ id }) => id)).toEqual(["small", "large", "new"]);
    await succeed("convert", "router.onehead", "--precision", "int8", "--out", "same.onehead");
    expect(more.manifest.embedder).toEqual(artifactOf("same.onehead").manifest.embedder);
    const { stderr, status } = await onehead("probe", ...args, "--precision", "int4");
    expect([status, stderr]).toEqual([1, "onehead: probe: precision: int4, expected float32, float16 or int8\n"]);
  });
});
