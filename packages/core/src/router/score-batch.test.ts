import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import type { PreferenceOptions } from "../decision/preference.js";
import { OneheadError } from "../errors/onehead-error.js";
import { jsBackend } from "../kernels/backend.js";
import { createRandom } from "../random/random.js";
import { wasmBackend } from "../wasm/index.js";
import { type Choice, Router } from "./router.js";
import type { BatchBlock, BatchInput, BatchRow, BatchTerms, BatchWorkers, ScoredBlock } from "./score-batch.js";

const artifact = syntheticArtifact();
const D = 6;
const router = new Router(artifact);

function rowsOf(count: number, seed = 0): BatchRow[] {
  const random = createRandom(seed, 3);
  return Array.from({ length: count }, (_, i) => ({
    embedding: Float32Array.from({ length: D }, () => random.normal()),
    inputTokens: 10 * i,
  }));
}

function blockOf(rows: readonly BatchRow[]): BatchBlock {
  const embeddings = new Float32Array(rows.length * D);
  rows.forEach(({ embedding }, i) => {
    embeddings.set(embedding, i * D);
  });
  return { embeddings, inputTokens: rows.map(({ inputTokens }) => inputTokens) };
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Every choice as one record, and what ended the batch, if anything did. */
async function read(scored: AsyncIterable<ScoredBlock>): Promise<{ choices: Choice[]; error: unknown }> {
  const choices: Choice[] = [];
  try {
    for await (const { start, rows, index, predictedQuality, predictedCostUsd, reward } of scored) {
      expect(start).toBe(choices.length);
      expect([index, predictedQuality, predictedCostUsd, reward].map(({ length }) => length)).toEqual(
        [0, 0, 0, 0].fill(rows),
      );
      for (let i = 0; i < rows; i++) {
        choices.push({
          index: index[i],
          predictedQuality: predictedQuality[i],
          predictedCostUsd: predictedCostUsd[i],
          reward: reward[i],
        });
      }
    }
  } catch (error) {
    return { choices, error };
  }
  return { choices, error: null };
}

function chosen(of: Router, rows: readonly BatchRow[], options: PreferenceOptions): Choice[] {
  const preference = of.resolvePreference(options);
  return rows.map(({ embedding, inputTokens }) =>
    of.choose(embedding, inputTokens, preference, {
      index: 0,
      predictedQuality: 0,
      predictedCostUsd: 0,
      reward: 0,
    }),
  );
}

describe.each([
  ["js", jsBackend],
  ["wasm", wasmBackend()!],
] as const)("a batch on %s", (_, backend) => {
  const own = new Router(artifact, { backend });
  const counts = [0, 1, 63, 64, 65, 131];

  test.each(counts)("of %i rows has the bits of choose, however the rows come", async (count) => {
    const rows = rowsOf(count, count);
    const cut = count >> 1;
    const inputs: Record<string, () => BatchInput> = {
      rows: () => rows,
      "rows that are waited for": () => later(rows),
      "one block": () => [blockOf(rows)],
      "blocks that are waited for": () => later([blockOf(rows.slice(0, cut)), blockOf(rows.slice(cut))]),
      "rows before and after a block": () => [...rows.slice(0, 3), blockOf(rows.slice(3, 70)), ...rows.slice(70)],
    };
    for (const options of [{}, { willingnessToPayUsd: 0.01 }, { costQuality: 2, reward: "linear" as const }]) {
      const expected = chosen(own, rows, options);
      for (const [name, input] of Object.entries(inputs)) {
        const { choices, error } = await read(own.scoreBatch(input(), options));
        expect(error, name).toBeNull();
        expect(choices, name).toEqual(expected);
      }
    }
  });
});

test("the cuts of a batch change no bit", async () => {
  const rows = rowsOf(200);
  const expected = chosen(router, rows, {});
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(90), { maxLength: 8 }), async (sizes) => {
      const blocks: Array<BatchRow | BatchBlock> = [];
      let at = 0;
      for (const size of sizes) {
        blocks.push(blockOf(rows.slice(at, at + size)));
        at += size;
      }
      expect((await read(router.scoreBatch([...blocks, ...rows.slice(at)]))).choices).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test("no candidate with a price is index −1, and no number", async () => {
  const without = new Router(artifact, { models: ["delta"] });
  const { choices } = await read(without.scoreBatch(rowsOf(2)));
  const none = { index: -1, predictedQuality: Number.NaN, predictedCostUsd: Number.NaN, reward: Number.NaN };
  expect(choices).toEqual([none, none]);
});

describe("a row that is wrong", () => {
  const embedding = new Float32Array(D).fill(0.1);
  const withValue = (value: number): Float32Array => embedding.map((x, i) => (i === 4 ? value : x));
  const cases: Array<[string, unknown, string, string]> = [
    [
      "an embedding that is too short",
      { embedding: embedding.subarray(1), inputTokens: 1 },
      "shape",
      "embedding: length is 5, expected 6",
    ],
    [
      "one that is too long",
      { embedding: new Float32Array(7), inputTokens: 1 },
      "shape",
      "embedding: length is 7, expected 6",
    ],
    [
      "NaN in it",
      { embedding: withValue(Number.NaN), inputTokens: 1 },
      "invalid-argument",
      "embedding[4]: NaN, expected a finite number",
    ],
    [
      "Infinity in it",
      { embedding: withValue(Number.NEGATIVE_INFINITY), inputTokens: 1 },
      "invalid-argument",
      "embedding[4]: -Infinity",
    ],
    [
      "a list for it",
      { embedding: [...embedding], inputTokens: 1 },
      "invalid-argument",
      "embedding: object, expected a Float32Array",
    ],
    ["none", { inputTokens: 1 }, "invalid-argument", "embedding: undefined, expected a Float32Array"],
    ["no row at all", undefined, "invalid-argument", "embedding: undefined, expected a Float32Array"],
    [
      "tokens that are NaN",
      { embedding, inputTokens: Number.NaN },
      "invalid-argument",
      "inputTokens: NaN, expected a number of at least 0",
    ],
    [
      "tokens below 0",
      { embedding, inputTokens: -1 },
      "invalid-argument",
      "inputTokens: -1, expected a number of at least 0",
    ],
    [
      "endless tokens",
      { embedding, inputTokens: Number.POSITIVE_INFINITY },
      "invalid-argument",
      "inputTokens: Infinity",
    ],
    [
      "tokens as text",
      { embedding, inputTokens: "5" },
      "invalid-argument",
      "inputTokens: 5, expected a number of at least 0",
    ],
  ];

  test.each(cases)(
    "%s names row and field, after the choices for the rows before it",
    async (_, row, code, message) => {
      const good = rowsOf(70);
      let closed = 0;
      function* input(): Generator<BatchRow> {
        try {
          yield* good;
          yield row as BatchRow;
          yield* good;
        } finally {
          closed++;
        }
      }
      for (const rows of [input(), later(input())]) {
        const { choices, error } = await read(router.scoreBatch(rows));
        expect(choices).toEqual(chosen(router, good, {}));
        expect(OneheadError.isInstance(error) && error.code).toBe(code);
        expect((error as Error).message).toContain(`scoreBatch: row 70: ${message}`);
      }
      expect(closed).toBe(2);
    },
  );

  test("in a block names its own row", async () => {
    const good = rowsOf(150);
    const block = blockOf(good);
    block.embeddings[100 * D + 2] = Number.NaN;
    const { choices, error } = await read(router.scoreBatch([blockOf(good.slice(0, 5)), block]));
    expect(choices).toHaveLength(105);
    expect((error as Error).message).toBe("scoreBatch: row 105: embedding[2]: NaN, expected a finite number");
    const tokens = { embeddings: block.embeddings.slice(0, 2 * D), inputTokens: [1, -2] };
    expect((await read(router.scoreBatch([tokens]))).error).toMatchObject({
      message: "scoreBatch: row 1: inputTokens: -2, expected a number of at least 0",
    });
  });

  test.each([["js", jsBackend] as const, ["wasm", wasmBackend() ?? undefined] as const])(
    "on %s, one component among many rows is found, and greater numbers than have a square are none",
    async (name, backend) => {
      const own = new Router(artifact, { backend });
      expect(own.backend).toBe(name);
      const great = rowsOf(200).map((row) => ({ ...row, embedding: row.embedding.map((value) => value * 1e30) }));
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        for (const at of [0, 63, 64, 199]) {
          const block = blockOf(great);
          block.embeddings[at * D + (at % D)] = wrong;
          const { choices, error } = await read(own.scoreBatch([block]));
          expect(choices).toHaveLength(at);
          const message = `scoreBatch: row ${at}: embedding[${at % D}]: ${wrong}, expected a finite number`;
          expect((error as Error).message).toBe(message);
        }
      }
      expect((await read(own.scoreBatch([blockOf(great)]))).choices).toHaveLength(200);
    },
  );

  test("a block of the wrong length, or of no list, is refused whole", async () => {
    const failure = async (block: unknown) => (await read(router.scoreBatch([block as BatchBlock]))).error;
    expect(await failure({ embeddings: new Float32Array(11), inputTokens: [1, 2] })).toMatchObject({
      code: "shape",
      message: "scoreBatch: row 0: embeddings: length is 11, expected 12",
    });
    expect(await failure({ embeddings: new Float32Array(6) })).toMatchObject({ code: "shape" });
    const list = { embeddings: [0, 0, 0, 0, 0, 0], inputTokens: [1] };
    expect(await failure(list)).toMatchObject({ code: "invalid-argument" });
  });
});

test("an error of the input comes after the choices for the rows before it", async () => {
  async function* failing(): AsyncGenerator<BatchRow> {
    yield* rowsOf(66);
    throw new Error("the disk is gone");
  }
  const { choices, error } = await read(router.scoreBatch(failing()));
  expect(choices).toHaveLength(66);
  expect(error).toEqual(new Error("the disk is gone"));
});

test("the input is read as choices are taken, and closed when its reader leaves", async () => {
  let read = 0;
  let closed = 0;
  function* endless(): Generator<BatchRow> {
    try {
      for (;;) yield rowsOf(1, read++)[0];
    } finally {
      closed++;
    }
  }
  for (const input of [endless(), later(endless())]) {
    read = 0;
    const scored = router.scoreBatch(input);
    await scored.next();
    expect(read).toBe(64);
    await scored.next();
    expect(read).toBe(128);
    await scored.return();
  }
  expect(closed).toBe(2);
});

test("arguments are refused at once, before anything is read", () => {
  const unread: BatchInput = {
    [Symbol.iterator]: () => {
      throw new Error("was read");
    },
  };
  expect(() => router.scoreBatch(unread, { willingnessToPayUsd: -1 })).toThrow("preference: willingnessToPayUsd: -1");
  expect(() => router.scoreBatch(unread, { costQuality: 11 })).toThrow("preference: costQuality: 11");
});

test("prices that change while a batch is read are those of the next one", async () => {
  const own = new Router(artifact);
  const rows = rowsOf(100);
  const expected = chosen(own, rows, {});
  const choices: number[] = [];
  for await (const { predictedCostUsd } of own.scoreBatch(rows)) {
    choices.push(...predictedCostUsd);
    own.updatePrices({ alpha: { factor: 3 }, beta: { factor: 7 }, gamma: { factor: 5 } });
  }
  expect(choices).toEqual(expected.map(({ predictedCostUsd }) => predictedCostUsd));
});

test("workers get checked blocks of their size, and the terms that they have to choose by", async () => {
  const seen: Array<{ start: number; rows: number }> = [];
  let terms: BatchTerms | undefined;
  const workers: BatchWorkers = {
    blockRows: 50,
    async *score(blocks, given) {
      terms = given;
      for await (const { start, embeddings, inputTokens } of blocks) {
        expect(embeddings).toHaveLength(inputTokens.length * D);
        seen.push({ start, rows: inputTokens.length });
      }
      yield* [];
    },
  };
  await read(router.scoreBatch(rowsOf(120), { willingnessToPayUsd: 2, workers }));
  expect(seen).toEqual([
    { start: 0, rows: 50 },
    { start: 50, rows: 50 },
    { start: 100, rows: 20 },
  ]);
  expect(terms).toEqual({
    preference: { reward: "linear", lambdaUsd: 2 },
    candidates: router.candidates,
    backend: "js",
    feedbackShifts: new Float64Array(5),
  });
});
