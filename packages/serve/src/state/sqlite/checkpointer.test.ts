import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { Checkpointer } from "./checkpointer.js";
import { GroupWriter } from "./group-writer.js";
import { openSqliteState } from "./open-sqlite-state.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("Checkpointer", () => {
  it("moves the log into the database while writes go on", async () => {
    const path = join(folder, "onehead.db");
    const state = await openSqliteState({ path, checkpointEveryMs: 5 });
    const ids: string[] = [];
    // the log alone would take them all, and the file would stay as it is
    for (const before = statSync(path).size; statSync(path).size < before + 100_000; ) {
      const call = openedCall();
      ids.push(call.id);
      await state.open(call);
    }
    for (let i = 0; i < 50; i++) await state.open(openedCall());
    for (const id of ids) expect((await state.call(id))?.status).toBe("open");
    await state.close();
  });

  it("leaves it to the connection when its worker cannot work", async () => {
    const connection = new CheckedDatabase(":memory:", 0);
    const writer = new GroupWriter(connection, "nowhere");
    const broken = new Promise<void>((resolve) => {
      new Checkpointer(join(folder, "missing", "onehead.db"), writer, 5, resolve);
    });
    await Promise.all(Array.from({ length: 200 }, () => writer.write("nothing", () => undefined)));
    await broken;
    // nothing is held back
    await writer.write("nothing", () => undefined);
    connection.close();
  });
});
