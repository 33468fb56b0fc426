export type * from "./api/page-api.js";
export {
  type Engine,
  type EngineInfo,
  type GatewayEmbedding,
  type GatewayModel,
  Outcomes,
} from "./engine/engine.js";
export { createGateway, type Gateway } from "./gateway/create-gateway.js";
export {
  defaultSettings,
  type GatewayOptions,
  type GatewaySettings,
  type PageFile,
} from "./gateway/gateway-options.js";
export type { CallObserver } from "./observe/call-observer.js";
export type { Logger } from "./observe/logger.js";
export { openTelemetryObserver } from "./observe/open-telemetry.js";
export type {
  CallFilter,
  CallPage,
  CallRecord,
  CallStatus,
  GatewayState,
  LoggedCandidate,
  LoggedContents,
  LoggedFeedback,
  LoggedTry,
  OpenedCall,
  SettledCall,
  SurfaceName,
  UsageBucket,
} from "./state/gateway-state.js";
export { latencyBucketsMs } from "./state/gateway-state.js";
export { statelessState } from "./state/stateless-state.js";
