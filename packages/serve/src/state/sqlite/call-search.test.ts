import { describe, expect, it } from "vitest";
import type { CallFilter } from "../gateway-state.js";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { CallSearch } from "./call-search.js";
import { CheckedDatabase, type CheckedStatement } from "./checked-database.js";
import { migrate } from "./migrate.js";
import { openSqliteState } from "./open-sqlite-state.js";
import { sqliteDatabase } from "./sqlite-database.js";

/** Notes what is prepared. */
class Noting extends CheckedDatabase {
  readonly sources: string[] = [];

  override prepare(source: string): CheckedStatement {
    this.sources.push(source);
    return super.prepare(source);
  }
}

describe("CallSearch", () => {
  it.each<[CallFilter, string]>([
    [{}, "SEARCH calls USING INTEGER PRIMARY KEY (rowid<?)"],
    [{ fromMs: 1, toMs: 2 }, "SEARCH calls USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"],
    [{ model: "a" }, "SEARCH calls USING COVERING INDEX calls_by_model (last_model=? AND rowid<?)"],
    [{ status: "failed" }, "SEARCH calls USING COVERING INDEX calls_by_status (status=? AND rowid<?)"],
    [{ scored: true }, "SEARCH calls USING COVERING INDEX calls_scored (scored=? AND rowid<?)"],
    [{ status: "answered" }, "SEARCH calls USING INTEGER PRIMARY KEY (rowid<?)"],
    [{ model: "a", status: "failed" }, "SEARCH calls USING INDEX calls_by_status (status=? AND rowid<?)"],
  ])("reads %j along an index, in its order", async (filter, plan) => {
    const connection = new Noting(":memory:", 0);
    migrate(connection, ":memory:");
    const search = new CallSearch(sqliteDatabase(connection));
    connection.sources.length = 0;
    await search.page(filter, 5);
    const plans = connection.sources.map((source) => connection.prepare(`EXPLAIN QUERY PLAN ${source}`).all());
    for (const steps of plans) expect(steps).toHaveLength(1);
    expect(JSON.stringify(plans)).toContain(plan);
    connection.close();
  });

  it("lets others have their turn while it looks for what is not there", async () => {
    const state = await openSqliteState({ path: ":memory:" });
    const calls = Array.from({ length: 5_000 }, (_, i) => openedCall({ timeMs: i }));
    await Promise.all(calls.map((call) => state.open(call)));
    await Promise.all(calls.map(({ id }) => state.settle(settledCall(id))));
    let turns = 0;
    let over = false;
    const found = state.calls({ status: "answered", surface: "embeddings" }, { limit: 1 }).finally(() => {
      over = true;
    });
    for (; !over; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(await found).toEqual({ calls: [], next: null });
    expect(turns).toBeGreaterThanOrEqual(4);
    await state.close();
  });
});
