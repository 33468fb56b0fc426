import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { openSqliteReader } from "./open-sqlite-reader.js";
import { openSqliteState } from "./open-sqlite-state.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-reader-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);

describe("openSqliteReader", () => {
  it("reads what a state that is open has written and goes on writing, and leaves open what is open", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    const [first, second] = [openedCall(), openedCall()];
    await state.open(first, { question: "q", request: {} });
    const reader = await openSqliteReader({ path });
    // what is only in the journal yet is in the database a moment later
    await expect.poll(async () => (await reader.call(first.id))?.status).toBe("open");
    await state.settle(settledCall(first.id), "a");
    await state.open(second);
    await state.call(second.id);
    expect(await reader.call(first.id)).toEqual(await state.call(first.id));
    expect(await reader.contents(first.id)).toEqual(await state.contents(first.id));
    expect(await reader.calls({}, { limit: 9 })).toEqual(await state.calls({}, { limit: 9 }));
    const range = { fromMs: 0, toMs: 1e14, bucketMs: 3_600_000 };
    expect(await reader.usage(range)).toEqual(await state.usage(range));
    await reader.close();
    expect((await state.call(second.id))?.status).toBe("open");
    await state.close();
  });

  it("sums what passes a filter as its calls do", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) {
      const call = openedCall({ timeMs: 1_000 + i, model: i % 3 === 0 ? "b" : "a", owner: i % 5 === 0 ? "k" : null });
      ids.push(call.id);
      await state.open(call, i % 2 === 0 ? { question: "q", request: {} } : undefined);
      const status = i % 4 === 0 ? "failed" : "answered";
      if (i > 5) await state.settle(settledCall(call.id, { model: call.model, status, costUsd: 0.25 }));
      for (let n = 0; n < i % 3; n++)
        await state.addFeedback({ id: call.id, timeMs: 1, score: 0.5, source: null, comment: null });
    }
    const reader = await openSqliteReader({ path });
    for (const filter of [
      {},
      { model: "a" },
      { owner: "k" },
      { scored: true },
      { status: "open" } as const,
      { toMs: 1_010 },
    ]) {
      const { calls } = await reader.calls(filter, { limit: 100 });
      const sums = await reader.sums(filter);
      expect(sums.map(({ model }) => model)).toEqual([...new Set(calls.map((call) => call.answeredBy))].sort());
      for (const sum of sums) {
        const own = calls.filter(({ answeredBy }) => answeredBy === sum.model);
        const kept = own.filter(({ id }) => ids.indexOf(id) % 2 === 0);
        const given = own.flatMap(({ feedback }) => feedback);
        const times = own.map(({ timeMs }) => timeMs);
        expect(sum).toEqual({
          model: sum.model,
          calls: own.length,
          answered: own.filter(({ status }) => status === "answered").length,
          costUsd: own.filter(({ status }) => status !== "open").length * 0.25,
          unresolvedTries: 0,
          contents: kept.length,
          scored: own.filter(({ feedback }) => feedback.length > 0).length,
          feedback: { sum: given.length / 2, scores: given.length },
          firstMs: Math.min(...times),
          lastMs: Math.max(...times),
        });
      }
    }
    expect(await reader.sums({ owner: "nobody" })).toEqual([]);
    await reader.close();
    await state.close();
  });

  it("refuses what is missing, no database, another program's, and another schema, and changes none of them", async () => {
    const missing = newPath();
    await expect(openSqliteReader({ path: missing })).rejects.toMatchObject({ code: "io", message: /does not exist/ });
    await expect(openSqliteReader({ path: missing })).rejects.toThrow(missing);
    const text = newPath();
    writeFileSync(
      text,
      "no database, but longer than the header of one would be, which is a hundred bytes or so in length",
    );
    await expect(openSqliteReader({ path: text })).rejects.toThrow(/no SQLite database/);
    const other = newPath();
    const connection = new CheckedDatabase(other, 0);
    connection.exec("CREATE TABLE theirs (a)");
    connection.close();
    await expect(openSqliteReader({ path: other })).rejects.toThrow(/no database of a gateway/);
    const path = newPath();
    await (await openSqliteState({ path })).close();
    for (const [change, why] of [
      ["INSERT INTO schema_migrations VALUES (99, 'later', 0)", "a newer version"],
      ["DELETE FROM schema_migrations", "an older version"],
    ] as const) {
      const direct = new CheckedDatabase(path, 0);
      direct.exec(change);
      direct.close();
      await expect(openSqliteReader({ path })).rejects.toThrow(why);
    }
  });

  it("refuses to read once it is closed", async () => {
    const path = newPath();
    await (await openSqliteState({ path })).close();
    const reader = await openSqliteReader({ path });
    await reader.close();
    await reader.close();
    await expect(reader.sums({})).rejects.toMatchObject({ code: "io" });
  });
});
