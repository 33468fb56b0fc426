import { type Artifact, ArtifactError, type Tensor } from "@onehead/core";
import { type ExternalPredictions, externalPredictions, FieldReader } from "@onehead/core/external";
import type { Baseline, CostPredictor } from "../baseline.js";
import { StateReader } from "../state/state-reader.js";
import { withCosts } from "../with-costs.js";
import { costLoaders, qualityLoaders, wholeLoaders } from "./baseline-loaders.js";

/** The package that artifacts of baselines name. */
export const packageName = "@onehead/baselines";
/** What core asks of the tensors of another package. */
export const tensorPrefix = "external.";

/**
 * The baseline that `toArtifact` stored, with the same predictions bit for bit at float32 precision.
 *
 * @throws ArtifactError naming the field: an artifact of another form, package or kind, and every tensor that is missing, of
 *   another shape or left over
 */
export function loadBaseline(artifact: Artifact): Baseline {
  const { manifest, tensors } = artifact;
  const path = "manifest.model";
  const model = new FieldReader(manifest.model, path);
  model.oneOf("form", "external");
  model.oneOf("package", packageName);
  const config = model.object("config");
  const label = { id: config.text("id"), name: config.text("name") };
  const measured = manifest.candidates.filter(({ profile }) => profile.kind === "measured").map(({ id }) => id);
  const sizes = { dimensions: manifest.embedder.dimensions, models: measured.length };
  const own = ownTensors(tensors, config);
  const readerOf = (part: "quality" | "cost"): StateReader => {
    const prefix = `${part}.`;
    const ofPart = [...own].filter(([name]) => name.startsWith(prefix));
    const named = new Map(ofPart.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    return new StateReader(config.value(part), `${path}.config.${part}`, named, tensorPrefix + prefix, sizes);
  };

  const kind = model.oneOf("kind", ...Object.keys(qualityLoaders), ...Object.keys(wholeLoaders));
  const quality = readerOf("quality");
  if (Object.hasOwn(wholeLoaders, kind)) {
    const baseline = wholeLoaders[kind](quality, label, measured);
    assertAllRead(own, [quality], ["quality."]);
    return baseline;
  }
  const predictor = qualityLoaders[kind](quality, label);
  const cost = readerOf("cost");
  const costs: CostPredictor = costLoaders[cost.config.oneOf("kind", ...Object.keys(costLoaders))](cost);
  assertAllRead(own, [quality, cost], ["quality.", "cost."]);
  return withCosts(predictor, costs);
}

/** What `new Router(artifact, { predictions: baselinePredictions })` needs to serve a baseline. */
export const baselinePredictions: ExternalPredictions = externalPredictions(packageName, loadBaseline);

/** Tensors without their prefix, those that are stored under another's name with that one's data. */
function ownTensors(tensors: ReadonlyMap<string, Tensor>, config: FieldReader): Map<string, Tensor> {
  const own = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith(tensorPrefix)) own.set(name.slice(tensorPrefix.length), tensor);
  }
  if (!config.has("shared")) return own;
  const shared = config.object("shared");
  for (const alias of shared.names()) {
    const tensor = own.get(shared.text(alias));
    if (tensor === undefined) {
      throw new ArtifactError(`${shared.path}.${alias}`, `${shared.text(alias)}, expected the name of a tensor`);
    }
    own.set(alias, tensor);
  }
  return own;
}

function assertAllRead(own: ReadonlyMap<string, Tensor>, readers: readonly StateReader[], prefixes: string[]): void {
  for (const reader of readers) reader.assertAllRead();
  for (const name of own.keys()) {
    if (!prefixes.some((prefix) => name.startsWith(prefix))) {
      throw new ArtifactError(tensorPrefix + name, "not a tensor of this kind of baseline");
    }
  }
}
