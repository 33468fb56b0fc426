import type { Artifact } from "../artifact/artifact.js";
import { invalidArgument } from "../errors/invalid-argument.js";
import { OneheadError } from "../errors/onehead-error.js";
import { assertLength } from "../errors/shape-error.js";
import { assertEmbedding } from "../router/assert-embedding.js";
import type { NewModel, NewModelSample } from "./new-model.js";

/**
 * @throws OneheadError "invalid-argument" naming the field; "embedder-mismatch"; ShapeError for an embedding of another
 *   length
 */
export function assertNewModel(artifact: Artifact, model: NewModel): void {
  const { embedder, candidates } = artifact.manifest;
  if (typeof model !== "object" || model === null) throw bad("model", model, "an object");
  const { id, aliases = [], embedder: given } = model;
  if (typeof id !== "string" || id === "") throw bad("id", id, "a non-empty string");
  // a text would be taken for a list of its letters
  if (!Array.isArray(aliases)) throw bad("aliases", aliases, "a list of names");
  const names = [id, ...aliases];
  const taken = candidates.find((known) =>
    known.id === id
      ? known.profile.kind !== "inherited"
      : names.includes(known.id) || known.aliases?.some((alias) => names.includes(alias)),
  );
  if (taken) throw bad("id and aliases", names, `names of its own: ${taken.id} has one of them already`);
  if (given !== undefined && (given?.id !== embedder.id || given.dimensions !== embedder.dimensions)) {
    throw new OneheadError(
      "embedder-mismatch",
      `addModel: embedder: ${given?.id} of ${given?.dimensions} dimensions, expected ${embedder.id} of ${embedder.dimensions}`,
    );
  }
  if (!Array.isArray(model.samples)) throw bad("samples", typeof model.samples, "a list");
  model.samples.forEach((sample, i) => {
    assertSample(sample, `samples[${i}]`, embedder.dimensions);
  });
}

function assertSample(sample: NewModelSample, path: string, D: number): void {
  if (typeof sample !== "object" || sample === null) throw bad(path, sample, "an object");
  const { embedding, score } = sample;
  assertEmbedding(`addModel: ${path}.embedding`, embedding);
  assertLength(`addModel: ${path}.embedding`, embedding.length, D);
  if (typeof score !== "number" || !(score >= 0 && score <= 1))
    throw bad(`${path}.score`, score, "a number from 0 to 1");
  for (const field of ["inputTokens", "outputTokens", "costUsd"] as const) {
    const value: unknown = sample[field];
    if (value === undefined || (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY)) continue;
    throw bad(`${path}.${field}`, value, "a finite number of at least 0");
  }
}

/** The error for a field of the model. */
export function bad(field: string, value: unknown, expected: string): OneheadError {
  return invalidArgument(`addModel: ${field}`, value, expected);
}
