import { ArtifactError } from "./artifact-error.js";
import { bad, FieldReader, type JsonValue } from "./field-reader.js";
import {
  type Candidate,
  type Capabilities,
  formatVersionOf,
  type Manifest,
  type Prices,
  type Profile,
} from "./manifest.js";
import { validateNewModels, validateProbedProfile } from "./validate-new-models.js";

/** Checks parsed JSON and returns it as a manifest. @throws ArtifactError naming the field and the value */
export function validateManifest(value: unknown): Manifest {
  if (isDeeperThan(64, value)) throw new ArtifactError("manifest", "nested too deeply");
  const root = new FieldReader(value, "manifest");
  const version = root.oneOf<Manifest["formatVersion"]>("formatVersion", 1, 2);
  root.text("name");
  const embedder = root.object("embedder");
  embedder.text("id");
  embedder.text("kind");
  embedder.count("dimensions", 1, mostOf);
  const model = root.object("model");
  const form = model.oneOf<Manifest["model"]["form"]>("form", "low-rank", "models", "external");
  if (version !== formatVersionOf(form)) {
    const advice = version < formatVersionOf(form) ? ": train the router again, its network is of a former shape" : "";
    throw bad("manifest.formatVersion", version, `${formatVersionOf(form)} for the form ${form}${advice}`);
  }
  const isExternal = form === "external";
  if (isExternal) validateExternalModel(root, model);
  else validateNetworkModel(model);
  if (root.has("newModels")) validateNewModels(root);
  const candidates = validateCandidates(root);
  if (isExternal) validateLearntPrices(model.object("learntPrices"), candidates);
  const calibration = root.object("calibration");
  if (isExternal) {
    calibration.oneOf("temperature", 1);
    calibration.oneOf("bias", 0);
  } else {
    calibration.positive("temperature");
    calibration.number("bias");
  }
  const dial = root.object("dial");
  const minLambdaUsd = dial.positive("minLambdaUsd");
  if (!(dial.positive("maxLambdaUsd") > minLambdaUsd)) {
    throw bad("manifest.dial.maxLambdaUsd", dial.value("maxLambdaUsd"), `above minLambdaUsd, ${minLambdaUsd}`);
  }
  const anchorCount = isExternal ? 0 : model.count("anchors", 1);
  const anchors = root.object("anchors");
  anchors.texts("ids", anchorCount);
  anchors.texts("datasets", anchorCount);
  if (anchors.has("excerpts")) anchors.texts("excerpts", anchorCount);
  validateTraining(root.object("training"));
  return value as Manifest;
}

// no width and no number of anchors comes near
const mostOf = 2 ** 24;

function validateNetworkModel(model: FieldReader): void {
  // far above all that is trained: what is enumerated or multiplied by these must stay within memory
  model.count("members", 1, 1024);
  for (const size of ["keyWidth", "hiddenWidth", "anchors", "rank"]) model.count(size, 1, mostOf);
  model.positive("temperature");
  if (model.has("kernel")) validateKernel(model.object("kernel"));
  if (!model.has("clusters")) return;
  const clusters = model.object("clusters");
  const sizes = clusters.list("sizes");
  const wrong = sizes.findIndex(
    (size) => !Number.isInteger(size) || !((size as number) >= 1 && (size as number) <= 2 ** 31),
  );
  if (wrong >= 0) throw bad(`manifest.model.clusters.sizes[${wrong}]`, sizes[wrong], "a whole number from 1");
  if (sizes.length === 0) throw bad("manifest.model.clusters.sizes", sizes, "at least one group");
  clusters.number("weight", 0, 1);
}

function validateKernel(kernel: FieldReader): void {
  kernel.positive("sharpness");
  kernel.count("directions", 1, mostOf);
  if (kernel.has("metric")) kernel.count("metric", 1, mostOf);
  kernel.number("weight", 0, 1);
  const near = kernel.number("near", 0, 2);
  if (!(kernel.number("far", 0, 2) > near)) {
    throw bad("manifest.model.kernel.far", kernel.value("far"), `above near, ${near}`);
  }
}

function validateExternalModel(root: FieldReader, model: FieldReader): void {
  model.text("package");
  model.text("kind");
  model.object("config");
  if (root.has("newModels")) throw bad("manifest.newModels", "given", "none beside an external model");
}

