import { assertLength, OneheadError, ShapeError } from "@onehead/core";
import type { LabelledEmbeddings } from "../baseline.js";

/**
 * R of (R, D) query embeddings, once they are known to be finite.
 *
 * @throws ShapeError when the length is no multiple of D; OneheadError "invalid-argument" when a value is not finite
 */
export function queryRows(where: string, embeddings: Float32Array, dimensions: number): number {
  const rows = embeddings.length / dimensions;
  if (!Number.isInteger(rows)) {
    const found = `length is ${embeddings.length}`;
    throw new ShapeError(`${where}: embeddings are no whole rows: ${found}, expected a multiple of ${dimensions}`);
  }
  for (let i = 0; i < embeddings.length; i++) {
    if (Number.isFinite(embeddings[i])) continue;
    const at = `row ${Math.floor(i / dimensions)}, column ${i % dimensions}`;
    throw new OneheadError(
      "invalid-argument",
      `${where}: embedding is not finite: ${embeddings[i]} in ${at}, expected finite values`,
    );
  }
  return rows;
}

/**
 * Refuses training rows that no score can be learnt from.
 *
 * @throws as {@link assertRows}; OneheadError "invalid-argument" naming the models without a score
 */
export function assertTrainable(where: string, train: LabelledEmbeddings): void {
  assertRows(where, train);
  assertEveryModelHas(where, "score", train.table.scores, train.table.models);
}

/**
 * Refuses validation rows that cannot choose a setting.
 *
 * @throws as {@link assertMatching}; OneheadError "invalid-argument" when no row has a score
 */
export function assertTunable(where: string, train: LabelledEmbeddings, validation: LabelledEmbeddings): void {
  assertMatching(where, train, validation);
  if (validation.table.scores.every(Number.isNaN)) {
    throw new OneheadError("invalid-argument", `${where}: validation rows have no score: 0, expected at least 1`);
  }
}

/** @throws ShapeError when embeddings and table differ in length; OneheadError "invalid-argument" for no rows or NaN */
export function assertRows(where: string, train: LabelledEmbeddings): void {
  assertAligned(where, "training", train);
  if (train.table.ids.length === 0) {
    throw new OneheadError("invalid-argument", `${where}: no training rows: 0, expected at least 1`);
  }
}

/** @throws ShapeError for validation rows of another width; OneheadError "invalid-argument" for other models or NaN */
export function assertMatching(where: string, train: LabelledEmbeddings, validation: LabelledEmbeddings): void {
  assertAligned(where, "validation", validation);
  assertLength(`${where}: validation dimensions`, validation.dimensions, train.dimensions);
  const models = validation.table.models;
  const expected = train.table.models;
  if (models.length === expected.length && models.every((name, m) => name === expected[m])) return;
  const names = `${models.join(", ")}, expected those of the training rows: ${expected.join(", ")}`;
  throw new OneheadError("invalid-argument", `${where}: validation has other models: ${names}`);
}

/** @throws OneheadError "invalid-argument" naming every model whose column of (R, N) `labels` is all NaN */
export function assertEveryModelHas(
  where: string,
  label: string,
  labels: Float32Array | Float64Array,
  models: readonly string[],
): void {
  const counts = new Int32Array(models.length);
  for (let i = 0; i < labels.length; i++) if (!Number.isNaN(labels[i])) counts[i % models.length]++;
  const missing = models.filter((_, m) => counts[m] === 0);
  if (missing.length === 0) return;
  throw new OneheadError(
    "invalid-argument",
    `${where}: model has no ${label} in the training rows: ${missing.join(", ")}, expected at least 1 each`,
  );
}

function assertAligned(where: string, part: string, { embeddings, dimensions, table }: LabelledEmbeddings): void {
  const rows = queryRows(`${where}: ${part}`, embeddings, dimensions);
  assertLength(`${where}: ${part} table rows`, table.ids.length, rows);
  assertLength(`${where}: ${part} scores`, table.scores.length, rows * table.models.length);
  assertLength(`${where}: ${part} costs`, table.costs.length, rows * table.models.length);
}
