import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneheadError } from "@onehead/core";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { configureFile, configureWriter } from "./configure.js";
import { DatabaseWriter } from "./database-writer.js";
import { Journal } from "./journal.js";
import { migrate } from "./migrate.js";
import { SqliteState } from "./sqlite-state.js";
import { ThreadWriter } from "./thread-writer.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-thread-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);
/** As it is built. */
const program = new URL("../../../dist/writer-thread.js", import.meta.url);
const failing = new URL("data:text/javascript,throw new Error('no thread today')");

function migrated(path: string): CheckedDatabase {
  const connection = new CheckedDatabase(path, 0);
  configureFile(connection, path);
  migrate(connection, path);
  return connection;
}

function localWriter(path: string): DatabaseWriter {
  const connection = new CheckedDatabase(path, 0);
  configureWriter(connection);
  return new DatabaseWriter(connection, path, () => {});
}

describe("ThreadWriter", () => {
  it("gives values and errors back as a writer of this thread does", async () => {
    const path = newPath();
    migrated(path).close();
    const writer = new ThreadWriter(program, path, () => {});
    const score = { id: "unknown", timeMs: 1, score: 1, source: null, comment: null };
    expect(await writer.addFeedback(score)).toBe(false);
    expect(await writer.remove({ beforeMs: 1 })).toBe(0);
    const unknown = writer.write({ write: "settle", call: settledCall("unknown"), answer: undefined });
    await expect(unknown).rejects.toMatchObject({
      code: "invalid-argument",
      message: "settle: id: unknown, expected that of a call that was opened",
    });
    await writer.close();
    await expect(writer.remove({ beforeMs: 1 })).rejects.toMatchObject({ code: "io" });
    await writer.close();
  });

  it("rejects what is asked of it when its thread ends", async () => {
    const path = newPath();
    const writer = new ThreadWriter(failing, path, () => {});
    const error = { code: "io", message: `state: ${path}: its writer has ended` };
    await expect(writer.remove({ beforeMs: 1 })).rejects.toMatchObject(error);
    await expect(writer.remove({ beforeMs: 1 })).rejects.toMatchObject(error);
    await writer.close();
  });
});

describe("a state whose writer has ended", () => {
  it("goes on with the next one, and nothing is missing", async () => {
    const path = newPath();
    const connection = migrated(path);
    const state = new SqliteState({
      connection,
      path,
      writer: new ThreadWriter(failing, path, () => {}),
      nextWriter: () => localWriter(path),
      journal: new Journal(path, 0),
    });
    const calls = [openedCall(), openedCall()];
    for (const call of calls) await state.open(call);
    await state.settle(settledCall(calls[0]!.id));
    const found = await Promise.all(calls.map(({ id }) => state.call(id)));
    expect(found.map((call) => call?.status)).toEqual(["answered", "open"]);
    expect(await state.addFeedback({ id: calls[1]!.id, timeMs: 1, score: 1, source: null, comment: null })).toBe(true);
    await state.close();
  });

  it("goes on where nothing waits in the journal, and where there is no other writer at first", async () => {
    const path = newPath();
    const connection = migrated(path);
    let refusals = 2;
    const nextWriter = (): DatabaseWriter => {
      if (refusals-- > 0) throw new OneheadError("io", "too many open files");
      return localWriter(path);
    };
    const writer = new ThreadWriter(failing, path, () => {});
    await expect(writer.remove({ beforeMs: 1 })).rejects.toMatchObject({ code: "io" });
    const state = new SqliteState({ connection, path, writer, nextWriter, journal: new Journal(path, 0) });
    await expect(state.remove({ beforeMs: 1 })).rejects.toThrow("too many open files");
    const call = openedCall();
    await state.open(call);
    expect((await state.call(call.id))?.status).toBe("open");
    expect(refusals).toBe(-1);
    await state.close();
  });
});

describe("a state whose writer is slow", () => {
  it("says so of a score, instead of that its call is unknown", { timeout: 20_000 }, async () => {
    const path = newPath();
    const connection = migrated(path);
    const writer = localWriter(path);
    const apply = writer.apply.bind(writer);
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    writer.apply = async (file) => {
      await begun;
      await apply(file);
    };
    const journal = new Journal(path, 0);
    const state = new SqliteState({ connection, path, writer, nextWriter: () => writer, journal });
    const call = openedCall();
    await state.open(call);
    const given = { id: call.id, timeMs: 1, score: 1, source: null, comment: null };
    await expect(state.addFeedback(given)).rejects.toMatchObject({ code: "io" });
    begin();
    await expect.poll(() => journal.waiting).toBe(0);
    expect(await state.addFeedback(given)).toBe(true);
    await state.close();
  });
});
