import { getTableColumns, sql } from "drizzle-orm";
import { BoundStatement, boundColumns } from "./bound.js";
import type { CheckedDatabase } from "./checked-database.js";
import { usageHours } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { addUsage, hourOf, type UsageSums } from "./usage-sums.js";

/**
 * The hourly sums, which grow within the transactions that change what they are sums of: what one transaction adds to an hour of
 * a model is written once.
 */
export class UsageRollUp {
  readonly #upsert: BoundStatement;
  /** By model and hour. */
  readonly #added = new Map<string, { startMs: number; model: string; sums: UsageSums }>();

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

  /** Forgets what a transaction had added that did not come to its end. */
  begin(): void {
    this.#added.clear();
  }

  /** @param sums are the roll-up's own from then on */
  add(endedMs: number, model: string, sums: UsageSums): void {
    const startMs = hourOf(endedMs);
    const key = `${startMs} ${model}`;
    const before = this.#added.get(key);
    if (before === undefined) this.#added.set(key, { startMs, model, sums });
    else addUsage(before.sums, sums);
  }

  write(): void {
    for (const { startMs, model, sums } of this.#added.values()) this.#upsert.run({ ...sums, startMs, model });
    this.#added.clear();
  }
}
