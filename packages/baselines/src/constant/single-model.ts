import type { Baseline, LabelledEmbeddings } from "../baseline.js";
import type { StateReader } from "../state/state-reader.js";
import { fixedChoice, type MeanOutcomes, meanOutcomes, readMeanOutcomes } from "./fixed-choice.js";

/** The router that always takes model `index` of the training rows. */
export function singleModel({ table, dimensions }: LabelledEmbeddings, index: number): Baseline {
  return singleOf(table.models, index, meanOutcomes(table), dimensions);
}

/**
 * @param models ids of the measured candidates, in order
 * @throws ArtifactError naming the field
 */
export function loadSingleModel(reader: StateReader, models: readonly string[]): Baseline {
  const model = reader.config.oneOf("model", ...models);
  return singleOf(models, models.indexOf(model), readMeanOutcomes(reader), reader.dimensions);
}

function singleOf(models: readonly string[], index: number, means: MeanOutcomes, dimensions: number): Baseline {
  const label = { id: `single:${models[index]}`, name: models[index] };
  return fixedChoice(label, means, dimensions, () => index, { kind: "single", config: { model: models[index] } });
}
