import { invalidArgument } from "@onehead/provider";
import type { CallLimits } from "./call.js";

/** The limits of calls that state none of their own. @throws ProviderError "invalid-argument" naming the one that is no time */
export function limitsOf(caller: string, settings: Partial<Record<keyof CallLimits, number | undefined>>): CallLimits {
  const limits = { timeoutMs: settings.timeoutMs ?? 600_000, idleTimeoutMs: settings.idleTimeoutMs ?? 120_000 };
  assertLimits(`${caller}: `, limits.timeoutMs, limits.idleTimeoutMs);
  return limits;
}

/** @throws ProviderError "invalid-argument" naming the one that is no time */
export function assertLimits(where: string, timeoutMs: unknown, idleTimeoutMs: unknown): void {
  const assertTime = (name: string, value: unknown): void => {
    if (!(typeof value === "number" && value > 0)) throw invalidArgument(where + name, value, "milliseconds above 0");
  };
  assertTime("timeoutMs", timeoutMs);
  assertTime("idleTimeoutMs", idleTimeoutMs);
}
