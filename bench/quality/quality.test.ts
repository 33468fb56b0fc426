import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promptHash } from "@onehead/data";
import { beforeAll, describe, expect, it } from "vitest";
import { jobRows } from "./job-rows.mjs";
import { writeTable } from "./quality-table.mjs";
import { qualityReport } from "./report.mjs";
import { resultsMarkdown } from "./results-markdown.mjs";
import { parseRouterNames, routerNames } from "./routers.mjs";
import { runJob } from "./run-job.mjs";
import { readSet } from "./set-rows.mjs";
import { quick, smallData, smallJob } from "./small-set.fixture.mjs";
import { UnitStore } from "./unit-store.mjs";

const folder = (): string => mkdtempSync(join(tmpdir(), "onehead-units-"));
const routers = ["onehead", "zero", "knn-10", "knn", "ridge", "true-task"];
const data = smallData();

describe("a unit", () => {
  const work = folder();
  const store = new UnitStore(work);
  const job = smallJob(data, routers);
  const ran: string[] = [];
  beforeAll(async () => {
    await runJob(store, { ...job, routers: ["zero", "ridge"] }, (router: string) => ran.push(router));
  });

  it("is kept for each router as it finishes, and not done again", async () => {
    expect(ran).toEqual(["zero", "ridge"]);
    expect(store.missing(job)).toEqual(["onehead", "knn-10", "knn", "true-task"]);
    const again: string[] = [];
    await runJob(store, job, (router: string) => again.push(router));
    expect(again).toEqual(["onehead", "true-task", "knn-10", "knn"]);
    expect(store.missing(job)).toEqual([]);
    await runJob(store, job, () => expect.unreachable());
  });

  it("holds predictions for the held-out and the validation rows; costs that rivals share are one file", async () => {
    const { split } = jobRows(await readSet(data, "small"), job);
    const { heldOut, validation, estimatesQuality } = store.read(job, "ridge");
    expect(estimatesQuality).toBe(true);
    expect(heldOut.quality).toHaveLength(3 * split.heldOut.length);
    expect(validation.costUsd).toHaveLength(3 * split.validation.length);
    expect(store.read(job, "knn").heldOut.costUsd).toEqual(heldOut.costUsd);
    // the router's own, the tuned rivals', the constant ones and those by task, for two parts each
    expect(readdirSync(join(work, "costs"))).toHaveLength(8);
  });

  it("is stale once the rows, the split or the router's settings are others, whichever of them it depends on", () => {
    const changed = (change: object): string[] => store.missing({ ...job, ...change });
    const settings = { ...job.settings, learningRate: 0.001 };
    // the same embedder: only the router itself is trained with that setting
    store.keepEmbedderId({ ...job, settings }, store.embedderId(job));
    expect(changed({ settings })).toEqual(["onehead"]);
    store.keepEmbedderId(job, store.embedderId({ ...job, settings }));
    expect(changed({ fileHash: "other" })).toEqual(routers);
    expect(changed({ seed: 1 })).toEqual(routers);
    expect(changed({ protocol: "sparse" })).toEqual(routers);
  });

  it("is redone when it was dropped", () => {
    store.drop(job, "knn");
    expect(store.missing(job)).toEqual(["knn"]);
    expect(store.read(job, "knn")).toBeNull();
  });
});

describe("protocols", () => {
  it("leave held-out rows whole, and a tenth of the labels or one of them on the others", async () => {
    const complete = await readSet(data, "small");
    const known = (table: { scores: Float32Array }, row: number): number =>
      table.scores.subarray(3 * row, 3 * row + 3).filter((score) => score >= 0).length;
    for (const [protocol, labels] of [
      ["dense", 3],
      ["sparse", 1],
      ["log", 1],
    ] as const) {
      const { table, split, heldOut } = jobRows(complete, smallJob(data, routers, { protocol }));
      for (const row of [...split.train, ...split.validation]) expect(known(table, row), protocol).toBe(labels);
      expect(heldOut.scores.some(Number.isNaN)).toBe(false);
    }
  });

  it("mask by the seed, and a log asks every model at least sometimes", async () => {
    const complete = await readSet(data, "small");
    const labels = (seed: number) => jobRows(complete, smallJob(data, routers, { protocol: "log", seed }));
    expect(labels(0).table.scores).toEqual(labels(0).table.scores);
    expect(labels(0).table.scores).not.toEqual(labels(1).table.scores);
    const { table, split } = labels(0);
    for (let m = 0; m < 3; m++) {
      expect(Array.from(split.train).some((row) => table.scores[3 * row + m] >= 0)).toBe(true);
    }
  });
});

