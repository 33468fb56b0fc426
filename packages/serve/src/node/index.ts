export { type LogReader, type LogSums, openSqliteReader } from "../state/sqlite/open-sqlite-reader.js";
export { openSqliteState, type SqliteStateOptions } from "../state/sqlite/open-sqlite-state.js";
export { type Listening, type ListenOptions, listen } from "./listen.js";
export { type Metrics, prometheusMetrics } from "./metrics.js";
export { pageFiles } from "./page-files.js";
export { pooledFetch } from "./pooled-fetch.js";