function validateLearntPrices(learnt: FieldReader, candidates: readonly Candidate[]): void {
  for (const { id, profile, costKind } of candidates) {
    if (profile.kind !== "measured" || costKind !== "tokens") continue;
    const prices = learnt.object(id);
    validatePrices(prices);
    prices.positive("outputUsdPerMillionTokens");
  }
}

function validateCandidates(root: FieldReader): Candidate[] {
  const components = root.has("newModels") ? root.object("newModels").count("components", 1) : undefined;
  for (const candidate of root.objects("candidates")) validateCandidate(candidate, components);
  const candidates = root.list("candidates") as Candidate[];
  const measured = new Map<string, Candidate>();
  const seen = new Set<string>();
  candidates.forEach((candidate, i) => {
    const { id, profile, costKind } = candidate;
    const path = `manifest.candidates[${i}]`;
    if (seen.has(id)) throw bad(`${path}.id`, id, "an id that is used once");
    seen.add(id);
    if (profile.kind === "measured") {
      if (seen.size !== measured.size + 1) throw bad(path, id, "measured candidates before all others");
      measured.set(id, candidate);
      return;
    }
    if (profile.kind === "probed") {
      const counted = [...measured.values()].some((known) => known.costKind === costKind);
      if (!counted) throw bad(`${path}.costKind`, costKind, "that of some measured candidate");
      return;
    }
    const relative = measured.get(profile.from);
    if (relative === undefined) throw bad(`${path}.profile.from`, profile.from, "the id of a measured candidate");
    if (costKind !== relative.costKind)
      throw bad(`${path}.costKind`, costKind, `${relative.costKind}, as ${relative.id}`);
  });
  if (measured.size === 0) throw new ArtifactError("manifest.candidates", "no measured candidate");
  if (!root.has("defaultPool")) return candidates;
  const pool = root.texts("defaultPool");
  if (pool.length === 0) throw bad("manifest.defaultPool", pool, "at least one id");
  pool.forEach((id, i) => {
    if (!seen.has(id)) throw bad(`manifest.defaultPool[${i}]`, id, "the id of a candidate");
    if (pool.indexOf(id) < i) throw bad(`manifest.defaultPool[${i}]`, id, "an id that is named once");
  });
  return candidates;
}

function validateCandidate(candidate: FieldReader, components: number | undefined): void {
  candidate.text("id");
  candidate.oneOf("costKind", "tokens", "usd");
  candidate.positive("smearing");
  if (candidate.has("priceFactor")) candidate.positive("priceFactor");
  if (candidate.has("aliases")) candidate.texts("aliases");
  if (candidate.has("provider")) candidate.text("provider");
  const profile = candidate.object("profile");
  const kind = profile.oneOf<Profile["kind"]>("kind", "measured", "inherited", "probed");
  if (kind === "measured") {
    profile.count("rows", 0);
  } else if (kind === "probed") {
    validateProbedProfile(profile, components);
  } else {
    profile.text("from");
    profile.number("qualityLogitShift", -20, 20);
    profile.positive("outputTokensFactor");
  }
  if (candidate.has("prices")) validatePrices(candidate.object("prices"));
  if (candidate.has("capabilities")) validateCapabilities(candidate.object("capabilities"));
}

function validatePrices(prices: FieldReader): void {
  const fields: Array<keyof Prices> = ["inputUsdPerMillionTokens", "outputUsdPerMillionTokens"];
  for (const field of fields) prices.number(field, 0);
}

function validateCapabilities(capabilities: FieldReader): void {
  const limits: Array<keyof Capabilities> = ["contextTokens", "maxOutputTokens"];
  for (const field of limits) if (capabilities.has(field)) capabilities.count(field, 1);
  const flags: Array<keyof Capabilities> = ["tools", "vision", "jsonMode"];
  for (const field of flags) if (capabilities.has(field)) capabilities.flag(field);
  if (capabilities.has("regions")) capabilities.texts("regions");
}

function validateTraining(training: FieldReader): void {
  training.text("dataHash");
  training.count("rows", 0);
  training.count("labels", 0);
  training.number("seed", 0);
  const split = training.object("split");
  split.number("seed", 0);
  split.number("holdout", 0, 1);
  split.number("validation", 0, 1);
  if (!training.has("sources")) return;
  for (const source of training.objects("sources")) {
    source.text("name");
    source.text("licence");
  }
}

/** What every later walk by recursion could not take. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  // most of it are lists of texts
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => typeof item === "object" && isDeeperThan(levels - 1, item));
}

/** JSON with the keys of every object in code-unit order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: JsonValue) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