describe("variants", () => {
  it("shuffle prompts within their part and keep the labels where they are", async () => {
    const complete = await readSet(data, "small");
    const plain = jobRows(complete, smallJob(data, routers));
    const shuffled = jobRows(complete, smallJob(data, routers, { shuffled: true }));
    expect(shuffled.split).toEqual(plain.split);
    expect(shuffled.table.scores).toEqual(plain.table.scores);
    expect(shuffled.heldOut.prompts).not.toEqual(plain.heldOut.prompts);
    expect([...shuffled.heldOut.prompts].sort()).toEqual([...plain.heldOut.prompts].sort());
  });

  it("ask about all of a task and train on none of its prompts", async () => {
    const complete = await readSet(data, "small");
    const job = smallJob(data, routers, { withoutTask: "sums", settings: { holdout: 0 } });
    const { table, split, heldOut } = jobRows(complete, job);
    expect(heldOut.prompts).toHaveLength(120);
    expect(split.heldOut).toHaveLength(0);
    const asked = new Set(heldOut.prompts.map((prompt: string) => promptHash(prompt)));
    expect(table.prompts.some((prompt: string) => asked.has(promptHash(prompt)))).toBe(false);
    expect(table.datasets).not.toContain("sums");
  });
});

describe("the table", () => {
  const work = folder();
  const out = folder();
  beforeAll(async () => {
    const store = new UnitStore(work);
    const jobs = ["dense", "sparse"].flatMap((protocol) =>
      [0, 1].map((seed) => smallJob(data, routers, { protocol, seed })),
    );
    for (const job of jobs) await runJob(store, job);
    const log: string[] = [];
    const options = { data, resamples: 20, log: (line: string) => log.push(line), command: "test" };
    const { report, examples } = await qualityReport(store, jobs, options);
    writeTable(out, report, examples);
  });

  it("has mean and spread over the seeds, the best baseline and a gain over it with its interval", () => {
    const { protocols, targets } = JSON.parse(readFileSync(join(out, "quality.json"), "utf8"));
    expect(protocols.map(({ protocol }: { protocol: string }) => protocol)).toEqual(["dense", "sparse"]);
    const [dense, sparse] = protocols;
    const [set] = dense.sets;
    expect(set.seeds).toEqual([0, 1]);
    const onehead = set.routers.find(({ id }: { id: string }) => id === "onehead");
    expect(onehead.aiq.values).toHaveLength(2);
    expect(onehead.aiq.mean).toBeCloseTo((onehead.aiq.values[0] + onehead.aiq.values[1]) / 2, 5);
    expect(set.bestBaseline.by).toBe("validationAiq");
    expect(["zero", "knn", "ridge"]).toContain(set.bestBaseline.id);
    // masked validation rows have no AIQ, and no λ can be chosen on them
    expect(sparse.sets[0].bestBaseline.by).toBe("validationLogLoss");
    expect(sparse.sets[0].againstSingle).toBeNull();
    // of one set, the mean over sets is that set
    const best = set.routers.find(({ id }: { id: string }) => id === set.bestBaseline.id);
    expect(dense.mean.gainOverBest.aiq).toEqual(best.gain.aiq);
    expect(targets.length).toBeGreaterThan(10);
  });

  it("shows who is told the task beside the oracle, and never takes it for a baseline however good it is", async () => {
    const names = ["onehead", "zero", "true-task"];
    const jobs = [0, 1].map((seed) => smallJob(data, names, { seed }));
    const options = { data, resamples: 20, log: () => {}, command: "test" };
    const { report } = await qualityReport(new UnitStore(work), jobs, options);
    const [set] = report.protocols[0].sets;
    const ids = set.routers.map(({ id }: { id: string }) => id);
    expect(ids.slice(-4)).toEqual(["zero", "random", "true-task", "oracle"]);
    const figures = (id: string) => set.routers.find((router: { id: string }) => router.id === id);
    expect(figures("true-task").aiq.mean).toBeGreaterThan(figures("zero").aiq.mean);
    expect(figures("true-task").validationAiq.mean).toBeGreaterThan(figures("zero").validationAiq.mean);
    expect(set.bestBaseline.id).toBe("zero");
    expect(["zero", "zero-fitted"]).toContain(set.bestInHindsight);
    expect(figures("true-task").gain.aiq.difference.value).toBeDefined();
  });

  it("is written as Markdown without a figure that is none", () => {
    const text = readFileSync(join(out, "quality.md"), "utf8");
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    for (const heading of ["## Dense rows", "## Sparse rows", "### Onehead less each, AIQ", "## Targets"]) {
      expect(text).toContain(heading);
    }
    // every table has as many cells in each line
    for (const block of text.split("\n\n").filter((lines) => lines.startsWith("|"))) {
      const cells = block
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" | ").length);
      expect(new Set(cells).size, block).toBe(1);
    }
  });

  it("becomes a page with pictures, and --check sees when it is not up to date", () => {
    const docs = folder();
    const page = (...more: string[]) =>
      spawnSync(process.execPath, [
        join(import.meta.dirname, "results-page.mjs"),
        "--from",
        out,
        "--docs",
        docs,
        ...more,
      ]);
    expect(page("--check").status).toBe(1);
    expect(page().status).toBe(0);
    expect(page("--check").status).toBe(0);
    const text = readFileSync(join(docs, "results.md"), "utf8");
    const pictures = [...text.matchAll(/\]\((results\/[^)]+\.svg)\)/g)].map(([, path]) => path);
    expect(pictures).toHaveLength(4);
    for (const path of pictures) expect(existsSync(join(docs, path)), path).toBe(true);
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    writeFileSync(join(docs, "results.md"), "edited");
    expect(page("--check").status).toBe(1);
  });

  it("stands without rivals that are not there", () => {
    const report = JSON.parse(readFileSync(join(out, "quality.json"), "utf8"));
    expect(resultsMarkdown(report, [], null, null)).toContain("## Targets");
  });
});

