import { describe, expect, test } from "vitest";
import { forcedPlan, leastGpuRows, lineThrough, planBatch } from "./cost-model.js";

// a launch of 256 rows costs what 100 rows cost the processor, one of 4096 what 400 do
const paying = {
  processorRowMs: 0.02,
  blocks: [
    { rows: 256, ms: 2 },
    { rows: 4096, ms: 8 },
  ],
};
const software = {
  processorRowMs: 0.007,
  blocks: [
    { rows: 64, ms: 14.2 },
    { rows: 512, ms: 114.2 },
  ],
};

describe("planBatch", () => {
  test.each([
    // [rows, launches, rows of the GPU, ms]
    [0, [], 0, 0],
    [1, [], 0, 0.02],
    // 100 · 0.02 = 2: not less than a launch
    [100, [], 0, 2],
    [101, [256], 101, 2],
    [256, [256], 256, 2],
    // two launches of 256 rows cost 4, one of 4096 rows 8
    [300, [256], 256, 2 + 44 * 0.02],
    [512, [256, 256], 512, 4],
    [4096, [4096], 4096, 8],
    [4196, [4096], 4096, 8 + 2],
    [8192 + 200, [4096, 4096, 256], 8392, 18],
  ])("%i rows", (rows, launches, gpuRows, ms) => {
    const plan = planBatch(rows, paying);
    expect(plan.launches).toEqual(launches);
    expect(plan.gpuRows).toBe(gpuRows);
    expect(plan.ms).toBeCloseTo(ms, 9);
  });

  test("never costs more than the processor alone, and never plans for rows that are not there", () => {
    for (const costs of [paying, software]) {
      for (let rows = 0; rows < 9000; rows += 37) {
        const plan = planBatch(rows, costs);
        expect(plan.ms).toBeLessThanOrEqual(rows * costs.processorRowMs + 1e-9);
        expect(plan.gpuRows).toBeLessThanOrEqual(rows);
        const room = plan.launches.reduce((sum, size) => sum + size, 0);
        expect(room).toBeGreaterThanOrEqual(plan.gpuRows);
        expect(plan.launches.length === 0).toBe(plan.gpuRows === 0);
      }
    }
  });

  test("gives nothing to a GPU that is slower", () => {
    expect(planBatch(100_000, software).launches).toEqual([]);
    expect(leastGpuRows(software)).toBe(Number.POSITIVE_INFINITY);
  });
});

test("leastGpuRows is the fewest rows that are planned for the GPU", () => {
  const least = leastGpuRows(paying);
  expect(least).toBe(101);
  expect(planBatch(least - 1, paying).gpuRows).toBe(0);
  expect(planBatch(least, paying).gpuRows).toBe(least);
});

test("forcedPlan gives every row to the GPU, what is left of full blocks in the smallest", () => {
  expect(forcedPlan(0, [8, 16])).toMatchObject({ launches: [], gpuRows: 0 });
  expect(forcedPlan(5, [16, 8])).toMatchObject({ launches: [8], gpuRows: 5 });
  expect(forcedPlan(41, [8, 16])).toMatchObject({ launches: [16, 16, 8, 8], gpuRows: 41 });
  expect(forcedPlan(40, [8, 16])).toMatchObject({ launches: [16, 16, 8], gpuRows: 40 });
});

test("lineThrough tells what a launch costs from what a row costs", () => {
  // 2 = launch + 256 row, 8 = launch + 4096 row
  const { launchMs, rowMs } = lineThrough(paying.blocks);
  expect(rowMs).toBeCloseTo(6 / 3840, 12);
  expect(launchMs).toBeCloseTo(2 - (256 * 6) / 3840, 12);
  expect(lineThrough([{ rows: 10, ms: 5 }])).toEqual({ launchMs: 0, rowMs: 0.5 });
  const flat = [
    { rows: 10, ms: 5 },
    { rows: 20, ms: 4 },
  ];
  expect(lineThrough(flat)).toEqual({ launchMs: 5, rowMs: 0 });
});
