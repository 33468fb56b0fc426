import type { OpenedCall, SettledCall } from "../state/gateway-state.js";

/** Told of every call; what it throws is logged, and is not the call's. */
export interface CallObserver {
  /** Before anything is sent; what it returns is told at the end. */
  opened?(call: OpenedCall): ((settled: SettledCall) => void) | undefined;
}