describe("the command", () => {
  const run = (script: string, ...args: string[]): string =>
    execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], {
      env: { ...process.env, ONEHEAD_DATA: data },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const common = ["--sets", "small", "--seeds", "0", "--settings", JSON.stringify(quick), "--resamples", "20"];

  it("runs jobs on workers and keeps a partial table in the work folder", () => {
    const work = folder();
    const args = [...common, "--protocols", "dense,log", "--routers", "onehead,zero,ridge", "--work", work];
    expect(run("quality.mjs", ...args)).toContain(join(work, "quality.md"));
    expect(readFileSync(join(work, "quality.md"), "utf8")).toContain("| Onehead (linear reward) |");
    expect(readdirSync(join(work, "log", "small-0"))).toContain("ridge.bin");
  });

  it("compares the parts of the router, and tasks left out of training", () => {
    const work = folder();
    run("ablation.mjs", ...common, "--variants", "shuffled,no-words,encoder", "--tasks", "--work", work);
    const { mean, leftOut } = JSON.parse(readFileSync(join(work, "ablation.json"), "utf8"));
    const ids = mean.map(({ id }: { id: string }) => id);
    const trained = ["no-words", "encoder", "shuffled"];
    expect(ids).toEqual(["onehead", "onehead-exponential", "onehead-uncalibrated", "bag", ...trained]);
    expect(leftOut.tasks.map(({ task }: { task: string }) => task).sort()).toEqual(["sums", "verses"]);
  });
});

describe("models left out and added again", () => {
  it("are compared with the whole training, with ignoring them and with rivals, and have their targets on the page", () => {
    const work = folder();
    execFileSync(process.execPath, [join(import.meta.dirname, "new-models.mjs"), "--sets", "small", "--work", work], {
      env: { ...process.env, ONEHEAD_DATA: data },
      stdio: "ignore",
    });
    const newModels = JSON.parse(readFileSync(join(work, "new-models.json"), "utf8"));
    const { models, entries } = newModels.sets[0].all;
    expect(models).toBe(3);
    expect(entries.full.share).toBe(1);
    // three models that differ as much as can be: each is missed, and many samples make up for most of it
    expect(entries.ignore.share).toBeLessThan(0.8);
    expect(entries["stratified-100"].share).toBeGreaterThan(entries["stratified-20"].share);
    expect(entries["stratified-100"].interval[0]).toBeGreaterThan(0);
    const page = resultsMarkdown({ protocols: [], targets: [] }, [], null, newModels);
    expect(page).toContain(`| 0 | ignoring the model | ${entries.ignore.share.toFixed(3)} |`);
    expect(page).toMatch(/100 samples keep at least 78 % of the gain \| \d+\.\d % \| met/);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

describe("router names", () => {
  it("are a list, all, or all rivals, in one order", () => {
    expect(parseRouterNames("all")).toEqual(routerNames);
    expect(parseRouterNames("rivals")).toEqual(routerNames.slice(1, -1));
    expect(parseRouterNames("true-task,onehead")).toEqual(["onehead", "true-task"]);
    expect(parseRouterNames("ridge,onehead")).toEqual(["onehead", "ridge"]);
    expect(() => parseRouterNames("knn,nobody")).toThrow("nobody, expected all, rivals or some of onehead");
  });
});
