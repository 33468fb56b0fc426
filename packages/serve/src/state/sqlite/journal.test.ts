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
import { CheckedDatabase } from "./checked-database.js";
import { Journal, journalPaths } from "./journal.js";
import { JournalFile, type JournalledWrite, readEntries } from "./journal-file.js";
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

describe("JournalFile", () => {
  it("gives back what was put in, in order", () => {
    const file = new JournalFile(newPath());
    const call = openedCall({ requestedModel: "nul \u0000, half \ud800" });
    const writes: JournalledWrite[] = [
      { write: "open", call, asked: { question: "q", request: {} } },
      tried(1),
      { write: "settle", call: settledCall(call.id), answer: "a" },
    ];
    for (const [i, write] of writes.entries()) file.append(i + 1, write);
    expect(readEntries(file.path)).toEqual(writes.map((write, i) => ({ position: i + 1, ...write })));
    expect(file.position).toBe(3);
    file.close();
    expect(new JournalFile(file.path).position).toBe(3);
  });

  it.each([1, 10, 60])(
    "leaves out a line that misses its last %i bytes, and goes on behind the one before it",
    (missing) => {
      const file = new JournalFile(newPath());
      for (let n = 1; n <= 3; n++) file.append(n, tried(n));
      file.close();
      truncateSync(file.path, statSync(file.path).size - missing);
      expect(readEntries(file.path).map(({ position }) => position)).toEqual([1, 2]);
      const after = new JournalFile(file.path);
      after.append(4, tried(4));
      expect(readEntries(file.path)).toMatchObject([{ id: "1" }, { id: "2" }, { position: 4, id: "4" }]);
    },
  );

  it.each(["\u0000\u0000\u0000\n", '{"position":2,"write":"drop"}\n', "null\n", '{"position":1,"write":"open"}\n'])(
    "stops at a line that is none of its own: %j",
    (line) => {
      const file = new JournalFile(newPath());
      file.append(1, tried(1));
      writeFileSync(file.path, `${readFileSync(file.path, "utf8")}${line}{"position":9,"write":"beginTry"}\n`);
      expect(readEntries(file.path)).toHaveLength(1);
    },
  );

  it("is gone when it is closed with nothing in it", () => {
    const [kept, gone] = [new JournalFile(newPath()), new JournalFile(newPath())];
    for (const file of [kept, gone]) file.append(1, tried(1));
    gone.clear();
    expect(statSync(gone.path).size).toBe(0);
    for (const file of [kept, gone]) file.close();
    expect([kept, gone].map(({ path }) => existsSync(path))).toEqual([true, false]);
    expect(readEntries(gone.path)).toEqual([]);
  });

  it("takes back half a line that the disk had room for", () => {
    const file = new JournalFile(newPath());
    file.append(1, tried(1));
    const size = statSync(file.path).size;
    vi.mocked(writeSync).mockImplementationOnce(((fd: number, line: string, at: number) =>
      reallyWriteSync(fd, line.slice(0, 20), at)) as typeof writeSync);
    expect(() => file.append(2, tried(2))).toThrow(`beginTry: ${file.path}: the disk is full`);
    expect(statSync(file.path).size).toBe(size);
    vi.mocked(writeSync).mockImplementationOnce(() => {
      throw new Error("ENOSPC: no space left on device, write");
    });
    expect(() => file.append(2, tried(3))).toThrow(`beginTry: ${file.path}: ENOSPC: no space left on device, write`);
    file.append(2, tried(4));
    expect(readEntries(file.path)).toMatchObject([{ id: "1" }, { id: "4" }]);
  });

  it("says so when the database has not taken anything for too long", () => {
    const file = new JournalFile(newPath());
    const large: JournalledWrite = { write: "settle", call: settledCall("1"), answer: "x".repeat(10_000_000) };
    for (let i = 1; i <= 6; i++) file.append(i, large);
    expect(() => file.append(7, large)).toThrow("the database has not taken the writes before it");
    file.clear();
    file.append(7, large);
  });
});

describe("Journal", () => {
  it("writes to one file while the other is brought in", () => {
    const path = newPath();
    const [a, b] = journalPaths(path);
    const journal = new Journal(path, 10);
    expect(journal.turn()).toBeNull();
    journal.append(tried(1));
    expect([journal.position, journal.applied, journal.waiting]).toEqual([11, 10, 1]);
    expect(journal.turn()).toBe(a);
    journal.append(tried(2));
    // not in the database yet: the same again
    expect(journal.turn()).toBe(a);
    journal.broughtIn();
    expect([journal.position, journal.applied, statSync(a).size]).toEqual([12, 11, 0]);
    expect(journal.turn()).toBe(b);
    expect(readEntries(b)).toMatchObject([{ position: 12, id: "2" }]);
    journal.broughtIn();
    expect(journal.turn()).toBeNull();
    expect(journal.waiting).toBe(0);
    journal.close();
    expect([a, b].map((file) => existsSync(file))).toEqual([false, false]);
  });
});

describe("a database and its journal", () => {
  /** The files as a kill would leave them now. */
  function killed(path: string): string {
    const copy = newPath();
    for (const suffix of ["", "-wal", "-calls-a", "-calls-b"]) copyFileSync(path + suffix, copy + suffix);
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
    const journal = readFileSync(`${path}-calls-a`);
    await state.call(left.id);
    const applied = killed(path);
    // killed between the commit and the emptying
    writeFileSync(`${applied}-calls-a`, journal);
    await state.close();
    expect(existsSync(`${path}-calls-a`)).toBe(false);

    for (const copy of [unapplied, applied]) {
      const after = await openSqliteState({ path: copy });
      expect(await after.call(ended.id)).toMatchObject({ status: "answered", costUsd: 0.003 });
      expect((await after.contents(ended.id))?.answer).toBe("answer");
      expect(await after.call(left.id)).toMatchObject({ status: "unresolved", unresolvedTries: 2, answeredBy: "b" });
      expect(statSync(`${copy}-calls-a`).size).toBe(0);
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
    for (const file of journalPaths(path)) expect(statSync(file).size).toBeLessThan(4_000_000);
    const connection = new CheckedDatabase(path, 0);
    expect(connection.value("SELECT count(*) FROM calls")).toBeGreaterThanOrEqual(2_000);
    connection.close();
    await state.close();
  });
});
