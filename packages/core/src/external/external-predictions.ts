import type { Artifact } from "../artifact/artifact.js";
import type { Pool } from "../router/pool.js";
import type { PoolPredictor } from "../router/predictor.js";
import { type ExternalModelPredictor, ExternalPredictor } from "./external-predictor.js";

/** How a package serves its artifacts: `new Router(artifact, { predictions })`. */
export interface ExternalPredictions {
  /** As in the manifest's `model.package`. */
  readonly package: string;
  /** @throws ArtifactError naming the field, for tensors or a config that are not of the model's kind */
  bind(artifact: Artifact, pool: Pool): PoolPredictor;
}

/**
 * Makes a package's predictions known to routers. It stands in an entry point of its own, so that a router of networks
 * does not carry it.
 *
 * @param packageName as in the manifest's `model.package`
 * @param load        reads an artifact of that package; throws ArtifactError naming the field
 */
export function externalPredictions(
  packageName: string,
  load: (artifact: Artifact) => ExternalModelPredictor,
): ExternalPredictions {
  return { package: packageName, bind: (artifact, pool) => new ExternalPredictor(artifact, pool, load(artifact)) };
}
