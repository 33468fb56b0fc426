import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterAll, describe, expect, it } from "vitest";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CheckedDatabase } from "./checked-database.js";
import { dumpDatabase } from "./dump-database.fixture.js";
import { migrate } from "./migrate.js";
import { migrations } from "./migrations/index.js";
import { openSqliteState } from "./open-sqlite-state.js";
import * as schema from "./schema.js";

/*
 * `__fixtures__` has, for every schema, a database as the first release with it left it. A new migration needs one more: with
 * ONEHEAD_WRITE_FIXTURES=1 this file writes it, and never over one that is there.
 */

const fixtures = join(import.meta.dirname, "__fixtures__");
const folder = mkdtempSync(join(tmpdir(), "onehead-migrate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The same calls in every fixture: one of each kind of end, and one that its process left open. */
const ids = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];

async function fill(path: string): Promise<string> {
  const state = await openSqliteState({ path });
  await state.open(openedCall({ id: ids[0], surface: "responses" }), { question: "why?", request: { model: "auto" } });
  await state.settle(settledCall(ids[0], { responseId: "resp_1" }), "because");
  await state.addFeedback({ id: ids[0], timeMs: Date.UTC(2026, 0, 2), score: 0.75, source: "ci", comment: "fine" });
  await state.open(openedCall({ id: ids[1] }));
  await state.settle(settledCall(ids[1], { status: "failed", costUsd: null, errorCode: "http", httpStatus: 502 }));
  await state.open(openedCall({ id: ids[2], model: "b" }));
  await state.close();
  const connection = new CheckedDatabase(path, 0);
  const dump = dumpDatabase(connection);
  connection.close();
  return dump;
}

function migrated(): CheckedDatabase {
  const connection = new CheckedDatabase(":memory:", 0);
  migrate(connection, ":memory:");
  return connection;
}

describe("migrations", () => {
  it("are numbered as they are applied", () => {
    expect(migrations.map(({ name }) => Number(name.slice(0, 4)))).toEqual(migrations.map((_, i) => i + 1));
  });

  it("do nothing the second time", () => {
    const connection = migrated();
    migrate(connection, ":memory:");
    expect(connection.value("SELECT count(*) FROM schema_migrations")).toBe(migrations.length);
    connection.close();
  });

  it("make the tables that the schema in TypeScript describes", () => {
    const connection = migrated();
    for (const table of Object.values(schema) as SQLiteTable[]) {
      const { name, columns, indexes } = getTableConfig(table);
      const made = connection.prepare(`SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`).raw().all();
      const keyed = (column: (typeof columns)[number]): boolean =>
        column.primary || getTableConfig(table).primaryKeys.some((key) => key.columns.includes(column));
      expect(made.map((row) => (row as unknown[]).slice(0, 2))).toEqual(
        columns.map((column) => [column.name, column.getSQLType().toUpperCase()]),
      );
      for (const [i, row] of (made as Array<[string, string, number, number]>).entries()) {
        expect([row[0], row[3] > 0]).toEqual([row[0], keyed(columns[i]!)]);
        // a row number is never null, whether it is said or not
        if (row[3] === 0) expect([row[0], row[2] === 1]).toEqual([row[0], columns[i]!.notNull]);
      }
      const names = connection.prepare(`SELECT name FROM pragma_index_list('${name}') WHERE origin = 'c'`).raw().all();
      expect(names.flat().sort()).toEqual(indexes.map(({ config }) => config.name).sort());
    }
    connection.close();
  });

  it("leave a database as it was when one of them fails", () => {
    const connection = migrated();
    connection.exec("DELETE FROM schema_migrations");
    expect(() => migrate(connection, ":memory:")).toThrow("already exists");
    expect(connection.inTransaction).toBe(false);
    connection.close();
  });

  it("refuse the database of a newer program", async () => {
    const path = join(folder, "newer.db");
    await (await openSqliteState({ path })).close();
    const connection = new CheckedDatabase(path, 0);
    connection.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?)").run(999, "0999-later", 0);
    connection.close();
    const expected = `expected at most ${migrations.length}: it was written by a newer version of the program`;
    await expect(openSqliteState({ path })).rejects.toMatchObject({
      code: "io",
      message: `openSqliteState: ${path}: its schema is 999, ${expected}`,
    });
  });
});

describe("a database of every released schema", () => {
  it("has a fixture", async () => {
    for (const [i, { name }] of migrations.entries()) {
      const file = join(fixtures, `${name.slice(0, 4)}.sql`);
      if (process.env["ONEHEAD_WRITE_FIXTURES"] === "1" && i === migrations.length - 1 && !existsSync(file))
        writeFileSync(file, await fill(join(folder, "fixture.db")));
      expect(existsSync(file), `${file}, see the head of this file`).toBe(true);
    }
  });

  it.each(readdirSync(fixtures))("migrates forward from %s and finds its data", async (file) => {
    const path = join(folder, `${file}.db`);
    const connection = new CheckedDatabase(path, 0);
    connection.exec(readFileSync(join(fixtures, file), "utf8"));
    connection.close();

    const state = await openSqliteState({ path });
    const [answered, failed, left] = await Promise.all(ids.map((id) => state.call(id)));
    expect(answered).toMatchObject({
      ...openedCall(),
      id: ids[0],
      surface: "responses",
      status: "answered",
      costUsd: 0.003,
    });
    expect(answered?.feedback).toMatchObject([{ score: 0.75, source: "ci", comment: "fine" }]);
    expect(failed).toMatchObject({ status: "failed", costUsd: null, errorCode: "http", httpStatus: 502 });
    expect(left).toMatchObject({ status: "unresolved", unresolvedTries: 1, unresolvedAtMostUsd: 0.01 });
    expect(await state.contents(ids[0])).toMatchObject({ question: "why?", answer: "because" });
    expect(await state.callOfResponse("resp_1")).toEqual({ id: ids[0], model: "openai/small" });
    const usage = await state.usage({ fromMs: 0, toMs: Date.UTC(2027, 0, 1), bucketMs: 3_600_000 });
    expect(usage).toMatchObject([
      { model: "b", calls: 1, unresolvedTries: 1 },
      { model: "openai/small", calls: 2, answered: 1, failed: 1, costUsd: 0.003, feedback: { sum: 0.75, scores: 1 } },
    ]);
    await state.close();
  });
});
