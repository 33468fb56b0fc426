import { and, getTableColumns, gte, lt, max, min, sql, sum } from "drizzle-orm";
import type { UsageBucket } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { BoundStatement, bound } from "./bound.js";
import type { CheckedDatabase } from "./checked-database.js";
import { nextTurn } from "./next-turn.js";
import { usageHours } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { usageBucket } from "./usage-bucket.js";
import { hourMs, hourOf, type UsageColumn } from "./usage-sums.js";

/** Read in one turn of the event loop: a few hundred rows at most, with as many models as there are. */
const stretchMs = 6 * hourMs;

const { startMs, model, ...summed } = getTableColumns(usageHours);
const columns = Object.keys(summed) as UsageColumn[];
const indexOf = Object.fromEntries(columns.map((name, i) => [name, i])) as Record<UsageColumn, number>;

/** Sums of the roll-up, some hours of it a turn: the number of calls does not matter. */
export class UsageReads {
  readonly #database: SqliteDatabase;
  readonly #stretch: BoundStatement;

  constructor(connection: CheckedDatabase, database: SqliteDatabase) {
    this.#database = database;
    const { firstMs, bucketMs, fromMs, toMs } = bound(["firstMs", "bucketMs", "fromMs", "toMs"]);
    const query = database
      .select({
        // hours are whole multiples away from the first: the division is exact
        bucket: sql`cast((${startMs} - ${firstMs}) / ${bucketMs} as integer)`,
        model,
        ...Object.fromEntries(Object.entries(summed).map(([name, column]) => [name, sum(column)])),
      })
      .from(usageHours)
      .where(and(gte(startMs, fromMs), lt(startMs, toMs)))
      .groupBy(sql`1`, sql`2`)
      .orderBy(sql`1`, sql`2`);
    this.#stretch = new BoundStatement(connection, query);
  }

  async usage(range: { fromMs: number; toMs: number; bucketMs: number }): Promise<UsageBucket[]> {
    const { bucketMs } = range;
    if (!(bucketMs > 0 && bucketMs % hourMs === 0))
      throw invalidArgument("usage: bucketMs", bucketMs, `a multiple of ${hourMs}`);
    const firstMs = hourOf(range.fromMs);
    const extent = this.#extent(firstMs, range.toMs);
    const buckets: UsageBucket[] = [];
    let current = -1;
    let models = new Map<string, number[]>();
    const finish = (): void => {
      for (const name of [...models.keys()].sort())
        buckets.push(usageBucket(firstMs + current * bucketMs, name, (column) => models.get(name)![indexOf[column]]!));
      models = new Map();
    };
    // nothing is read of the time before there were calls, or after
    for (let fromMs = extent.from; fromMs < extent.to; fromMs += stretchMs) {
      if (fromMs > extent.from) await nextTurn();
      const rows = this.#stretch.rows({ firstMs, bucketMs, fromMs, toMs: Math.min(fromMs + stretchMs, extent.to) });
      for (const [bucket, name, ...sums] of rows as Array<[number, string, ...number[]]>) {
        if (bucket !== current) finish();
        current = bucket;
        const before = models.get(name);
        models.set(name, before === undefined ? sums : sums.map((value, i) => value + before[i]!));
      }
    }
    finish();
    return buckets;
  }

  /** First hour within the range that has sums, and the end of the last. */
  #extent(fromMs: number, toMs: number): { from: number; to: number } {
    const within = this.#database
      .select({ first: min(startMs), last: max(startMs) })
      .from(usageHours)
      .where(and(gte(startMs, fromMs), lt(startMs, toMs)))
      .get();
    return { from: within?.first ?? 0, to: within?.last == null ? 0 : within.last + hourMs };
  }
}
