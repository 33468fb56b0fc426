import * as z from "zod";
import { routerOptionsSchema } from "../request/router-options.js";
import { embeddingsSchema } from "../surfaces/embeddings-surface.js";
import { feedbackSchema } from "../surfaces/feedback-surface.js";

/** `GET /openapi.json`: the paths of the gateway, and what of their bodies is its own. */
export function openApiDocument(version: string): object {
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const body = (schema: object) => ({ required: true, ...json(schema) });
  const router = { router: { $ref: "#/components/schemas/RouterOptions" } };
  const chat = (summary: string, url: string, needed: Record<string, object>) => ({
    post: {
      summary,
      externalDocs: { url },
      requestBody: body({
        type: "object",
        required: ["model", ...Object.keys(needed)],
        properties: {
          model: { type: "string", examples: ["auto"] },
          ...needed,
          stream: { type: "boolean" },
          ...router,
        },
        additionalProperties: true,
      }),
      responses: {
        200: {
          description: "The answer, in the interface's own form; a stream of server-sent events where `stream` is true",
          headers: decisionHeaders,
          content: {
            "application/json": { schema: { type: "object" } },
            "text/event-stream": { schema: { type: "string" } },
          },
        },
        default: failure,
      },
    },
  });
  const get = (summary: string, parameters: string[] = [], type = "object") => ({
    summary,
    parameters: parameters.map((name) => ({ name, in: "query", schema: { type: "string" } })),
    responses: { 200: { description: "", ...json({ type }) }, default: failure },
  });
  const list = { type: "array", items: { type: "object" } };
  return {
    openapi: "3.1.0",
    info: {
      title: "Onehead gateway",
      version,
      description: 'Each request goes to the model that is worth its money: `model: "auto"`.',
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{}, { bearer: [] }],
    paths: {
      "/v1/chat/completions": chat("Chat completions", "https://platform.openai.com/docs/api-reference/chat", {
        messages: list,
      }),
      "/v1/completions": chat(
        "Completions of one prompt",
        "https://platform.openai.com/docs/api-reference/completions",
        { prompt: {} },
      ),
      "/v1/messages": chat("Messages", "https://docs.anthropic.com/en/api/messages", {
        messages: list,
        max_tokens: { type: "integer" },
      }),
      "/v1/messages/count_tokens": {
        post: {
          summary: "About how many tokens a request has; nothing is called",
          externalDocs: { url: "https://docs.anthropic.com/en/api/messages-count-tokens" },
          requestBody: body({ type: "object", required: ["model", "messages"], additionalProperties: true }),
          responses: {
            200: {
              description: "The tokens",
              ...json({ type: "object", properties: { input_tokens: { type: "integer" } } }),
            },
            default: failure,
          },
        },
      },
      "/v1/responses": chat("Responses", "https://platform.openai.com/docs/api-reference/responses", { input: {} }),
      "/v1/embeddings": {
        post: {
          summary: "Embeddings, by a model that is named",
          requestBody: body(z.toJSONSchema(embeddingsSchema, { io: "input" })),
          responses: { 200: { description: "The vectors", ...json({ type: "object" }) }, default: failure },
        },
      },
      "/v1/models": { get: get("The models that can be asked for, and auto") },
      "/v1/models/{id}": { get: { ...get("One of them"), parameters: [pathParameter] } },
      "/v1/route": {
        post: {
          summary: "The decision for a request, of which nothing is called",
          requestBody: body({
            type: "object",
            properties: { messages: list, input: {}, ...router },
            additionalProperties: true,
          }),
          responses: {
            200: { description: "The decision with every candidate", ...json({ type: "object" }) },
            default: failure,
          },
        },
      },
      "/v1/feedback": {
        post: {
          summary: "What an answer was worth, by the id of its decision",
          requestBody: body(z.toJSONSchema(feedbackSchema, { io: "input" })),
          responses: { 200: { description: "Taken", ...json({ type: "object" }) }, default: failure },
        },
      },
      "/v1/decisions/{id}": {
        get: { ...get("Why a request went where it went, and what came of it"), parameters: [pathParameter] },
        delete: { ...get("Removes the call and all that belongs to it"), parameters: [pathParameter] },
      },
      "/api/status": { get: get("What the gateway is and what it can reach") },
      "/api/overview": { get: get("Spend, savings, quality and latency over time", ["from", "to", "bucket"]) },
      "/api/curve": { get: get("The cost-quality curve over recent prompts", ["from", "to"]) },
      "/api/models": { get: get("Models with prices, capabilities and profiles") },
      "/api/decisions": {
        get: get("Decisions, newest first", ["limit", "after", "model", "status", "surface", "scored", "from", "to"]),
      },
      "/metrics": {
        get: {
          summary: "Metrics for Prometheus",
          responses: { 200: { description: "", content: { "text/plain": { schema: { type: "string" } } } } },
        },
      },
      "/healthz": { get: { ...get("Whether it runs"), security: [] } },
      "/readyz": { get: { ...get("Whether it takes requests"), security: [] } },
    },
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { RouterOptions: z.toJSONSchema(routerOptionsSchema, { io: "input", unrepresentable: "any" }) },
    },
  };
}

const pathParameter = { name: "id", in: "path", required: true, schema: { type: "string" } };
const failure = {
  description: "An error, in the form of the interface",
  content: { "application/json": { schema: { type: "object", properties: { error: { type: "object" } } } } },
};
const decisionHeaders = Object.fromEntries(
  [
    ["x-onehead-decision-id", "For /v1/decisions/{id} and /v1/feedback"],
    ["x-onehead-model", "The model that answers"],
    ["x-onehead-provider", "Its provider"],
    ["x-onehead-predicted-quality", "0 to 1"],
    ["x-onehead-predicted-cost-usd", "Of this request"],
    ["x-onehead-cost-usd", "What it has cost, where that is known"],
    ["x-onehead-fallbacks", "Tries that failed before"],
    ["x-onehead-overhead-ms", "Until something was sent"],
  ].map(([name, description]) => [name, { description, schema: { type: "string" } }]),
);
