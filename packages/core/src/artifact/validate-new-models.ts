import { bad, type FieldReader } from "./field-reader.js";

/** No logit of a probability that anybody could tell from 0 or 1 is as far out. */
const farthestLogit = 100;
const farthestLogarithm = 50;

/** Checks the manifest's `newModels`. @throws ArtifactError naming the field */
export function validateNewModels(root: FieldReader): void {
  const prior = root.object("newModels");
  const T = prior.count("components", 1);
  const level = prior.object("level");
  level.number("mean", -farthestLogit, farthestLogit);
  level.number("slope", -farthestLogit, farthestLogit);
  level.number("reach", 0, farthestLogarithm);
  level.positive("deviation");
  const loadings = prior.object("loadings");
  loadings.numbers("mean", T, -farthestLogit, farthestLogit);
  loadings.numbers("deviation", T, 1e-6, farthestLogit);
  prior.number("noise", 0, farthestLogit);
  const typical = prior.object("typical");
  typical.number("inputTokens", 0);
  typical.number("outputTokens", 0);
  if (typical.value("meanLogUsd") !== null) typical.number("meanLogUsd", -farthestLogarithm, farthestLogarithm);
  const cost = prior.object("cost");
  for (const field of ["shiftDeviation", "noise"]) cost.number(field, 1e-6, farthestLogarithm);
}

/** Checks the fields of a probed profile. @param components T of the manifest, undefined where it has no `newModels` */
export function validateProbedProfile(profile: FieldReader, components: number | undefined): void {
  if (components === undefined) throw bad(`${profile.path}.kind`, "probed", "a manifest with newModels for it");
  const rows = profile.count("rows", 0);
  if (profile.count("costRows", 0) > rows) {
    throw bad(`${profile.path}.costRows`, profile.value("costRows"), `at most rows, ${rows}`);
  }
  profile.number("level", -farthestLogit, farthestLogit);
  profile.numbers("loadings", components, -farthestLogit, farthestLogit);
  profile.numbers("spread", ((components + 1) * (components + 2)) / 2, -farthestLogit, farthestLogit);
  profile.number("costShift", -farthestLogarithm, farthestLogarithm);
}
