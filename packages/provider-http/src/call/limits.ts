import { invalidArgument } from "@onehead/provider";
import type { CallLimits } from "./call.js";

/** The limits of calls that state none of their own. @throws ProviderError "invalid-argument" naming the one that is no time */
export function limitsOf(caller: string, settings: Partial<Record<keyof CallLimits, number | undefined>>): CallLimits {
  const limits = { timeoutMs: settings.timeoutMs ?? 600_000, idleTimeoutMs: settings.idleTimeoutMs ?? 120_000 };
  assertLimit(`${caller}: `, "timeoutMs", limits.timeoutMs);
  assertLimit(`${caller}: `, "idleTimeoutMs", limits.idleTimeoutMs);
  return limits;
}

/** @throws ProviderError "invalid-argument" naming it unless it is a time */
export function assertLimit(where: string, name: keyof CallLimits, value: unknown): void {
  if (!(typeof value === "number" && value > 0)) throw invalidArgument(where + name, value, "milliseconds above 0");
}
