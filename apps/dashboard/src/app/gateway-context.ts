import type { StatusReport } from "@onehead/serve";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { preferredSlot } from "../charts/assign-model-slots.js";

/** What every view may need to know of the gateway. */
export interface GatewayInfo {
  /** Null until it has come. */
  status: StatusReport | null;
  /** Names of the models that the gateway knows. */
  models: readonly string[];
  /** Slot of a model's colour. */
  slotOf: (model: string) => number;
  /** Asks again for what is missing here. */
  reload: () => void;
}

export const GatewayContext = createContext<GatewayInfo>({
  status: null,
  models: [],
  slotOf: preferredSlot,
  reload: () => undefined,
});

export function useGateway(): GatewayInfo {
  return useContext(GatewayContext);
}
