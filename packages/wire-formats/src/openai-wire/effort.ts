import type { ChatRequest } from "@onehead/provider";
import { oneOf, optional } from "../check/check.js";

/** "xhigh" and "max" are beyond what every provider has. */
export const effortCheck = optional(oneOf("none", "minimal", "low", "medium", "high", "xhigh", "max"));

/** The request with the most thinking that every provider has, where more is asked for. */
export function withEffort(request: ChatRequest, effort: unknown): ChatRequest {
  return effort === "xhigh" || effort === "max" ? { ...request, reasoning: { effort: "high" } } : request;
}
