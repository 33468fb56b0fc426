import type { RunOptions } from "@onehead/provider";
import type { StopSignal } from "./stop.js";

export interface RuntimeRunOptions<T> extends Omit<RunOptions<T>, "signal"> {
  /** Ends the tries or, once one has answered, that one's answer. A {@link StopSignal} will do: it is cheaper to make. */
  signal?: StopSignal | undefined;
}
