import { beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../../evaluation/evaluate.js";
import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { type HintedRows, modelNames, routersOf, rowsOf } from "../../evaluation/small-world.fixture.js";
import { type PictureKind, toSvgPicture } from "./picture-file.js";

let result: EvaluationResult;
beforeAll(async () => {
  result = await evaluate<HintedRows>({
    models: modelNames(4),
    routers: routersOf(4),
    heldOut: [rowsOf(1, 120, 4)],
    validation: [rowsOf(2, 80, 4)],
    referenceCostUsd: 1e-4 * 3 ** 3,
    resamples: 10,
  });
});

const kinds: PictureKind[] = ["cost-quality", "cost-quality-log", "gain", "selection"];

describe("toSvgPicture", () => {
  it.each(kinds)("%s is one file that fetches nothing and draws only numbers", (kind) => {
    const svg = toSvgPicture(result, kind);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).not.toMatch(/<script|<image|@import|url\((?!#)|href=/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(toSvgPicture(JSON.parse(JSON.stringify(result)), kind)).toBe(svg);
  });

  it("names every curve, and every model that is chosen", () => {
    const curves = toSvgPicture(result, "cost-quality");
    for (const name of ["knowing", "constant", "zero router", "oracle"]) expect(curves).toContain(`>${name} 0.`);
    expect(toSvgPicture(result, "gain")).not.toContain(">oracle");
    expect(toSvgPicture(result, "selection")).toContain(">vendor/model-3</text>");
  });

  it("keeps the legend within the picture, however many names there are", () => {
    const routers = Array.from({ length: 12 }, (_, i) => ({
      ...result.routers[2],
      id: `r${i}`,
      name: `a rival with a long name, number ${i}`,
    }));
    const svg = toSvgPicture({ ...result, routers: [...result.routers, ...routers] }, "gain", { width: 600 });
    for (const [, x, name] of svg.matchAll(/translate\(([\d.]+) [\d.]+\)">.*?<text[^>]*>([^<]*)</g)) {
      expect(Number(x) + 32 + 7 * name.length).toBeLessThanOrEqual(600);
    }
  });
});
