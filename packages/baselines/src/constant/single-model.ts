import type { Baseline } from "../baseline.js";
import { fixedChoice } from "./fixed-choice.js";

/** The router that always takes model `index` of `models`. */
export function singleModel(models: readonly string[], index: number, dimensions: number): Baseline {
  const label = { id: `single:${models[index]}`, name: models[index] };
  return fixedChoice(label, models.length, dimensions, () => index);
}
