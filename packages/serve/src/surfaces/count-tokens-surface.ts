import { countRequestTokens } from "@onehead/runtime";
import { messages } from "@onehead/wire-formats";
import type { Context } from "hono";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { readJsonBody } from "../http/read-json-body.js";
import { requestedModel } from "../request/requested-model.js";
import { readRouterOptions } from "../request/router-options.js";

/**
 * `POST /v1/messages/count_tokens`: the tokens that a request is routed and priced with, an estimate for whoever will be chosen. Nothing
 * is called and nothing is logged.
 */
export function countTokensSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const { json } = await readJsonBody(c.req.raw, context.settings());
    const { body } = readRouterOptions(json, c.req.raw.headers);
    requestedModel(context.engine(), body["model"]);
    // a request to be counted has no length of its answer
    const request = messages.parse({ max_tokens: 1, ...body });
    return c.json({ input_tokens: countRequestTokens(request) });
  };
}
