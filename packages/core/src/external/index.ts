export { FieldReader } from "../artifact/field-reader.js";
export { tensorData } from "../layers/attention-form.js";
export { foldHead } from "../layers/fold-head.js";
export { type Pool, resolvePool } from "../router/pool.js";
export { caution as probedCaution, columnsOf } from "../router/probed-models.js";
export { type ExternalPredictions, externalPredictions } from "./external-predictions.js";
export type { ExternalBatch, ExternalModelPredictor } from "./external-predictor.js";
