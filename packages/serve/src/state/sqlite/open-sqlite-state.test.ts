import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { openSqliteState } from "./open-sqlite-state.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-open-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);

/** A database with one settled call, closed. */
async function filled(): Promise<{ path: string; id: string }> {
  const path = newPath();
  const state = await openSqliteState({ path });
  const call = openedCall();
  await state.open(call);
  await state.settle(settledCall(call.id));
  await state.close();
  return { path, id: call.id };
}

describe("openSqliteState", () => {
  it.each([join(folder, "missing"), "/proc/missing"])(
    "begins no log in a folder that is not there: %s",
    async (missing) => {
      const opening = openSqliteState({ path: join(missing, "onehead.db") });
      await expect(opening).rejects.toMatchObject({
        code: "io",
        message: expect.stringContaining(`no folder ${missing}`),
      });
      expect(existsSync(missing)).toBe(false);
    },
  );

  it("makes files that nobody else may read", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    await state.open(openedCall());
    for (const suffix of ["", "-wal", "-shm", "-calls-a", "-calls-b", ".lock"])
      expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    await state.close();
  });

  it("finds what was written before it was closed, all of it in one file", async () => {
    const { path, id } = await filled();
    rmSync(`${path}-wal`);
    const state = await openSqliteState({ path });
    expect((await state.call(id))?.status).toBe("answered");
    await state.close();
  });

  it("keeps a database to one opener at a time", async () => {
    const path = newPath();
    const first = await openSqliteState({ path });
    await expect(openSqliteState({ path })).rejects.toMatchObject({
      code: "io",
      message: `openSqliteState: ${path}: it is in use by another gateway, expected a database of its own for each`,
    });
    await first.open(openedCall());
    await first.close();
    await (await openSqliteState({ path })).close();
  });

  it("gives the lock back when it fails", async () => {
    const path = newPath();
    writeFileSync(path, "no database".repeat(1_000));
    for (let i = 0; i < 2; i++) await expect(openSqliteState({ path })).rejects.toThrow("no SQLite database");
    expect(readFileSync(path, "utf8")).toBe("no database".repeat(1_000));
  });

  it("names a path at which there can be no database", async () => {
    const file = newPath();
    writeFileSync(file, "");
    mkdirSync(`${file}.d`);
    for (const path of [join(file, "below", "a.db"), `${file}.d`])
      await expect(openSqliteState({ path })).rejects.toMatchObject({
        code: "io",
        message: expect.stringContaining(`openSqliteState: ${path}: `),
      });
  });

  it("refuses a database of another program, and leaves it as it is", async () => {
    const path = newPath();
    const other = new CheckedDatabase(path, 0);
    other.exec("CREATE TABLE users (name TEXT)");
    other.close();
    await expect(openSqliteState({ path })).rejects.toMatchObject({
      code: "io",
      message: `openSqliteState: ${path}: it is a database of another program`,
    });
    const after = new CheckedDatabase(path, 0);
    expect(after.value("SELECT group_concat(name) FROM sqlite_schema")).toBe("users");
    after.close();
  });

  it("says that a file is damaged, and where", async () => {
    const { path } = await filled();
    const bytes = readFileSync(path);
    // the first page tells the format; the tables begin behind it
    bytes.fill(0xa5, 2_048);
    writeFileSync(path, bytes);
    await expect(openSqliteState({ path })).rejects.toMatchObject({
      code: "io",
      message: `openSqliteState: ${path}: it is damaged (SQLITE_CORRUPT)`,
    });
  });

  it.skipIf(process.getuid?.() === 0)("says that a file cannot be written (skipped for root, who can)", async () => {
    const { path } = await filled();
    chmodSync(path, 0o400);
    await expect(openSqliteState({ path })).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining(`openSqliteState: ${path}: EACCES: permission denied`),
    });
  });

  it("is durable also in memory, as far as a caller can see", async () => {
    const state = await openSqliteState({ path: ":memory:" });
    expect(state.durable).toBe(true);
    await state.close();
  });

  it("waits for a foreign writer without holding up anybody", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    const before = openedCall();
    await state.open(before);
    await state.call(before.id);
    const other = new CheckedDatabase(path, 0);
    other.exec("BEGIN IMMEDIATE");
    const call = openedCall();
    await state.open(call);
    // on record, and not yet to be read
    expect(await state.call(call.id)).toBeNull();
    expect(await state.call(before.id)).not.toBeNull();
    let scored = false;
    const scoring = state
      .addFeedback({ id: call.id, timeMs: 1, score: 1, source: null, comment: null })
      .then((known) => {
        scored = known;
      });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(scored).toBe(false);
    other.exec("ROLLBACK");
    other.close();
    await scoring;
    expect(scored).toBe(true);
    expect(await state.call(call.id)).not.toBeNull();
    await state.close();
  });
});

describe("calls that a process left open", () => {
  it("become unresolved, with what their tries can have cost", async () => {
    const path = newPath();
    const before = await openSqliteState({ path });
    const calls = [openedCall(), openedCall({ atMostUsd: null }), openedCall({ atMostUsd: null }), openedCall()];
    for (const call of calls) await before.open(call);
    await before.beginTry(calls[0]!.id, "b", 0.25);
    await before.beginTry(calls[0]!.id, "b", null);
    await before.beginTry(calls[1]!.id, "b", 0.5);
    await before.addFeedback({ id: calls[0]!.id, timeMs: 1, score: 0.5, source: null, comment: null });
    await before.settle(settledCall(calls[3]!.id));
    // closed without settling them: as good as killed
    await before.close();

    const state = await openSqliteState({ path });
    const found = await Promise.all(calls.map(({ id }) => state.call(id)));
    expect(
      found.map((call) => [call?.status, call?.answeredBy, call?.unresolvedTries, call?.unresolvedAtMostUsd]),
    ).toEqual([
      ["unresolved", "b", 3, 0.26],
      ["unresolved", "b", 2, 0.5],
      ["unresolved", "openai/small", 1, null],
      ["answered", "openai/small", 0, null],
    ]);
    const range = { fromMs: 0, toMs: Date.UTC(2027, 0, 1), bucketMs: 24 * 3_600_000 };
    expect(
      (await state.usage(range)).map((b) => [
        b.model,
        b.calls,
        b.answered,
        b.unresolvedTries,
        b.unresolvedAtMostUsd,
        b.feedback,
      ]),
    ).toEqual([
      ["b", 2, 0, 5, 0.76, { sum: 0.5, scores: 1 }],
      ["openai/small", 2, 1, 1, 0, { sum: 0, scores: 0 }],
    ]);
    await state.settle(settledCall(calls[0]!.id));
    expect((await state.call(calls[0]!.id))?.status).toBe("unresolved");
    await state.close();
  });

  it("are all of them resolved, however many", async () => {
    const path = newPath();
    const before = await openSqliteState({ path });
    await Promise.all(Array.from({ length: 450 }, () => before.open(openedCall())));
    await before.close();
    const state = await openSqliteState({ path });
    expect((await state.calls({ status: "open" }, { limit: 1 })).calls).toEqual([]);
    expect((await state.calls({ status: "unresolved" }, { limit: 500 })).calls).toHaveLength(450);
    await state.close();
  });
});
