import { OneheadError } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { buildRowTable } from "./build-row-table.js";
import { maskRows } from "./mask-rows.js";
import type { RowTable } from "./row-table.js";
import { selectModels } from "./select-models.js";
import { selectRows } from "./select-rows.js";
import { toPromptRows } from "./to-prompt-rows.js";

const nan = Number.NaN;

/** Two prompts, three models, holes of every kind; b is long form in two rows. */
const rows: PromptRow[] = [
  { id: "a", prompt: "first", dataset: "d", scores: { x: 1, y: 0.5 }, costs: { x: 0.1 }, inputTokens: 3 },
  { id: "b", prompt: "second", scores: { z: 0 }, costs: { z: 0.3 }, outputTokens: { z: 9 } },
  { id: "b", prompt: "second", dataset: "e", scores: {}, costs: { x: 0.2 }, inputTokens: 4 },
];

async function schemaFailure(input: unknown[]): Promise<[number, string, string]> {
  try {
    await buildRowTable(input as PromptRow[]);
  } catch (error) {
    if (RowSchemaError.isInstance(error)) return [error.line, error.field, error.message];
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("buildRowTable", () => {
  it("lays rows out by prompt and model, NaN where nothing is known", async () => {
    expect(await buildRowTable(rows)).toEqual({
      models: ["x", "y", "z"],
      ids: ["a", "b"],
      prompts: ["first", "second"],
      datasets: ["d", "e"],
      scores: Float32Array.of(1, 0.5, nan, nan, nan, 0),
      costs: Float64Array.of(0.1, nan, nan, 0.2, nan, 0.3),
      inputTokens: Float64Array.of(3, 4),
      outputTokens: Float64Array.of(nan, nan, nan, nan, nan, 9),
    });
  });

  it("keeps only wanted models, in the wanted order, and all rows", async () => {
    const table = await buildRowTable(rows, { models: ["z", "x"] });
    expect(table.models).toEqual(["z", "x"]);
    expect(table.ids).toEqual(["a", "b"]);
    expect(table.costs).toEqual(Float64Array.of(nan, 0.1, 0.3, 0.2));
  });

  it("refuses a wanted model that no row scores or prices", async () => {
    const error = await buildRowTable(rows, { models: ["x", "gpt-9"] }).catch((reason: unknown) => reason);
    expect(OneheadError.isInstance(error) && error.code).toBe("unknown-model");
    expect(String(error)).toContain('model has no row: "gpt-9" in 2 rows');
  });

  it("refuses a wanted model named twice", async () => {
    await expect(buildRowTable(rows, { models: ["x", "x"] })).rejects.toThrow(
      'model is named twice: "x", expected once',
    );
  });

  it("refuses no rows at all", async () => {
    await expect(buildRowTable([])).rejects.toThrow("buildRowTable: there are no rows");
  });

  it("leaves prompts out on request, having checked them", async () => {
    expect((await buildRowTable(rows, { keepPrompts: false })).prompts).toEqual([]);
  });

  it.each([
    [null, "row"],
    [{ prompt: "p", scores: { m: 1 }, costs: {} }, "id"],
    [{ id: 7, prompt: "p", scores: { m: 1 }, costs: {} }, "id"],
    [{ id: "c", prompt: "p", scores: { m: 1 }, costs: {}, dataset: 5 }, "dataset"],
    [{ id: "c", prompt: "p", scores: { m: 1 } }, "costs"],
    [{ id: "c", prompt: "p", scores: [1], costs: {} }, "scores"],
    [{ id: "c", prompt: "p", scores: { "": 1 }, costs: {} }, "scores"],
    [{ id: "c", prompt: "", scores: { m: 1 }, costs: {} }, "prompt"],
    [{ id: "c", prompt: 5, scores: { m: 1 }, costs: {} }, "prompt"],
    [{ id: "c", prompt: "p", scores: { m: 1.01 }, costs: {} }, 'scores["m"]'],
    [{ id: "c", prompt: "p", scores: { m: nan }, costs: {} }, 'scores["m"]'],
    [{ id: "c", prompt: "p", scores: {}, costs: { m: -1 } }, 'costs["m"]'],
    [{ id: "c", prompt: "p", scores: {}, costs: { m: Number.POSITIVE_INFINITY } }, 'costs["m"]'],
    [{ id: "c", prompt: "p", scores: { m: 1 }, costs: {}, inputTokens: -1 }, "inputTokens"],
    [{ id: "c", prompt: "p", scores: { m: 1 }, costs: {}, outputTokens: { m: nan } }, 'outputTokens["m"]'],
    [{ id: "b", prompt: "another", scores: { x: 1 }, costs: {} }, "id"],
    [{ id: "b", prompt: "second", scores: { z: 1 }, costs: {} }, 'scores["z"]'],
    [{ id: "b", prompt: "second", scores: {}, costs: { x: 1 } }, 'costs["x"]'],
  ])("refuses %j after good rows and names the field", async (row, field) => {
    const [line, found, message] = await schemaFailure([...rows, row]);
    expect([line, found]).toEqual([4, field]);
    expect(message).toMatch(/^buildRowTable: rows row 4: /);
  });

  it("grows to many rows and models without losing a cell", async () => {
    const count = 300;
    const many = Array.from({ length: count }, (_, index) => ({
      id: `${index}`,
      prompt: "p",
      scores: { [`model ${index}`]: index / count, all: 1 },
      costs: {},
    }));
    const table = await buildRowTable(many);
    expect(table.models).toHaveLength(count + 1);
    expect(table.scores.filter((score) => !Number.isNaN(score))).toHaveLength(2 * count);
    for (let index = 0; index < count; index++) {
      const column = table.models.indexOf(`model ${index}`);
      expect(table.scores[index * (count + 1) + column]).toBe(Math.fround(index / count));
    }
  });

  it("holds a model named __proto__ like any other", async () => {
    const scores = Object.fromEntries([["__proto__", 0.5]]);
    expect((await buildRowTable([{ id: "1", prompt: "p", scores, costs: {} }])).models).toEqual(["__proto__"]);
  });
});

// scores that float32 holds exactly, so that a round trip is equality
const model = fc.constantFrom("x", "y", "z", "__proto__");
const cells = (value: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(model, value), { maxLength: 4 }).map((list) => Object.fromEntries(list));
const amount = fc.nat(1000).map((value) => value / 8);
const tableRows: fc.Arbitrary<PromptRow[]> = fc
  .array(
    fc.record(
      {
        dataset: fc.constantFrom("d", "e"),
        scores: cells(fc.nat(8).map((eighth) => eighth / 8)),
        costs: cells(amount),
        inputTokens: amount,
      },
      { requiredKeys: ["scores", "costs"] },
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((list) =>
    list
      .filter(({ scores, costs }) => Object.keys(scores).length + Object.keys(costs).length > 0)
      .map((row, index) => ({ ...row, id: `${index}`, prompt: `prompt ${index % 7}` })),
  )
  .filter((list) => list.length > 0);

describe("toPromptRows", () => {
  it("inverts buildRowTable", async () => {
    await fc.assert(
      fc.asyncProperty(tableRows, async (list) => {
        expect([...toPromptRows(await buildRowTable(list))]).toEqual(list);
      }),
    );
  });

  it("leaves out rows of which nothing is known", async () => {
    const table = selectModels(await buildRowTable(rows), ["y"]);
    expect([...toPromptRows(table)].map(({ id }) => id)).toEqual(["a"]);
  });

  it("refuses a table without prompts", async () => {
    const table = await buildRowTable(rows, { keepPrompts: false });
    expect(() => [...toPromptRows(table)]).toThrow("toPromptRows: table has no prompts: 0 prompts for 2 rows");
  });
});

describe("selectRows and selectModels", () => {
  it("give the table that the selected rows and models alone would have given", async () => {
    await fc.assert(
      fc.asyncProperty(tableRows, fc.infiniteStream(fc.nat(100)), async (list, numbers) => {
        const table = await buildRowTable(list);
        const indices = list.map(() => (numbers.next().value ?? 0) % list.length);
        const models = table.models.filter((_, index) => index % 2 === 0);
        const selected = selectModels(selectRows(table, indices), models);
        expect(selected.models).toEqual(models);
        indices.forEach((from, to) => {
          expect(selected.ids[to]).toBe(table.ids[from]);
          expect(selected.prompts[to]).toBe(table.prompts[from]);
          expect(selected.datasets[to]).toBe(table.datasets[from]);
          expect(selected.inputTokens[to]).toBe(table.inputTokens[from]);
          models.forEach((name, column) => {
            const source = from * table.models.length + table.models.indexOf(name);
            expect(selected.scores[to * models.length + column]).toBe(table.scores[source]);
            expect(selected.costs[to * models.length + column]).toBe(table.costs[source]);
            expect(selected.outputTokens[to * models.length + column]).toBe(table.outputTokens[source]);
          });
        });
      }),
    );
  });

  it("refuse what is not there", async () => {
    const table = await buildRowTable(rows);
    expect(() => selectRows(table, [2])).toThrow("selectRows: index is no row: 2, expected 0 to 1");
    expect(() => selectRows(table, [-1])).toThrow("index is no row: -1");
    expect(() => selectRows(table, [0.5])).toThrow("index is no row: 0.5");
    expect(() => selectModels(table, ["w"])).toThrow('selectModels: model is not in the table: "w", expected one of 3');
    expect(() => selectModels(table, ["x", "x"])).toThrow('selectModels: model is named twice: "x"');
  });
});

describe("maskRows", () => {
  const dense = (rowCount: number, modelCount: number): Promise<RowTable> => {
    const entries = (row: number) =>
      Object.fromEntries(Array.from({ length: modelCount }, (_, m) => [`m${m}`, ((row + m) % 4) / 4]));
    const all = Array.from({ length: rowCount }, (_, row) => entries(row));
    return buildRowTable(
      all.map((values, row) => ({
        id: `${row}`,
        prompt: `p${row}`,
        scores: values,
        costs: values,
        outputTokens: values,
      })),
    );
  };
  const countLabels = (table: RowTable) => table.scores.reduce((sum, score) => sum + (Number.isNaN(score) ? 0 : 1), 0);

  it("keeps some of each prompt's cells as they were, never none, and makes up nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableRows,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer(),
        async (list, fraction, seed) => {
          const table = await buildRowTable(list);
          const masked = maskRows(table, { fraction, seed });
          const width = table.models.length;
          for (let row = 0; row < table.ids.length; row++) {
            const before = [...table.scores.subarray(row * width, (row + 1) * width)].filter(
              (score) => !Number.isNaN(score),
            );
            let kept = 0;
            for (let cell = row * width; cell < (row + 1) * width; cell++) {
              if (Number.isNaN(masked.scores[cell])) {
                expect([masked.costs[cell], masked.outputTokens[cell]]).toEqual([nan, nan]);
                continue;
              }
              kept++;
              expect(masked.scores[cell]).toBe(table.scores[cell]);
              expect(masked.costs[cell]).toBe(table.costs[cell]);
            }
            const wanted = before.length * fraction;
            expect(kept).toBeGreaterThanOrEqual(Math.min(before.length, Math.max(1, Math.floor(wanted))));
            expect(kept).toBeLessThanOrEqual(Math.max(Math.min(1, before.length), Math.ceil(wanted)));
          }
        },
      ),
    );
  });

  it("gives the same mask for the same seed, another for another, and leaves its input alone", async () => {
    const table = await dense(40, 6);
    const copy = structuredClone(table);
    const first = maskRows(table, { labelsPerPrompt: 2, seed: 1 });
    expect(maskRows(table, { labelsPerPrompt: 2, seed: 1 })).toEqual(first);
    expect(maskRows(table, { labelsPerPrompt: 2, seed: 2 }).scores).not.toEqual(first.scores);
    expect(table).toEqual(copy);
  });

  it("keeps exactly a whole number of labels a prompt, all where there are no more", async () => {
    const table = await dense(50, 6);
    expect(countLabels(maskRows(table, { labelsPerPrompt: 2, seed: 0 }))).toBe(100);
    expect(countLabels(maskRows(table, { labelsPerPrompt: 99, seed: 0 }))).toBe(300);
    expect(countLabels(maskRows(table, { fraction: 1, seed: 0 }))).toBe(300);
  });

  it("meets a broken number on the mean, and spreads it evenly over models", async () => {
    // 4,000 prompts of 1.3 labels: sd of the total is √(4000·.3·.7) = 29, of a model's share of 5,200 about 28
    const table = await dense(4000, 6);
    const masked = maskRows(table, { labelsPerPrompt: 1.3, seed: 5 });
    expect(Math.abs(countLabels(masked) - 5200)).toBeLessThan(150);
    for (let column = 0; column < 6; column++) {
      let labels = 0;
      for (let row = 0; row < 4000; row++) labels += Number.isNaN(masked.scores[row * 6 + column]) ? 0 : 1;
      expect(Math.abs(labels - 5200 / 6)).toBeLessThan(140);
    }
  });

  it.each([
    [{ seed: 0 }, "neither given"],
    [{ seed: 0, fraction: 0.5, labelsPerPrompt: 2 }, "both given"],
    [{ seed: 0, fraction: 0 }, "fraction is out of range: 0"],
    [{ seed: 0, fraction: 1.5 }, "fraction is out of range: 1.5"],
    [{ seed: 0, fraction: nan }, "fraction is out of range: NaN"],
    [{ seed: 0, labelsPerPrompt: 0.5 }, "labelsPerPrompt is out of range: 0.5"],
    [{ seed: 0, labelsPerPrompt: nan }, "labelsPerPrompt is out of range: NaN"],
  ])("refuses %j", async (options, message) => {
    const table = await dense(1, 2);
    expect(() => maskRows(table, options)).toThrow(message);
  });
});
