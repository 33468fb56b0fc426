import type { ClientOptions } from "../hosted-options.js";

export interface ModelDimensions {
  /** X, null where neither the table nor the options say. */
  dimensions: number | null;
  /** What the model is to be asked for, where that is not its own length. */
  shortened: number | null;
}

/** Length of a model's vectors: as asked for, else as known. Only a model that is known is asked to shorten them. */
export function modelDimensions(known: Readonly<Record<string, number>>, options: ClientOptions): ModelDimensions {
  const own = Object.hasOwn(known, options.model) ? known[options.model] : null;
  const { dimensions = own } = options;
  return { dimensions, shortened: own !== null && dimensions !== own ? dimensions : null };
}
