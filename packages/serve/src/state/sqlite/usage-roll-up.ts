import { getTableColumns, sql } from "drizzle-orm";
import { BoundStatement, boundColumns } from "./bound.js";
import type { CheckedDatabase } from "./checked-database.js";
import { usageHours } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { hourOf, type UsageSums } from "./usage-sums.js";

/** The hourly sums, which grow within the transactions that change what they are sums of. */
export class UsageRollUp {
  readonly #upsert: BoundStatement;

  constructor(connection: CheckedDatabase, database: SqliteDatabase) {
    const { startMs, model, ...summed } = getTableColumns(usageHours);
    const grown = Object.entries(summed).map(([name, column]) => {
      const own = sql.identifier(column.name);
      return [name, sql`${own} + excluded.${own}`];
    });
    const query = database
      .insert(usageHours)
      .values(boundColumns(usageHours))
      .onConflictDoUpdate({ target: [startMs, model], set: Object.fromEntries(grown) });
    this.#upsert = new BoundStatement(connection, query);
  }

  add(endedMs: number, model: string, sums: UsageSums): void {
    this.#upsert.run({ ...sums, startMs: hourOf(endedMs), model });
  }
}
