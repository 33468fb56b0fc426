export { buildEngine, type EngineSources } from "./serving/build-engine.js";
export type { CallSettings, RoutingSettings } from "./serving/engine-settings.js";
