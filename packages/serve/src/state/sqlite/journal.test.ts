import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { decisionRow, openedRow } from "./call-rows.js";
import { CheckedDatabase } from "./checked-database.js";
import { Journal, type JournalledWrite } from "./journal.js";
import { openSqliteState } from "./open-sqlite-state.js";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return { ...fs, writeSync: vi.fn(fs.writeSync) };
});
const { writeSync: reallyWriteSync } = await vi.importActual<typeof import("node:fs")>("node:fs");

const folder = mkdtempSync(join(tmpdir(), "onehead-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}`);
const tried = (n: number): JournalledWrite => ({
  write: "beginTry",
  id: `${n}`,
  model: "é\u0000\ud800",
  atMostUsd: null,
});

describe("Journal", () => {
  it("gives back what was put in, in order", () => {
    const path = newPath();
    const journal = new Journal(path);
    const call = openedCall({ requestedModel: "nul \u0000, half \ud800" });
    const opening = { write: "open", row: openedRow(call), decision: decisionRow(call), asked: undefined } as const;
    const writes: JournalledWrite[] = [opening, tried(1), { write: "settle", call: settledCall(call.id), answer: "a" }];
    expect(writes.map((write) => journal.append(write))).toEqual([1, 2, 3]);
    journal.close(false);
    expect(new Journal(path).left).toEqual(writes.map((write, i) => ({ position: i + 1, ...write })));
  });

  it.each([1, 10, 60])(
    "leaves out a line that misses its last %i bytes, and goes on behind the one before it",
    (missing) => {
      const path = newPath();
      const journal = new Journal(path);
      for (let n = 1; n <= 3; n++) journal.append(tried(n));
      journal.close(false);
      truncateSync(path, statSync(path).size - missing);
      const after = new Journal(path);
      expect(after.left.map(({ position }) => position)).toEqual([1, 2]);
      after.append(tried(4));
      after.close(false);
      expect(new Journal(path).left).toMatchObject([{ id: "1" }, { id: "2" }, { position: 3, id: "4" }]);
    },
  );

  it.each(["\u0000\u0000\u0000\n", '{"position":2,"write":"drop"}\n', "null\n", '{"position":1,"write":"open"}\n'])(
    "stops at a line that is none of its own: %j",
    (line) => {
      const path = newPath();
      const journal = new Journal(path);
      journal.append(tried(1));
      journal.close(false);
      writeFileSync(path, `${readFileSync(path, "utf8")}${line}{"position":9,"write":"beginTry"}\n`);
      expect(new Journal(path).left).toHaveLength(1);
    },
  );

  it("counts on when it is emptied, and is gone when all is done", () => {
    const path = newPath();
    const journal = new Journal(path);
    journal.append(tried(1));
    journal.empty();
    expect(statSync(path).size).toBe(0);
    expect(journal.append(tried(2))).toBe(2);
    journal.close(true);
    expect(existsSync(path)).toBe(false);
  });

  it("takes back half a line that the disk had room for", () => {
    const path = newPath();
    const journal = new Journal(path);
    journal.append(tried(1));
    const size = statSync(path).size;
    vi.mocked(writeSync).mockImplementationOnce(((file: number, line: string, at: number) =>
      reallyWriteSync(file, line.slice(0, 20), at)) as typeof writeSync);
    expect(() => journal.append(tried(2))).toThrow(`beginTry: ${path}: the disk is full`);
    expect(statSync(path).size).toBe(size);
    vi.mocked(writeSync).mockImplementationOnce(() => {
      throw new Error("ENOSPC: no space left on device, write");
    });
    expect(() => journal.append(tried(3))).toThrow(`beginTry: ${path}: ENOSPC: no space left on device, write`);
    expect(journal.append(tried(4))).toBe(2);
    journal.close(false);
    expect(new Journal(path).left).toMatchObject([{ id: "1" }, { id: "4" }]);
  });

  it("says so when the database has not taken anything for too long", () => {
    const journal = new Journal(newPath());
    const large: JournalledWrite = { write: "settle", call: settledCall("1"), answer: "x".repeat(10_000_000) };
    for (let i = 0; i < 6; i++) journal.append(large);
    expect(() => journal.append(large)).toThrow("the database has not taken the writes before it");
    journal.empty();
    journal.append(large);
  });
});

describe("a database and its journal", () => {
  /** The files as a kill would leave them now. */
  function killed(path: string): string {
    const copy = newPath();
    for (const suffix of ["", "-wal", "-calls"]) copyFileSync(path + suffix, copy + suffix);
    return copy;
  }

  it("are brought together when it is opened, each write once", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    const [ended, left] = [openedCall(), openedCall()];
    await state.open(ended, { question: "q", request: {} });
    await state.settle(settledCall(ended.id), "answer");
    await state.open(left);
    await state.beginTry(left.id, "b", 0.5);
    const unapplied = killed(path);
    const journal = readFileSync(`${path}-calls`);
    await state.call(left.id);
    const applied = killed(path);
    // killed between the commit and the emptying
    writeFileSync(`${applied}-calls`, journal);
    await state.close();
    expect(existsSync(`${path}-calls`)).toBe(false);

    for (const copy of [unapplied, applied]) {
      const after = await openSqliteState({ path: copy });
      expect(await after.call(ended.id)).toMatchObject({ status: "answered", costUsd: 0.003 });
      expect((await after.contents(ended.id))?.answer).toBe("answer");
      expect(await after.call(left.id)).toMatchObject({ status: "unresolved", unresolvedTries: 2, answeredBy: "b" });
      expect(statSync(`${copy}-calls`).size).toBe(0);
      // numbers go on behind those that the database has
      const next = openedCall();
      await after.open(next);
      const again = killed(copy);
      await after.close();
      const last = await openSqliteState({ path: again });
      expect((await last.call(next.id))?.status).toBe("unresolved");
      await last.close();
    }
  });

  it("tell of a write that the one has and the other will not take", async () => {
    const lost: string[] = [];
    const state = await openSqliteState({ path: newPath(), onLost: ({ message }) => lost.push(message) });
    const call = openedCall();
    await state.open(call);
    await state.settle(settledCall(call.id));
    await state.open(call);
    const other = openedCall();
    await state.open(other);
    expect(await state.call(other.id)).not.toBeNull();
    expect(lost).toEqual(["open: UNIQUE constraint failed: calls.id"]);
    await state.close();
  });

  it("let whoever writes without end wait for the database", async () => {
    const path = newPath();
    const state = await openSqliteState({ path });
    for (let i = 0; i < 5_000; i++) await state.open(openedCall());
    expect(statSync(`${path}-calls`).size).toBeLessThan(4_000_000);
    const connection = new CheckedDatabase(path, 0);
    expect(connection.value("SELECT count(*) FROM calls")).toBeGreaterThan(2_000);
    connection.close();
    await state.close();
  });
});
