import type { Predictions } from "@onehead/baselines";
import { assertLength, OneheadError } from "@onehead/core";
import type { RecordedRows } from "./recorded-rows.js";
import type { ReplayRouter } from "./replay.js";

/** Ids that results give to what is no router under test. */
const takenIds = ["zero", "random", "oracle"];

/** @throws OneheadError "invalid-argument" for what no replay can start with */
export function assertReplaySetup(
  models: readonly string[],
  routers: readonly ReplayRouter[],
  lambdasUsd: Float64Array,
): void {
  if (models.length === 0) throw invalid("no models: 0, expected at least 1");
  const ids = new Set<string>(takenIds);
  for (const { id } of routers) {
    if (ids.has(id) || id.startsWith("single:")) throw invalid(`router id is taken: ${id}, expected unique ids`);
    ids.add(id);
  }
  for (let i = 0; i < lambdasUsd.length; i++) {
    if (!(lambdasUsd[i] >= 0) || (i > 0 && !(lambdasUsd[i] > lambdasUsd[i - 1]))) {
      throw invalid(`lambdasUsd[${i}] is out of order: ${lambdasUsd[i]}, expected rising values from 0`);
    }
  }
  if (lambdasUsd.length === 0) throw invalid("no lambdasUsd: 0, expected at least 1");
}

/**
 * The number of rows.
 *
 * @param firstRow number of rows before this chunk, so that messages count from the start of the stream
 * @throws ShapeError for lengths that do not fit; OneheadError "invalid-argument" for a score outside 0..1 or a cost that is
 *   negative or infinite
 */
export function assertTruth(recorded: RecordedRows, models: number, firstRow: number): number {
  const { scores, costsUsd, promptKeys } = recorded;
  const rows = Math.floor(scores.length / models);
  assertLength("createReplay: scores", scores.length, rows * models);
  assertLength("createReplay: costsUsd", costsUsd.length, rows * models);
  if (promptKeys !== undefined) assertLength("createReplay: promptKeys", promptKeys.length, rows);
  for (let i = 0; i < scores.length; i++) {
    // NaN passes both: it marks the unknown
    if (scores[i] < 0 || scores[i] > 1) throw invalid(badCell("score", scores[i], "0..1", i, models, firstRow));
    if (costsUsd[i] < 0 || costsUsd[i] === Number.POSITIVE_INFINITY) {
      throw invalid(badCell("cost", costsUsd[i], "a finite cost of at least 0", i, models, firstRow));
    }
  }
  return rows;
}

/** @throws as {@link assertTruth}, for what the routers predicted */
export function assertPredictions(
  routers: readonly ReplayRouter[],
  predictions: readonly Predictions[],
  rows: number,
  models: number,
  firstRow: number,
): void {
  assertLength("createReplay: predictions", predictions.length, routers.length);
  for (const [k, { quality, costUsd }] of predictions.entries()) {
    const { id } = routers[k];
    assertLength(`createReplay: quality of router ${id}`, quality.length, rows * models);
    assertLength(`createReplay: costUsd of router ${id}`, costUsd.length, rows * models);
    for (let i = 0; i < quality.length; i++) {
      if (quality[i] < 0 || quality[i] > 1) {
        throw invalid(badCell(`quality of router ${id}`, quality[i], "0..1", i, models, firstRow));
      }
      if (costUsd[i] < 0 || costUsd[i] === Number.POSITIVE_INFINITY) {
        const expected = "a finite cost of at least 0";
        throw invalid(badCell(`costUsd of router ${id}`, costUsd[i], expected, i, models, firstRow));
      }
    }
  }
}

function badCell(what: string, value: number, expected: string, i: number, models: number, firstRow: number): string {
  const where = `row ${firstRow + Math.floor(i / models)}, model ${i % models}`;
  return `${what} is out of range: ${value} (${where}), expected ${expected}`;
}

function invalid(what: string): OneheadError {
  return new OneheadError("invalid-argument", `createReplay: ${what}`);
}
