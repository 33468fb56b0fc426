import {
  type BatchBlock,
  OneheadError,
  parseArtifact,
  Router,
  type ScoredBlock,
  serializeArtifact,
} from "@onehead/core";
import { learning } from "@onehead/core/feedback";
import { wasmBackend } from "@onehead/core/wasm";
import { afterEach, describe, expect, test, vi } from "vitest";
// the synthetic artifact is no part of what core publishes
import { syntheticArtifact } from "../../core/src/artifact/contract/synthetic-artifact.js";
import type { BatchPool } from "./batch-pool.js";
import { type OpenBatchWorkersOptions, openPool } from "./open-batch-workers.js";
import { nodeThread } from "./thread.js";

const bytes = serializeArtifact(syntheticArtifact());
const artifact = parseArtifact(bytes);
const D = 6;

const opened: BatchPool[] = [];
const built = new URL("../dist/worker.js", import.meta.url);
/** As `openBatchWorkers`, on the worker as it is built. */
async function open(options: OpenBatchWorkersOptions, program = built): Promise<BatchPool> {
  const pool = await openPool(bytes, options, (events) => nodeThread(program, events));
  opened.push(pool);
  return pool;
}
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(opened.splice(0).map((pool) => pool.close()));
});

/** A worker that opens as every one does, then scores nothing and runs `opened`, or `asked` when it gets a block. */
function failing({ opening = "", opened = "", asked = "" }): URL {
  const program = `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ kind }) => {
      if (kind === "open") {
        ${opening};
        parentPort.postMessage({ kind: "opened", candidates: [], backend: "js", dimensions: 2 });
        ${opened};
      } else {
        ${asked};
      }
    });
    parentPort.postMessage({ kind: "listening" });
  `;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

function blockOf(rows: number, seed = 1): BatchBlock {
  return {
    embeddings: Float32Array.from({ length: rows * D }, (_, i) => Math.sin(seed + 7.3 * i)),
    inputTokens: Float64Array.from({ length: rows }, (_, i) => 3 * i + seed),
  };
}

/** Everything that a batch gives, as bytes: NaN equals NaN, and 0 does not equal −0. */
async function bits(scored: AsyncIterable<ScoredBlock>): Promise<{ rows: number; hex: string }> {
  const columns: Uint8Array[][] = [[], [], [], []];
  let rows = 0;
  for await (const block of scored) {
    expect(block.start).toBe(rows);
    rows += block.rows;
    [block.index, block.predictedQuality, block.predictedCostUsd, block.reward].forEach((array, i) => {
      columns[i].push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    });
  }
  return { rows, hex: Buffer.concat(columns.flat()).toString("hex") };
}

async function failureOf(run: () => unknown): Promise<OneheadError> {
  try {
    await run();
  } catch (error) {
    if (OneheadError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const without = (router: Router, input: BatchBlock[], options = {}) => bits(router.scoreBatch(input, options));

describe.each(["js", "wasm"] as const)("workers on %s", (name) => {
  const router = new Router(artifact, name === "wasm" ? { backend: wasmBackend()! } : {});
  const input = [blockOf(1), blockOf(130, 2), blockOf(64, 3), blockOf(0), blockOf(1000, 4)];

  test.each([
    [1, 1024],
    [2, 64],
    [3, 7],
  ])("%i of them with blocks of %i rows give the bits of none", async (workers, blockRows) => {
    const pool = await open({ workers, blockRows, backend: name });
    expect(pool.shared).toBe(true);
    for (const options of [{}, { willingnessToPayUsd: 0.003 }, { costQuality: 9, reward: "linear" as const }]) {
      const expected = await without(router, input, options);
      expect(expected.rows).toBe(1195);
      expect(await bits(router.scoreBatch(input, { ...options, workers: pool }))).toEqual(expected);
    }
  });

  test("they do so without shared memory too, as on a page that is not isolated", async () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    const pool = await open({ workers: 2, blockRows: 50, backend: name });
    expect(pool.shared).toBe(false);
    const expected = await without(router, input);
    for (let i = 0; i < 3; i++) expect(await bits(router.scoreBatch(input, { workers: pool }))).toEqual(expected);
  });
});

test("two batches at once share them, and neither waits for ever", async () => {
  const router = new Router(artifact);
  const pool = await open({ workers: 2, blockRows: 16 });
  const inputs = [1, 2, 3, 4].map((seed) => [blockOf(500, seed)]);
  const expected = await Promise.all(inputs.map((input) => without(router, input)));
  const found = await Promise.all(inputs.map((input) => bits(router.scoreBatch(input, { workers: pool }))));
  expect(found).toEqual(expected);
});

test("a reader that leaves, and an input that fails, leave them ready for the next batch", async () => {
  const router = new Router(artifact);
  const pool = await open({ workers: 2, blockRows: 8 });
  let closed = 0;
  function* endless(): Generator<BatchBlock> {
    try {
      for (;;) yield blockOf(20);
    } finally {
      closed++;
    }
  }
  for await (const _ of router.scoreBatch(endless(), { workers: pool })) break;
  function* failing(): Generator<BatchBlock> {
    yield blockOf(20);
    throw new Error("the input fails");
  }
  await expect(bits(router.scoreBatch(failing(), { workers: pool }))).rejects.toThrow("the input fails");
  const wrong = blockOf(30);
  wrong.embeddings[25 * D] = Number.NaN;
  const error = await failureOf(() => bits(router.scoreBatch([wrong], { workers: pool })));
  expect(error.message).toBe("scoreBatch: row 25: embedding[0]: NaN, expected a finite number");
  expect(closed).toBe(1);
  const input = [blockOf(100)];
  expect(await bits(router.scoreBatch(input, { workers: pool }))).toEqual(await without(router, input));
});

describe("workers that would choose otherwise than the router are refused before anything is read", () => {
  const unread: BatchBlock[] = [blockOf(1)];
  const refusal = async (router: Router, options: Partial<OpenBatchWorkersOptions> = {}) => {
    const pool = await open({ workers: 1, ...options });
    const error = await failureOf(() => router.scoreBatch(unread, { workers: pool }));
    expect(error.code).toBe("invalid-argument");
    return error.message;
  };

  test("another pool, other prices, another backend", async () => {
    expect(await refusal(new Router(artifact), { models: ["alpha", "beta"] })).toContain(
      "of another artifact, pool or prices",
    );
    const router = new Router(artifact);
    router.updatePrices({ alpha: { factor: 2 } });
    expect(await refusal(router)).toContain("of another artifact, pool or prices");
    expect(await refusal(new Router(artifact), { backend: "wasm" })).toContain("of backend wasm, not js");
  });

  test("what the router has learnt", async () => {
    const router = new Router(artifact, { learning: learning() });
    for (let i = 0; i < 600; i++) {
      router.update({ embedding: new Float32Array(D), model: "alpha", score: 0, source: `user-${i % 20}` });
    }
    expect(await refusal(router)).toContain("without what the router has learnt");
  });

  test("equal pool and prices are the same router", async () => {
    const prices = { alpha: { factor: 2 } };
    const options = { models: ["gamma", "alpha"], prices };
    const pool = await open({ workers: 1, ...options });
    const router = new Router(artifact, options);
    expect(await bits(router.scoreBatch(unread, { workers: pool }))).toEqual(await without(router, unread));
  });
});

describe("opening", () => {
  test.each([
    [{ workers: 0 }, "openBatchWorkers: workers: 0, expected a whole number from 1 to 1024"],
    [{ workers: 1.5 }, "openBatchWorkers: workers: 1.5"],
    [{ workers: 1, blockRows: 0 }, "openBatchWorkers: blockRows: 0"],
    [{ workers: 2, models: ["nobody"] }, "nobody"],
    [{ workers: 1, backend: "gpu" as const }, "openBatchWorkers: backend: gpu"],
  ])("with %o says what is wrong", async (options, message) => {
    expect((await failureOf(() => open(options))).message).toContain(message);
  });

  test("a file that is no artifact is refused by its field", async () => {
    const cut = bytes.slice(0, 500);
    const error = await failureOf(() => openPool(cut, { workers: 2 }, (events) => nodeThread(built, events)));
    expect(error.code).toBe("artifact");
  });

  test("a program that cannot be started is an error, not a wait", async () => {
    expect((await failureOf(() => open({ workers: 2 }, new URL("./nowhere.mjs", import.meta.url)))).code).toBe(
      "worker-lost",
    );
    const exits = await failureOf(() => open({ workers: 2 }, failing({ opening: "process.exit(4)" })));
    expect(exits).toMatchObject({
      code: "worker-lost",
      message: "openBatchWorkers: a worker was not started: it ended with 4",
    });
  });
});

describe("a worker that is lost", () => {
  const terms = {
    preference: { reward: "linear", lambdaUsd: 1 },
    candidates: [],
    backend: "js",
    feedbackShifts: new Float64Array(0),
  } as const;

  async function* blocks(closed: () => void): AsyncGenerator<BatchBlock & { start: number }, void, undefined> {
    try {
      for (let start = 0; ; start += 4) yield { start, embeddings: new Float32Array(8), inputTokens: [1, 1, 1, 1] };
    } finally {
      closed();
    }
  }

  test.each([
    ["that ends", "process.exit(5)", "it ended with 5"],
    ["that throws", 'throw new Error("out of luck")', "out of luck"],
    ["that rejects", 'Promise.reject(new Error("no luck"))', "no luck"],
  ])("%s is an error that names the rows, closes the input and ends the others", async (_, asked, reason) => {
    const pool = await open({ workers: 2, blockRows: 4 }, failing({ asked }));
    let closed = 0;
    const error = await failureOf(() =>
      bits(
        pool.score(
          blocks(() => closed++),
          terms,
        ),
      ),
    );
    expect(error.code).toBe("worker-lost");
    expect(error.message).toMatch(/^scoreBatch: worker [12] of 2: lost( with rows \d+ to \d+)?: /);
    expect(error.message).toContain(reason);
    expect(closed).toBe(1);
    // no block is handed to what is left of them
    const later = await failureOf(() =>
      bits(
        pool.score(
          blocks(() => {}),
          terms,
        ),
      ),
    );
    expect(later.code).toBe("worker-lost");
  });

  test("while it has nothing to do is an error of the next batch", async () => {
    const pool = await open({ workers: 1, blockRows: 4 }, failing({ opened: "process.exit(6)" })).catch(
      (error: unknown) => error,
    );
    // it may be gone before it was open
    const error = OneheadError.isInstance(pool)
      ? pool
      : await failureOf(() =>
          bits(
            (pool as BatchPool).score(
              blocks(() => {}),
              terms,
            ),
          ),
        );
    expect(error).toMatchObject({ code: "worker-lost" });
    expect(error.message).toContain("it ended with 6");
  });
});

test("closing ends batches under way as aborted, and can be done twice", async () => {
  const router = new Router(artifact);
  const pool = await open({ workers: 1, blockRows: 8 });
  let closed = 0;
  function* endless(): Generator<BatchBlock> {
    try {
      for (;;) yield blockOf(8);
    } finally {
      closed++;
    }
  }
  const error = await failureOf(async () => {
    for await (const { start } of router.scoreBatch(endless(), { workers: pool })) if (start === 80) void pool.close();
  });
  expect(error).toMatchObject({ code: "aborted" });
  expect(closed).toBe(1);
  await pool.close();
});
