import type { GatewayState } from "./gateway-state.js";

/** Remembers nothing: writes are taken and forgotten, reads find nothing. For places without a disk. */
export function statelessState(): GatewayState {
  return {
    durable: false,
    open: async () => {},
    beginTry: async () => {},
    settle: async () => {},
    addFeedback: async () => false,
    call: async () => null,
    contents: async () => null,
    calls: async () => ({ calls: [], next: null }),
    callOfResponse: async () => null,
    usage: async () => [],
    remove: async () => 0,
    removeContents: async () => 0,
    close: async () => {},
  };
}
