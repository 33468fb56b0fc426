import type { GatewayContext } from "../gateway/gateway-context.js";
import { GatewayError } from "../http/gateway-error.js";

/**
 * The model that can go on from the response that a request names: the one that gave it, whose provider holds it.
 *
 * @throws GatewayError 404 for a response that is not in the log
 */
export async function continuedFrom(context: GatewayContext, body: Record<string, unknown>): Promise<string[] | null> {
  const previous = body["previous_response_id"];
  if (typeof previous !== "string") return null;
  const call = await context.state.callOfResponse(previous);
  if (call !== null) return [call.model];
  const param = "previous_response_id";
  throw new GatewayError(404, "not-found", `${param}: no response of this id was given here`, { param });
}
