import { ProviderError } from "@onehead/provider";
import { chatCompletions, completions, messages, responses, type ServerFormat } from "@onehead/wire-formats";
import { Hono } from "hono";
import { answerHeaders } from "../http/answer-headers.js";
import { crossOrigin } from "../http/cross-origin.js";
import { errorInfo } from "../http/error-info.js";
import { GatewayError } from "../http/gateway-error.js";
import { loggedError } from "../http/logged-error.js";
import { RequestGate } from "../http/request-gate.js";
import { requireKey } from "../http/require-key.js";
import { openApiDocument } from "../openapi/open-api-document.js";
import { pageHandler } from "../page/page-handler.js";
import {
  curveSurface,
  decisionsSurface,
  modelsReportSurface,
  overviewSurface,
  statusSurface,
} from "../page/page-surfaces.js";
import { chatSurface } from "../surfaces/chat-surface.js";
import { countTokensSurface } from "../surfaces/count-tokens-surface.js";
import { decisionSurface, deleteDecisionSurface } from "../surfaces/decision-surface.js";
import { embeddingsSurface } from "../surfaces/embeddings-surface.js";
import { feedbackSurface } from "../surfaces/feedback-surface.js";
import { modelSurface, modelsSurface } from "../surfaces/models-surface.js";
import { routeSurface } from "../surfaces/route-surface.js";
import { GatewayContext } from "./gateway-context.js";
import type { GatewayEnv, RequestFacts } from "./gateway-env.js";
import type { GatewayOptions } from "./gateway-options.js";

/** The gateway as a function of requests: for Node, a Worker, or a test. */
export interface Gateway {
  fetch(request: Request, facts?: RequestFacts): Response | Promise<Response>;
  /** Requests under way, their streams included. */
  readonly openRequests: number;
  /** Takes no more requests; settles when those that are under way have ended. */
  drain(): Promise<void>;
}

/** Makes a gateway; it listens nowhere by itself. */
export function createGateway(options: GatewayOptions): Gateway {
  const context = new GatewayContext(options);
  const gate = new RequestGate();
  const app = new Hono<GatewayEnv>();
  app.onError((error, c) => {
    const id = c.get("requestId") ?? "";
    const told = errorInfo(error, id);
    if (told.code === "internal")
      context.logger.error({ requestId: id, error: loggedError(error) }, "a request failed");
    else if (told.status >= 500 && ProviderError.isInstance(error)) {
      // not its words: a provider may quote what it was sent
      const { code, provider, model } = error;
      const facts = { requestId: id, code, provider, model, status: told.status };
      context.logger.warn(facts, "a provider has not answered");
    }
    const { errorBody } = formatOf(c.req.path);
    const decisionId = c.get("decisionId");
    const headers = {
      ...told.headers,
      ...(decisionId === undefined ? {} : { "x-onehead-decision-id": decisionId }),
      "x-request-id": id,
    };
    // 499 is no status that a Response can be told from a fault by: the client is gone anyway
    return c.json(errorBody(told) as object, told.status as 400, headers);
  });
  app.notFound(() => {
    throw new GatewayError(404, "not-found", "no such path here; GET /openapi.json lists them");
  });

  app.use(answerHeaders());
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", (c) => (gate.closing ? c.json({ status: "closing" }, 503) : c.json({ status: "ready" })));
  app.use(crossOrigin(context));
  app.get("/openapi.json", (c) => c.json(openApiDocument(options.version)));

  const key = requireKey(context);
  for (const path of ["/v1/*", "/api/*", "/metrics"]) app.use(path, key);
  app.use("/v1/*", gate.handler(context));
  for (const [path, format] of Object.entries(formats)) app.post(path, chatSurface(context, format));
  app.post("/v1/messages/count_tokens", countTokensSurface(context));
  app.post("/v1/embeddings", embeddingsSurface(context));
  app.post("/v1/route", routeSurface(context));
  app.post("/v1/feedback", feedbackSurface(context));
  app.get("/v1/models", modelsSurface(context));
  app.get("/v1/models/*", modelSurface(context));
  app.get("/v1/decisions/:id", decisionSurface(context));
  app.delete("/v1/decisions/:id", deleteDecisionSurface(context));
  app.get("/api/status", statusSurface(context));
  app.get("/api/overview", overviewSurface(context));
  app.get("/api/curve", curveSurface(context));
  app.get("/api/models", modelsReportSurface(context));
  app.get("/api/decisions", decisionsSurface(context));
  app.get("/metrics", async (c) => {
    if (options.metrics === undefined) throw new GatewayError(404, "not-found", "metrics: this gateway keeps none");
    const { body, contentType } = await options.metrics();
    return c.body(body, 200, { "content-type": contentType });
  });
  if (options.page !== undefined) app.get("*", pageHandler(options.page));
  return {
    fetch: (request, facts) => app.fetch(request, facts),
    get openRequests() {
      return gate.open;
    },
    drain: () => gate.drain(),
  };
}

const formats: Readonly<Record<string, ServerFormat>> = {
  "/v1/chat/completions": chatCompletions,
  "/v1/completions": completions,
  "/v1/messages": messages,
  "/v1/responses": responses,
};

/** In whose form errors of a path are told. */
function formatOf(path: string): ServerFormat {
  if (path.startsWith("/v1/messages/")) return messages;
  return Object.hasOwn(formats, path) ? formats[path] : chatCompletions;
}
