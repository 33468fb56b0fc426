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
 * Refuses training rows that nothing can be learnt from.
 *
 * @throws ShapeError when embeddings and table differ in length; OneheadError "invalid-argument" without rows, with an
 *   embedding that is not finite, or with a model that has no score
 */
export function assertTrainable(where: string, train: LabelledEmbeddings): void {
  assertAligned(where, "training", train);
  if (train.table.ids.length === 0) {
    throw new OneheadError("invalid-argument", `${where}: no training rows: 0, expected at least 1`);
  }
  assertEveryModelHas(where, "score", train.table.scores, train.table.models);
}

/**
 * Refuses validation rows that do not belong to the training rows or cannot choose a setting.
 *
 * @throws as {@link assertTrainable}, and OneheadError "invalid-argument" for other models or when no row has a score
 */
export function assertTunable(where: string, train: LabelledEmbeddings, validation: LabelledEmbeddings): void {
  assertAligned(where, "validation", validation);
  assertLength(`${where}: validation dimensions`, validation.dimensions, train.dimensions);
  const models = validation.table.models;
  const differs =
    models.length !== train.table.models.length || models.some((name, m) => name !== train.table.models[m]);
  if (differs) {
    const expected = `expected those of the training rows: ${train.table.models.join(", ")}`;
    throw new OneheadError(
      "invalid-argument",
      `${where}: validation has other models: ${models.join(", ")}, ${expected}`,
    );
  }
  if (!validation.table.scores.some((score) => !Number.isNaN(score))) {
    throw new OneheadError("invalid-argument", `${where}: validation rows have no score: 0, expected at least 1`);
  }
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
