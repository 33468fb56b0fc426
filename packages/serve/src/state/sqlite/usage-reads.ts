import { and, getTableColumns, gte, lt, max, min, sql } from "drizzle-orm";
import type { UsageBucket } from "../gateway-state.js";
import { invalidArgument } from "../invalid-argument.js";
import { nextTurn } from "./next-turn.js";
import { usageHours } from "./schema.js";
import type { SqliteDatabase } from "./sqlite-database.js";
import { usageBucket } from "./usage-bucket.js";
import { hourMs, hourOf, type UsageColumn, type UsageSums } from "./usage-sums.js";

/** Read in one turn of the event loop. */
const stretchMs = 24 * hourMs;

const { startMs: _startMs, model: _model, ...summed } = getTableColumns(usageHours);
const sumColumns = Object.fromEntries(
  Object.entries(summed).map(([name, column]) => [name, sql`sum(${column})`.mapWith(Number)]),
) as Record<UsageColumn, ReturnType<typeof sql<number>>>;

/** Sums of the roll-up, a day of it a turn: the number of calls does not matter. */
export class UsageReads {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async usage({ fromMs, toMs, bucketMs }: { fromMs: number; toMs: number; bucketMs: number }): Promise<UsageBucket[]> {
    if (!(bucketMs > 0 && bucketMs % hourMs === 0))
      throw invalidArgument("usage: bucketMs", bucketMs, `a multiple of ${hourMs}`);
    const firstMs = hourOf(fromMs);
    const { from, to } = this.#extent(firstMs, toMs);
    const buckets = new Map<number, Map<string, UsageSums>>();
    // nothing is read of the time before there were calls, or after
    for (let startMs = from; startMs < to; startMs += stretchMs) {
      if (startMs > from) await nextTurn();
      for (const { bucket, model, ...sums } of this.#stretch(
        startMs,
        Math.min(startMs + stretchMs, to),
        firstMs,
        bucketMs,
      ))
        add(buckets, firstMs + bucket * bucketMs, model, sums);
    }
    return [...buckets].flatMap(([startMs, models]) =>
      [...models.keys()].sort().map((model) => usageBucket(startMs, model, models.get(model)!)),
    );
  }

  /** First hour within the range that has sums, and the end of the last. */
  #extent(fromMs: number, toMs: number): { from: number; to: number } {
    const { startMs } = usageHours;
    const within = this.#database
      .select({ first: min(startMs), last: max(startMs) })
      .from(usageHours)
      .where(and(gte(startMs, fromMs), lt(startMs, toMs)))
      .get();
    return { from: within?.first ?? 0, to: within?.last == null ? 0 : within.last + hourMs };
  }

  #stretch(fromMs: number, toMs: number, firstMs: number, bucketMs: number) {
    const { startMs, model } = usageHours;
    // hours are whole multiples away from the first: the division is exact
    const bucket = sql<number>`cast((${startMs} - ${firstMs}) / ${bucketMs} as integer)`;
    return this.#database
      .select({ bucket, model, ...sumColumns })
      .from(usageHours)
      .where(and(gte(startMs, fromMs), lt(startMs, toMs)))
      .groupBy(sql`1`, sql`2`)
      .orderBy(sql`1`)
      .all();
  }
}

function add(buckets: Map<number, Map<string, UsageSums>>, startMs: number, model: string, sums: UsageSums): void {
  const models = buckets.get(startMs) ?? new Map<string, UsageSums>();
  buckets.set(startMs, models);
  const before = models.get(model);
  if (before === undefined) models.set(model, sums);
  else for (const column of Object.keys(sums) as UsageColumn[]) before[column] += sums[column];
}
