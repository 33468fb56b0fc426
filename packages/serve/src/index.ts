export type * from "./api/page-api.js";
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
