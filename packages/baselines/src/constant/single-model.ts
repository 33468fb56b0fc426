import type { Baseline } from "../baseline.js";
import type { StateReader } from "../state/state-reader.js";
import { fixedChoice } from "./fixed-choice.js";

/** The router that always takes model `index` of `models`. */
export function singleModel(models: readonly string[], index: number, dimensions: number): Baseline {
  const label = { id: `single:${models[index]}`, name: models[index] };
  return fixedChoice(label, models.length, dimensions, () => index, {
    kind: "single",
    config: { model: models[index] },
  });
}

/**
 * @param models ids of the measured candidates, in order
 * @throws ArtifactError naming the field
 */
export function loadSingleModel(reader: StateReader, models: readonly string[]): Baseline {
  const model = reader.config.oneOf("model", ...models);
  return singleModel(models, models.indexOf(model), reader.dimensions);
}
