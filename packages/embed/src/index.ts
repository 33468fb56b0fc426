export type { Embedder, SyncEmbedder } from "./embedder.js";
export { plainFeatureNames } from "./plain/plain-features.js";
export { StaticTable } from "./static/static-table.js";
export { type StaticTableSource, writeStaticTable } from "./static/write-static-table.js";
export { type EmbedderOfOptions, embedderOf } from "./trained/embedder-of.js";
export type { EmbedderConfig, EmbedderTensors } from "./trained/embedder-tables.js";
export { type FitTrainedEmbedderOptions, fitTrainedEmbedder } from "./trained/fit-trained-embedder.js";
export { TrainedEmbedder } from "./trained/trained-embedder.js";
