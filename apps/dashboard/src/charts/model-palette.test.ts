import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Rgb = [number, number, number];

const read = (name: string): string => readFileSync(new URL(`../styles/${name}`, import.meta.url), "utf8");
const pairsIn = (css: string): string[][] =>
  [...css.matchAll(/--(?:model|surface): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, light, dark]) => [light, dark]);
const models = pairsIn(read("models.css"));
const [surface] = pairsIn(read("tokens.css"));

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const rgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as unknown as Rgb;
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const times = (matrix: readonly number[], rgb: Rgb): Rgb =>
  [0, 3, 6].map((row) =>
    Math.min(1, Math.max(0, matrix[row] * rgb[0] + matrix[row + 1] * rgb[1] + matrix[row + 2] * rgb[2])),
  ) as unknown as Rgb;

// complete protanopia and deuteranopia, on linear RGB. Source: Machado, Oliveira and Fernandes 2009
const eyes: Record<string, (rgb: Rgb) => Rgb> = {
  usual: (rgb) => rgb,
  protanopia: (rgb) =>
    times([0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998], rgb),
  deuteranopia: (rgb) =>
    times([0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881], rgb),
};

/** Oklab; a distance of 0.02 is about what can just be told apart side by side. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe.each([
  ["light", 0],
  ["dark", 1],
])("the models' hues in %s", (_, theme) => {
  const hues = models.map((pair) => rgbOf(pair[theme]));

  it("are eight, each 3 to 1 or more against the surface", () => {
    expect(hues).toHaveLength(8);
    const ground = luminance(rgbOf(surface[theme]));
    for (const hue of hues.map(luminance)) {
      expect((Math.max(hue, ground) + 0.05) / (Math.min(hue, ground) + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(Object.keys(eyes))("stay apart for eyes with %s", (eye) => {
    const seen = hues.map((hue) => oklab(eyes[eye](hue)));
    for (let i = 0; i < seen.length; i++) {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(...seen[i].map((value, at) => value - seen[j][at]));
        expect(distance, `${i} and ${j}`).toBeGreaterThan(0.1);
      }
    }
  });
});
