export type { BatchPool } from "./batch-pool.js";
export { type OpenBatchWorkersOptions, openBatchWorkers } from "./open-batch-workers.js";
