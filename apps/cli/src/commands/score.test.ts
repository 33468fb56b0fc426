import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createScoreWorld,
  type EmbeddingRow,
  embeddingRows,
  encodeRows,
  ended,
  runScore,
  type ScoreWorld,
  startScore,
} from "../scoring/score-world.fixture.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/main.js");
// appears in prompts only: it must never appear in what goes wrong
const canary = "xylophonist";

let world: ScoreWorld;
let folder: string;
beforeAll(() => {
  world = createScoreWorld();
  folder = world.folder;
});
const small = ["--artifact", "small.onehead"];

/** A row of output, whatever its format. */
interface Choice {
  id: string | number | bigint;
  model: string | null;
  predictedQuality: number | null;
  predictedCostUsd: number | null;
  reward: number | null;
  error?: unknown;
}

const parseLines = (text: Buffer | string): Choice[] =>
  text
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Choice);

function parseCsv(text: Buffer): Choice[] {
  const [header, ...lines] = text.toString().trimEnd().split("\n");
  expect(header).toBe("id,model,predictedQuality,predictedCostUsd,reward,error");
  return lines.map((line) => {
    const [id, model, quality, cost, reward] = line.split(",");
    return { id, model, predictedQuality: +quality, predictedCostUsd: +cost, reward: +reward };
  });
}

async function parseParquet(bytes: Buffer): Promise<Choice[]> {
  const file = new Uint8Array(bytes).buffer;
  const rows = await parquetReadObjects({ file });
  return rows.map(({ error, ...row }) => ({ ...row, ...(error === null ? {} : { error }) }) as unknown as Choice);
}

/** What the router says itself, row by row. */
function expectedChoices(rows: readonly EmbeddingRow[], options = {}): Choice[] {
  const { router } = world;
  const preference = router.resolvePreference(options);
  return rows.map(({ id, embedding, inputTokens }) => {
    const choice = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
    const { index, ...rest } = router.choose(Float32Array.from(embedding), inputTokens, preference, choice);
    return { id, model: router.candidates[index].id, ...rest };
  });
}

describe("choices", () => {
  const rows = embeddingRows(2500);
  const inputs = encodeRows(rows);
  const parsers = { jsonl: parseLines, csv: parseCsv, parquet: parseParquet };

  test.each(
    (["jsonl", "csv", "parquet"] as const).flatMap((from) =>
      (["jsonl", "csv", "parquet"] as const).map((to) => [from, to] as const),
    ),
  )("from %s to %s are those of choose, to the bit and in their order", async (from, to) => {
    writeFileSync(join(folder, `rows.${from}`), inputs[from]);
    const args = [...small, "--willingness-to-pay", "0.01", "--input", `rows.${from}`, "--output", `${from}.${to}`];
    const { status, stderr, stdout } = await runScore(folder, [...args, "--row-group-rows", "1000", "--json"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      rows: 2500,
      failed: 0,
      resumedRows: 0,
      output: `${from}.${to}`,
    });
    const found = await parsers[to](readFileSync(join(folder, `${from}.${to}`)));
    expect(found).toEqual(expectedChoices(rows, { willingnessToPayUsd: 0.01 }));
    // nothing is left beside it
    expect(readdirSync(folder).filter((name) => name.includes(".partial"))).toEqual([]);
  });

  test.each(["jsonl", "csv", "parquet"] as const)("are the same bytes for any number of workers, as %s", async (to) => {
    const run = (workers: string) =>
      runScore(folder, [...small, "--workers", workers, "--output-format", to, "--cost-quality", "7"], inputs.jsonl);
    const [none, ...others] = await Promise.all(["0", "1", "3"].map(run));
    for (const { status, stderr } of [none, ...others]) expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(none.stdout.length).toBeGreaterThan(50_000);
    for (const { stdout } of others) expect(stdout.equals(none.stdout)).toBe(true);
  });

  test("of packed input, and of columns that go by other names, are the same", async () => {
    const renamed = rows.map(({ id, embedding, inputTokens }) =>
      JSON.stringify({ key: id, vector: embedding, n: inputTokens }),
    );
    writeFileSync(join(folder, "packed.jsonl.gz"), gzipSync(renamed.join("\n")));
    const columns = ["--columns", "id=key,embedding=vector,inputTokens=n"];
    const { stdout } = await runScore(folder, [...small, ...columns, "--input", "packed.jsonl.gz"]);
    expect(parseLines(stdout)).toEqual(expectedChoices(rows));
  });

  test("of Parquet on standard input are the same: it is kept in a file meanwhile", async () => {
    const args = [...small, "--input-format", "parquet", "--output-format", "csv"];
    const { status, stdout, stderr } = await runScore(folder, args, inputs.parquet);
    expect(stderr).toMatch(/^score: Parquet is read from its end: standard input is kept in \S+ meanwhile\n$/);
    expect(status).toBe(0);
    expect(parseCsv(stdout)).toEqual(expectedChoices(rows));
    const spool = /kept in (\S+) meanwhile/.exec(stderr)?.[1] as string;
    expect(existsSync(spool)).toBe(false);
  });

  test("narrow to --models, at the prices of the configuration", async () => {
    const config = { prices: { alpha: { factor: 1000 } }, willingnessToPayUsd: 0.001 };
    writeFileSync(join(folder, "priced.json"), JSON.stringify(config));
    const args = [...small, "--config", "priced.json", "--models", "alpha,beta"];
    const { stdout } = await runScore(folder, args, inputs.jsonl);
    expect(new Set(parseLines(stdout).map(({ model }) => model))).toEqual(new Set(["beta"]));
  });
});

