import { getTableColumns, sql } from "drizzle-orm";
import { boundColumns } from "./bound.js";
import { usageHours } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { hourOf, type UsageColumn, type UsageDelta } from "./usage-sums.js";

const { startMs, model, ...summed } = getTableColumns(usageHours);
const nothing = Object.fromEntries(Object.keys(summed).map((name) => [name, 0])) as Record<UsageColumn, number>;

/** The hourly sums, which grow within the transactions that change what they are sums of. */
export class UsageRollUp {
  readonly #upsert;

  constructor(database: SqliteDatabase) {
    const grown = Object.entries(summed).map(([name, column]) => {
      const column_ = sql.identifier(column.name);
      return [name, sql`${column_} + excluded.${column_}`];
    });
    this.#upsert = database
      .insert(usageHours)
      .values(boundColumns(usageHours))
      .onConflictDoUpdate({ target: [startMs, model], set: Object.fromEntries(grown) })
      .prepare();
  }

  add(endedMs: number, ofModel: string, delta: UsageDelta): void {
    this.#upsert.run({ ...nothing, ...delta, startMs: hourOf(endedMs), model: ofModel });
  }
}
