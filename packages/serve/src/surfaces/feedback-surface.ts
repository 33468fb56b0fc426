import type { Context } from "hono";
import * as z from "zod";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "../http/gateway-error.js";
import { readJsonBody } from "../http/read-json-body.js";

/** Scores of one decision; more are somebody's program gone wild. */
const mostScores = 100;

export const feedbackSchema = z.strictObject({
  decision_id: z.string().min(1).max(100),
  score: z.number().min(0).max(1),
  source: z.string().min(1).max(256).optional(),
  comment: z.string().max(4_000).optional(),
});

/** `POST /v1/feedback`: what an answer was worth, by the id of its decision. */
export function feedbackSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const { json } = await readJsonBody(c.req.raw, context.settings(), c.get("hold"));
    const parsed = feedbackSchema.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const param = issue.path.join(".") || "body";
      throw new GatewayError(400, "invalid-argument", `${param}: ${issue.message}`, { param });
    }
    const { decision_id: id, score, source = null, comment = null } = parsed.data;
    const { durable } = context.state;
    if (!durable) throw new GatewayError(501, "stateless", "feedback: this gateway keeps no log");
    const call = await context.state.call(id);
    if (call !== null && call.feedback.length >= mostScores) {
      throw new GatewayError(429, "too-many", `feedback: this decision has ${mostScores} scores already`);
    }
    const feedback = { id, timeMs: context.now(), score, source, comment };
    const known = await context.state.addFeedback(feedback);
    if (!known) {
      throw new GatewayError(404, "not-found", "decision_id: no decision of this id", { param: "decision_id" });
    }
    await context.tellFeedback(feedback);
    return c.json({ object: "onehead.feedback", decision_id: id, score });
  };
}