describe("prompts", () => {
  const prompts = Array.from(
    { length: 300 },
    (_, i) => `Question ${i}: what does a ${canary} do with ${i % 7} of them?`,
  );
  const lines = prompts.map((prompt, id) => JSON.stringify({ id, prompt }));
  const input = `${lines.join("\n")}\n`;

  test("are chosen for as onehead route does, embedded by any number of threads", async () => {
    const routed = spawn(process.execPath, [program, "route", "--json"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    routed.stdin.end(`${lines.slice(0, 40).join("\n")}\n`);
    const decisions = parseLines((await ended(routed)).stdout) as unknown as Array<{ id: number; ranking: Choice[] }>;
    const runs = await Promise.all(["0", "2"].map((workers) => runScore(folder, ["--workers", workers], input)));
    const choices = parseLines(runs[0].stdout);
    expect(choices.slice(0, 40)).toEqual(
      decisions.map(({ id, ranking: [{ model, predictedQuality, predictedCostUsd, reward }] }) => ({
        id,
        model,
        predictedQuality,
        predictedCostUsd,
        reward,
      })),
    );
    expect(choices).toHaveLength(300);
    expect(runs[1].stdout.equals(runs[0].stdout)).toBe(true);
  });

  test("an artifact without their embedder scores rows with embeddings, and says what it lacks at the first prompt", async () => {
    const [row] = embeddingRows(1);
    const fine = await runScore(folder, small, `${JSON.stringify(row)}\n`);
    expect(fine.status).toBe(0);
    const { status, stderr } = await runScore(folder, small, `${JSON.stringify(row)}\n{"prompt":"${canary}"}\n`);
    expect(status).toBe(1);
    expect(stderr).toContain("onehead: ");
    expect(stderr).not.toContain(canary);
  });
});

describe("ids", () => {
  const [{ embedding, inputTokens }] = embeddingRows(1);
  const rest = `"embedding":${JSON.stringify(embedding)},"inputTokens":${inputTokens}}`;
  const ids = [
    "1",
    '"1"',
    "12345678901234567890",
    "-9007199254740993",
    "1.50",
    "1e3",
    '"a,b"',
    '"ü \\"q\\" \\n\\u0000"',
  ];
  const input = `${ids.map((id) => `{"id":${id},${rest}`).join("\n")}\n{${rest}\n`;

  test("are passed through as they are written: numbers to the last digit, text as text", async () => {
    const { stdout } = await runScore(folder, small, input);
    const found = stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => /^\{"id":(.*?),"model":/.exec(line)?.[1]);
    expect(found).toEqual([...ids, "9"]);
  });

  test("are cells of CSV, quoted where they have to be", async () => {
    const { stdout } = await runScore(folder, [...small, "--output-format", "csv"], input);
    const text = stdout.toString();
    const before = (part: string): string => `${part},`;
    for (const id of [
      "1",
      "12345678901234567890",
      "-9007199254740993",
      "1.50",
      "1e3",
      '"a,b"',
      '"ü ""q"" \n\u0000"',
      "9",
    ]) {
      expect(text).toContain(`\n${before(id)}`);
    }
  });

  test("are text in Parquet, but whole numbers where the input's column is of them, or has none", async () => {
    const text = await runScore(folder, [...small, "--output-format", "parquet"], input);
    expect((await parseParquet(text.stdout)).map(({ id }) => id)).toEqual([
      "1",
      "1",
      "12345678901234567890",
      "-9007199254740993",
      "1.50",
      "1e3",
      "a,b",
      'ü "q" \n\u0000',
      "9",
    ]);
    const fixture = fileURLToPath(
      new URL("../../../../packages/data/src/blocks/__fixtures__/duckdb.parquet", import.meta.url),
    );
    const whole = await runScore(folder, [...small, "--input", fixture, "--output-format", "parquet"]);
    expect((await parseParquet(whole.stdout)).map(({ id }) => id).slice(0, 2)).toEqual([10n ** 15n, 10n ** 15n + 1n]);
    const columns = ["--columns", "prompt=embedding,embedding=embedding"];
    expect((await runScore(folder, [...small, ...columns, "--input", fixture])).status).toBe(1);
  });
});

describe("rows that cannot be scored", () => {
  const [good, last] = embeddingRows(2);
  const bad = [
    `not json ${canary}`,
    '{"id":"short","embedding":[1],"inputTokens":1}',
    '{"id":7,"embedding":[1,2,3,4,5,6]}',
    `{"prompt":{"text":"${canary}"}}`,
  ];
  const input = `${[JSON.stringify(good), ...bad, JSON.stringify(last)].join("\n")}\n`;
  const errors = [
    { line: 2, error: { code: "row-format", message: "line 2: not JSON" } },
    { line: 3, id: "short", error: { code: "row-schema", message: "line 3: embedding: length is 1, expected 6" } },
    {
      line: 4,
      id: 7,
      error: { code: "row-schema", message: "line 4: inputTokens: missing, expected a count beside an embedding" },
    },
    { line: 5, error: { code: "row-schema", message: "line 5: prompt: an object, expected text" } },
  ];

  test("have an error in their place, as onehead route gives one; all others are scored, and the exit code is 1", async () => {
    const { status, stdout, stderr } = await runScore(folder, small, input);
    expect(status).toBe(1);
    const [first, fifth] = expectedChoices([good, last]);
    expect(parseLines(stdout)).toEqual([first, ...errors, fifth]);
    expect(stderr).toBe("onehead: 4 of 6 rows could not be scored: see their errors\n");
  });

  test("say why in a column of CSV and of Parquet", async () => {
    const csv = await runScore(folder, [...small, "--output-format", "csv"], input);
    expect(csv.status).toBe(1);
    expect(csv.stdout.toString().split("\n").slice(2, 4)).toEqual([
      "2,,,,,row-format: line 2: not JSON",
      'short,,,,,"row-schema: line 3: embedding: length is 1, expected 6"',
    ]);
    const parquet = await runScore(folder, [...small, "--output-format", "parquet"], input);
    const rows = await parseParquet(parquet.stdout);
    const [first] = expectedChoices([good]);
    expect(rows[0]).toEqual(first);
    expect(rows[1]).toEqual({
      id: "2",
      model: null,
      predictedQuality: null,
      predictedCostUsd: null,
      reward: null,
      error: "row-format: line 2: not JSON",
    });
    for (const { stdout, stderr } of [csv, parquet]) expect(stdout.toString() + stderr).not.toContain(canary);
  });

  test("are also those for which no candidate has a price", async () => {
    const { status, stdout } = await runScore(folder, [...small, "--models", "delta"], `${JSON.stringify(good)}\n`);
    expect(status).toBe(1);
    const message = "no candidate has a price and finite predictions";
    expect(parseLines(stdout)).toEqual([{ line: 1, id: good.id, error: { code: "no-eligible-model", message } }]);
  });
});

describe("as a filter", () => {
  test("several processes over split lines say together what one says", async () => {
    const rows = embeddingRows(1200);
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
    const one = await runScore(folder, small, lines.join(""));
    const parts = [0, 1, 2, 3].map((part) => lines.filter((_, i) => Math.floor(i / 64) % 4 === part).join(""));
    const runs = await Promise.all(parts.map((part) => runScore(folder, [...small, "--workers", "0"], part)));
    const sorted = (buffers: Buffer[]): string[] =>
      buffers
        .flatMap((buffer) =>
          buffer
            .toString()
            .split("\n")
            .filter((line) => line !== ""),
        )
        .sort();
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(sorted(runs.map(({ stdout }) => stdout))).toEqual(sorted([one.stdout]));
  });

  test("an answer comes while more rows are still to be written", async () => {
    const child = startScore(folder, small);
    const rows = embeddingRows(2).map((row) => `${JSON.stringify(row)}\n`);
    const answer = (): Promise<string> =>
      new Promise((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
    const first = answer();
    child.stdin.write(rows[0]);
    expect(JSON.parse(await first)).toMatchObject({ id: "row-0" });
    const second = answer();
    child.stdin.end(rows[1]);
    expect(JSON.parse(await second)).toMatchObject({ id: "row-1" });
  });

  test("a reader that goes away ends it quietly", async () => {
    const child = startScore(folder, small);
    const closed = ended(child);
    child.stdout.destroy();
    for (let i = 0; i < 20; i++) child.stdin.write(encodeRows(embeddingRows(500)).jsonl);
    child.stdin.end();
    expect(await closed).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["jsonl", ""],
    ["csv", "id,model,predictedQuality,predictedCostUsd,reward,error\n"],
  ])("no rows give no rows, as %s", async (to, expected) => {
    const { status, stdout } = await runScore(folder, [...small, "--output-format", to], "");
    expect([status, stdout.toString()]).toEqual([0, expected]);
  });

  test("no rows are a whole file of Parquet", async () => {
    const { stdout } = await runScore(folder, [...small, "--output-format", "parquet"], "");
    expect(await parseParquet(stdout)).toEqual([]);
  });

  test.skipIf(!existsSync("/dev/full"))("a device that is full is an error that names it", async () => {
    const { status, stderr } = await runScore(
      folder,
      [...small, "--output", "/dev/full", "--output-format", "jsonl"],
      encodeRows(embeddingRows(10)).jsonl,
    );
    expect(status).toBe(1);
    expect(stderr).toBe("onehead: score: cannot write /dev/full: ENOSPC, no room is left\n");
  });
});

describe("wrong usage", () => {
  test.each([
    [["--resume"], 2, "--resume needs --output"],
    [["--input", "rows.txt"], 2, "--input rows.txt: its name says no format, expected --input-format"],
    [["--output", "out"], 2, "--output out: its name says no format"],
    [["--output-format", "xml"], 2, "--output-format: xml, expected jsonl, csv, parquet"],
    [["--columns", "key"], 2, "--columns key: expected FIELD=NAME"],
    [["--columns", "name=key"], 2, "--columns name=key: expected FIELD=NAME"],
    [["--workers", "-1"], 1, "--workers: -1, expected a whole number from 0 to 256"],
    [["--row-group-rows", "0.5"], 1, "--row-group-rows: 0.5, expected a whole number"],
    [["--input-tokens", "-3"], 1, "--input-tokens: -3, expected at least 0"],
    [["--willingness-to-pay", "0"], 1, "preference: willingnessToPayUsd: 0"],
    [
      ["--input", "small.onehead", "--input-format", "jsonl", "--output", "small.onehead", "--output-format", "jsonl"],
      2,
      "would replace what",
    ],
    [["--input", "none.jsonl"], 1, "none.jsonl: ENOENT"],
    [["--output", "none/out.jsonl"], 1, "cannot write none/out.jsonl"],
  ])("%j", async (args, code, message) => {
    const { status, stderr, stdout } = await runScore(folder, [...small, ...args], "");
    expect(stderr).toContain(message);
    expect(status).toBe(code);
    expect(stdout.toString()).toBe("");
  });

  test("what a configuration asks of single decisions is not passed over", async () => {
    writeFileSync(join(folder, "deny.json"), JSON.stringify({ deny: ["alpha"] }));
    const { status, stderr } = await runScore(folder, [...small, "--config", "deny.json"], "");
    expect(status).toBe(1);
    expect(stderr).toContain(
      "score: deny of the configuration cannot be kept in a batch, expected models or --models instead",
    );
  });

  test("with --json an error is one line of JSON, and never among the choices", async () => {
    const { stdout, stderr } = await runScore(folder, [...small, "--json", "--workers", "x"], "");
    expect(stdout.toString()).toBe("");
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "invalid-argument" } });
  });
});
