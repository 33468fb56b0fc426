import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import { describe, expect, it } from "vitest";
import { createExchange, LocalGroup, mostThreads, type ShardGroup, SharedGroup } from "./shard-group.js";

const length = 37;

/** What a group makes of several batches, of 5 shards, 1 and 3, and of losses alone. */
function runOf(group: ShardGroup, sums: Float32Array): Array<{ loss: number; sums: Float32Array }> {
  const random = createRandom(4);
  const fill = (): number => {
    for (let i = 0; i < length; i++) sums[i] = random.normal();
    return random.normal();
  };
  return [5, 1, 3, 5].map((shards, batch) => {
    const loss = group.sumShards(shards, batch === 2 ? null : sums, fill);
    return { loss, sums: batch === 2 ? new Float32Array(0) : sums.slice() };
  });
}

describe.each([
  ["js", jsTrainingBackend],
  ["wasm", wasmTrainingBackend()!.fork(1000)],
])("on %s", (_, backend) => {
  it("a group adds up shards in their order, alone and through shared memory to the same bits", () => {
    const expected = runOf(new LocalGroup(backend), backend.allocate(length));
    const random = createRandom(4);
    const parts = Array.from({ length: 5 }, () => {
      const sums = Float32Array.from({ length }, () => random.normal());
      return { sums, loss: random.normal() };
    });
    expect(expected[0].loss).toBe(parts.reduce((sum, { loss }) => sum + loss, 0));
    const inOrder = parts.reduce(
      (total, { sums }, i) => (i === 0 ? sums : total.map((value, k) => value + sums[k])),
      new Float32Array(length),
    );
    expect(expected[0].sums).toEqual(inOrder);
    const alone = new SharedGroup(createExchange(1, 5, 5, length), 0, backend);
    expect(runOf(alone, backend.allocate(length))).toEqual(expected);
  });
});

it("a batch of 64 rows keeps two threads busy, and one of a single row one", () => {
  expect([1, 32, 33, 64, 128].map(mostThreads)).toEqual([1, 1, 2, 2, 4]);
});
