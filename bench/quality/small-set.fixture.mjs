// A set of a few made-up rows, in the layout of docs/data.md, on which the whole bench runs in seconds.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRandom } from "@onehead/core/training";
import { defaultSettings, resolveSettings } from "@onehead/train";
import { fileHash, setFile } from "./set-rows.mjs";

/** Settings of a router that is trained in a second. */
export const quick = {
  ...{ members: 1, epochs: 1, anchors: 12, keyWidth: 8, hiddenWidth: 8, rank: 2, components: 8, features: 256 },
  kernel: false,
  clusters: false,
};

const words = { sums: ["add", "sum", "plus", "total", "digits"], verses: ["rhyme", "poem", "verse", "river", "moon"] };

/** A folder with a set of the given name: two tasks, three models, of which the cheap one is only good at verses. */
export function smallData(set = "small", rows = 240, seed = 1) {
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "onehead-bench-"));
  const lines = Array.from({ length: rows }, (_, i) => {
    const task = i % 2 === 0 ? "sums" : "verses";
    const pick = () => words[task][random.integer(words[task].length)];
    const chance = { cheap: task === "verses" ? 0.9 : 0.2, middle: 0.6, dear: 0.85 };
    const scores = Object.fromEntries(Object.entries(chance).map(([m, p]) => [m, random.uniform() < p ? 1 : 0]));
    const costs = { cheap: 0.001, middle: 0.004, dear: 0.02 * (0.5 + random.uniform()) };
    return JSON.stringify({ id: `${i}`, dataset: task, prompt: `${pick()} ${pick()} ${i}`, scores, costs });
  });
  mkdirSync(join(folder, set));
  writeFileSync(join(folder, set, `${set}.jsonl.gz`), gzipSync(`${lines.join("\n")}\n`));
  return folder;
}

/** A job on that set, as quality.mjs plans it. */
export function smallJob(
  data,
  routers,
  { protocol = "dense", seed = 0, settings = {}, set = "small", ...changes } = {},
) {
  return {
    protocol,
    set,
    seed,
    data,
    fileHash: fileHash(setFile(data, set)),
    settings: resolveSettings({ ...defaultSettings, ...quick, ...settings, seed }),
    routers,
    ...changes,
  };
}
