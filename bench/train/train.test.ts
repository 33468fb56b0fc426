// What bench/train/train.mjs asserts before it times, on a small run.
import { expect, it } from "vitest";
import { makeRun, peerMissing, trainOurs, trainPeer } from "./runs.mjs";

const shape = { rows: 300, validationRows: 40, D: 24, M: 5, K: 12, H: 8, epochs: 3, batchRows: 64 };
const noDropout = { queryDropout: 0, headDropout: 0 };
const python = process.env["ONEHEAD_PYTHON"] ?? "python3";
const missing = peerMissing(python);
const losses = (epochs: Array<{ trainingLoss: number }>): number[] => epochs.map(({ trainingLoss }) => trainingLoss);

function expectNear(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((loss, i) => {
    expect(Math.abs(loss - expected[i])).toBeLessThan(1e-5 * expected[i]);
  });
}

it("JavaScript and WebAssembly come to the same losses, with dropout too", async () => {
  for (const dropout of [noDropout, { queryDropout: 0.3, headDropout: 0.1 }]) {
    const run = makeRun({ ...shape, ...dropout });
    const js = await trainOurs(run, { backend: "js", workers: 0 });
    const wasm = await trainOurs(run, { backend: "wasm", workers: 0 });
    expectNear(losses(wasm.epochs), losses(js.epochs));
    expect(wasm.parameters).not.toEqual(js.parameters);
    // they fall: agreement of runs that stand still would say little
    expect(js.epochs[2].trainingLoss).toBeLessThan(js.epochs[0].trainingLoss);
  }
});

it("any number of threads comes to the same parameters, bit for bit", async () => {
  const run = makeRun({ ...shape, queryDropout: 0.3, headDropout: 0.1, members: 2 });
  const alone = await trainOurs(run, { backend: "wasm", workers: 0 });
  for (const workers of [1, 2, 4]) {
    expect((await trainOurs(run, { backend: "wasm", workers })).parameters).toEqual(alone.parameters);
  }
});

it.skipIf(missing !== null)(`numpy comes to the same losses (${missing ?? python})`, async () => {
  const run = makeRun({ ...shape, ...noDropout });
  const js = await trainOurs(run, { backend: "js", workers: 0 });
  expectNear(losses(trainPeer(run, { python, threads: 1 })), losses(js.epochs));
});
