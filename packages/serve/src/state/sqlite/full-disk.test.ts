import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { configureFile, configureWriter } from "./configure.js";
import { DatabaseWriter } from "./database-writer.js";
import { Journal } from "./journal.js";
import { migrate } from "./migrate.js";
import { openSqliteState } from "./open-sqlite-state.js";
import { SqliteState } from "./sqlite-state.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-full-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A state in a file, and how many pages its writer may have: a limit fails as a full disk does, in the midst of a transaction. */
function stateAt(
  path: string,
  journalled: boolean,
): { state: SqliteState; limit(more: number): void; check(): unknown } {
  const connection = new CheckedDatabase(path, 0);
  configureFile(connection, path);
  migrate(connection, path);
  const writing = new CheckedDatabase(path, 0);
  configureWriter(writing);
  const writer = new DatabaseWriter(writing, path, () => {});
  const journal = journalled ? new Journal(path, 0) : undefined;
  const state = new SqliteState({ connection, path, writer, nextWriter: () => writer, journal });
  return {
    state,
    limit: (more) => void writing.value(`PRAGMA max_page_count=${Number(writing.value("PRAGMA page_count")) + more}`),
    check: () => connection.value("PRAGMA integrity_check"),
  };
}

const question = "x".repeat(100_000);

describe("a full disk", () => {
  it("fails each waiting write, loses nothing, and is over when there is room", async () => {
    const path = join(folder, "onehead.db");
    const { state, limit, check } = stateAt(path, false);
    const before = openedCall();
    await state.open(before);

    limit(0);
    const large = Array.from({ length: 3 }, () => openedCall());
    const writes = [
      ...large.map((call) => state.open(call, { question, request: {} })),
      // needs no page more
      state.settle(settledCall(before.id)),
    ];
    const results = await Promise.allSettled(writes);
    for (const result of results.slice(0, 3))
      expect(result).toMatchObject({
        reason: { code: "io", message: `open: ${path}: the disk is full (SQLITE_FULL)` },
      });
    expect(results[3]?.status).toBe("fulfilled");
    expect((await state.call(before.id))?.status).toBe("answered");
    for (const { id } of large) expect(await state.call(id)).toBeNull();

    limit(1_000);
    await state.open(large[0]!, { question, request: {} });
    expect((await state.contents(large[0]!.id))?.question).toBe(question);
    expect(check()).toBe("ok");
    await state.close();
  });

  it("holds up nothing that the journal takes, and is made up for when there is room", async () => {
    const path = join(folder, "journalled.db");
    const { state, limit } = stateAt(path, true);
    const before = openedCall();
    await state.open(before);
    expect((await state.call(before.id))?.status).toBe("open");

    limit(0);
    const large = openedCall();
    await state.open(large, { question, request: {} });
    await state.settle(settledCall(large.id), "answer");
    await state.settle(settledCall(before.id));
    // reads go on with what is there, and whoever waits is told
    expect((await state.call(before.id))?.status).toBe("open");
    expect(await state.call(large.id)).toBeNull();
    const given = { id: before.id, timeMs: 1, score: 1, source: null, comment: null };
    await expect(state.addFeedback(given)).rejects.toMatchObject({
      code: "io",
      message: `addFeedback: ${path}: the disk is full (SQLITE_FULL)`,
    });

    limit(1_000);
    expect(await state.addFeedback(given)).toBe(true);
    expect((await state.call(before.id))?.status).toBe("answered");
    expect(await state.contents(large.id)).toMatchObject({ question, answer: "answer" });
    await state.close();
  });

  it("is outlived by what is in the journal", { timeout: 30_000 }, async () => {
    const path = join(folder, "outlived.db");
    const { state, limit } = stateAt(path, true);
    limit(0);
    const call = openedCall();
    await state.open(call, { question, request: {} });
    await state.settle(settledCall(call.id), "answer");
    await state.close();

    const after = await openSqliteState({ path });
    expect((await after.call(call.id))?.status).toBe("answered");
    expect((await after.contents(call.id))?.answer).toBe("answer");
    await after.close();
  });
});
