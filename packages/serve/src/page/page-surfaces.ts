import type { Context } from "hono";
import * as z from "zod";
import type { DecisionsPage, OverviewReport, StatusReport } from "../api/page-api.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "../http/gateway-error.js";
import type { CallRecord } from "../state/gateway-state.js";
import { curveReport } from "./curve-report.js";
import { decisionSummary } from "./decision-report.js";
import { modelsReport } from "./models-report.js";
import { overviewReport } from "./overview-report.js";

const hourMs = 3_600_000;
const bucketsMs = { hour: hourMs, day: 24 * hourMs } as const;
/** More buckets than a page can show. */
const mostBuckets = 2_000;
/** Prompts that the curve is a mean of. */
const curvePrompts = 1_000;
const pageOfCalls = 500;
/** Pages that are looked through for them: the log may hold a million calls that nobody routed. */
const mostPages = 20;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const rangeSchema = z.object({
  from: time.optional(),
  to: time.optional(),
  bucket: z.enum(["hour", "day"]).default("hour"),
});
const decisionsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
  model: z.string().max(200).optional(),
  status: z.enum(["open", "answered", "failed", "broken", "aborted", "left", "unresolved"]).optional(),
  surface: z.enum(["chat-completions", "completions", "messages", "responses", "embeddings"]).optional(),
  scored: z.enum(["true", "false"]).optional(),
  from: time.optional(),
  to: time.optional(),
});

/** `GET /api/status` */
export function statusSurface(context: GatewayContext) {
  return (c: Context<GatewayEnv>): Response => {
    const engine = context.engine();
    const { apiKey, contents } = context.settings();
    const models = [...engine.models.values()];
    const report: StatusReport = {
      version: context.version,
      startedAt: new Date(context.startedMs).toISOString(),
      protected: apiKey !== null,
      contents: { kept: contents.kept, retentionDays: contents.retentionDays },
      durable: context.state.durable,
      providers: engine.about.providers.map(({ id, host }) => {
        const own = models.filter(({ provider, chat }) => provider === id && chat.length > 0);
        const circuitsOpen = own.filter((model) => engine.runtime.circuitState(model.id) !== "closed").length;
        return { id, host, candidates: own.filter(({ reason }) => reason === null).length, circuitsOpen };
      }),
      artifact: engine.about.artifact,
      preference: engine.about.preference,
      dial: engine.about.dial,
      notices: [...engine.about.notices],
    };
    return c.json(report);
  };
}

/** `GET /api/overview` */
export function overviewSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const { from, to = context.now(), bucket } = query(rangeSchema, c);
    const bucketMs = bucketsMs[bucket];
    const fromMs = from ?? to - 24 * hourMs;
    if (!(fromMs < to)) throw invalid("from", "expected a time before `to`");
    if ((to - fromMs) / bucketMs > mostBuckets)
      throw invalid("from", `more than ${mostBuckets} buckets, expected a shorter range`);
    const range = { fromMs: Math.floor(fromMs / bucketMs) * bucketMs, toMs: to, bucketMs };
    const report: OverviewReport = overviewReport(await context.state.usage(range), { ...range, bucket });
    return c.json(report);
  };
}

/** `GET /api/curve` */
export function curveSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const { from, to } = query(rangeSchema, c);
    const calls: CallRecord[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < mostPages && calls.length < curvePrompts; pages++) {
      const page = await context.state.calls({ fromMs: from, toMs: to }, { limit: pageOfCalls, after });
      calls.push(...page.calls.filter(({ routed }) => routed));
      if (page.next === null) break;
      after = page.next;
    }
    return c.json(curveReport(calls.slice(0, curvePrompts)));
  };
}

/** `GET /api/models` */
export function modelsReportSurface(context: GatewayContext) {
  return (c: Context<GatewayEnv>): Response => c.json(modelsReport(context.engine(), context.now()));
}

/** `GET /api/decisions` */
export function decisionsSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const { limit, after, from, to, scored, ...filter } = query(decisionsSchema, c);
    const asked = { ...filter, fromMs: from, toMs: to, scored: scored === undefined ? undefined : scored === "true" };
    const { calls, next } = await context.state.calls(asked, { limit, after });
    const page: DecisionsPage = { decisions: calls.map(decisionSummary), next };
    return c.json(page);
  };
}

function query<T>(schema: z.ZodType<T>, c: Context): T {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(issue.path.join("."), issue.message);
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError(400, "invalid-argument", `${param}: ${message}`, { param });
}
