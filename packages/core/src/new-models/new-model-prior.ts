import type { Manifest, NewModelPrior } from "../artifact/manifest.js";
import { OneheadError } from "../errors/onehead-error.js";

/**
 * What models are added with.
 *
 * @throws OneheadError "artifact" for an external model, which has no outputs to read a new model off, and for networks that
 *   were trained without the basis for new models
 */
export function newModelPrior({ model, newModels }: Manifest): NewModelPrior {
  if (newModels !== undefined) return newModels;
  const why =
    model.form === "external"
      ? "model.form: external, expected networks: a new model is read off their outputs"
      : "newModels: missing, expected an artifact trained with it";
  throw new OneheadError("artifact", `addModel: manifest.${why}`);
}
