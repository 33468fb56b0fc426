import type { Engine, GatewayModel } from "../engine/engine.js";
import { GatewayError } from "../http/gateway-error.js";
import { autoModel } from "./auto-model.js";

/** No model has a longer name, and what is not found is neither kept nor logged. */
export const mostNameLength = 256;

/**
 * The model that a request names; null where the router is to choose.
 *
 * @throws GatewayError 404 for a name that nobody has, 400 for none; ProviderError for a malformed `auto:`
 */
export function requestedModel(engine: Engine, name: unknown): GatewayModel | null {
  if (typeof name !== "string" || name === "") {
    throw new GatewayError(400, "invalid-argument", 'model: expected its name, such as "auto"', { param: "model" });
  }
  if (autoModel(name) !== null) return null;
  const found = name.length > mostNameLength ? undefined : engine.findModel(name);
  if (found === undefined) {
    const message = `model: no model of this name here; GET /v1/models lists them, "auto" chooses one`;
    throw new GatewayError(404, "model_not_found", message, { param: "model" });
  }
  if (found.chat.length === 0) {
    const message = `model: ${found.id} is ${found.provider}'s, for which no key is set here`;
    throw new GatewayError(404, "model_not_found", message, { param: "model" });
  }
  return found;
}
