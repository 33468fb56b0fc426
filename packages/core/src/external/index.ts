export { FieldReader } from "../artifact/field-reader.js";
export { type ExternalPredictions, externalPredictions } from "./external-predictions.js";
export type { ExternalBatch, ExternalModelPredictor } from "./external-predictor.js";
