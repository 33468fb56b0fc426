import type { Context } from "hono";
import type { GatewayModel } from "../engine/engine.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "../http/gateway-error.js";

/** A model as both OpenAI's and Anthropic's clients read it. */
interface ListedModel {
  id: string;
  object: "model";
  type: "model";
  created: number;
  created_at: string;
  owned_by: string;
  display_name: string;
}

/** `GET /v1/models`: "auto" and whatever can be asked for by name. */
export function modelsSurface(context: GatewayContext) {
  return (c: Context<GatewayEnv>): Response => {
    const data = listed(context);
    // Anthropic's client pages, OpenAI's does not mind
    return c.json({ object: "list", data, has_more: false, first_id: data[0].id, last_id: data.at(-1)?.id });
  };
}

/** `GET /v1/models/{id}`; ids may hold slashes. @throws GatewayError 404 */
export function modelSurface(context: GatewayContext) {
  return (c: Context<GatewayEnv>): Response => {
    const id = decoded(c.req.path.replace(/^\/v1\/models\//, ""));
    const found = listed(context).find((model) => model.id === id);
    if (found === undefined) {
      throw new GatewayError(404, "model_not_found", "model: no model of this name here", { param: "model" });
    }
    return c.json(found);
  };
}

/** What no decoding makes sense of is nobody's name. */
function decoded(id: string): string | null {
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}

function listed(context: GatewayContext): ListedModel[] {
  const { models, embeddings } = context.engine();
  const reachable = [...models.values()].filter(({ chat }) => chat.length > 0);
  return [
    listedModel({ id: "auto", provider: "onehead", prices: undefined }, context.startedMs),
    ...reachable.map((model) => listedModel(model, context.startedMs)),
    ...[...embeddings.values()].map((model) => listedModel(model, context.startedMs)),
  ];
}

function listedModel(
  { id, provider, prices }: Pick<GatewayModel, "id" | "provider" | "prices">,
  startedMs: number,
): ListedModel {
  const since = prices === undefined ? startedMs : Date.parse(`${prices.asOf}T00:00:00Z`);
  return {
    id,
    object: "model",
    type: "model",
    created: Math.floor(since / 1000),
    created_at: new Date(since).toISOString(),
    owned_by: provider,
    display_name: id,
  };
}
