import { costOfCall, type EmbeddingResult } from "@onehead/provider";
import { toBase64, type Wire } from "@onehead/provider-http";
import type { Context } from "hono";
import * as z from "zod";
import { CallLog } from "../calls/call-log.js";
import { namedDecision } from "../calls/named-decision.js";
import { openedCall } from "../calls/opened-call.js";
import { errorCodeOf } from "../calls/settlement.js";
import type { Engine, GatewayEmbedding } from "../engine/engine.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { errorInfo } from "../http/error-info.js";
import { GatewayError } from "../http/gateway-error.js";
import { readJsonBody } from "../http/read-json-body.js";
import { mostNameLength } from "../request/requested-model.js";

/** What is read of a body; other fields are for other servers. */
export const embeddingsSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
  encoding_format: z.enum(["float", "base64"]).optional(),
  dimensions: z.number().int().positive().optional(),
});

/**
 * `POST /v1/embeddings`. There is no "auto": vectors of different models cannot be compared, so that changing the model from one text to
 * the next would make all of them useless.
 */
export function embeddingsSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const startedMs = performance.now();
    const { json, bytes } = await readJsonBody(c.req.raw, context.settings(), c.get("hold"));
    const parsed = embeddingsSchema.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const param = issue.path.join(".") || "body";
      throw new GatewayError(400, "invalid-argument", `${param}: ${issue.message}`, { param });
    }
    const { model, input, encoding_format: encoding = "float", dimensions } = parsed.data;
    const engine = context.engine();
    const found = embeddingOf(engine, model);
    const texts = typeof input === "string" ? [input] : input;
    const call = new EmbeddingCall(context, engine, found, { requestId: c.get("requestId"), startedMs, bytes });
    const { result, headers } = await call.answer(texts, dimensions, c.req.raw.signal);
    const data = result.embeddings.map((vector, index) => ({
      object: "embedding",
      index,
      embedding:
        encoding === "base64"
          ? toBase64(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
          : [...vector],
    }));
    const tokens = result.inputTokens ?? 0;
    return c.json(
      {
        object: "list",
        data,
        model: found.providerModel,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      } satisfies Wire,
      200,
      headers,
    );
  };
}

function embeddingOf(engine: Engine, name: string): GatewayEmbedding {
  const found = name.length > mostNameLength ? undefined : (engine.embeddings.get(name) ?? engine.findEmbedding(name));
  if (found !== undefined) return found;
  const known = [...engine.embeddings.keys()].slice(0, 5).join(", ");
  const message = `model: no model of embeddings of this name here${known === "" ? "" : `, expected one such as ${known}`}`;
  throw new GatewayError(404, "model_not_found", message, { param: "model" });
}

/** One call for embeddings: on record like any other, tried once. */
class EmbeddingCall {
  readonly #context: GatewayContext;
  readonly #engine: Engine;
  readonly #embedding: GatewayEmbedding;
  readonly #facts: { requestId: string; startedMs: number; bytes: number };

  constructor(
    context: GatewayContext,
    engine: Engine,
    embedding: GatewayEmbedding,
    facts: { requestId: string; startedMs: number; bytes: number },
  ) {
    this.#context = context;
    this.#engine = engine;
    this.#embedding = embedding;
    this.#facts = facts;
  }

  async answer(
    texts: readonly string[],
    dimensions: number | undefined,
    signal: AbortSignal,
  ): Promise<{ result: EmbeddingResult; headers: Record<string, string> }> {
    const { id, provider, model, prices } = this.#embedding;
    const { startedMs, bytes, requestId } = this.#facts;
    const { state, logger, observers } = this.#context;
    const decision = namedDecision([id]);
    const overheadMs = performance.now() - startedMs;
    const most = costOfCall({ inputTokens: bytes, outputTokens: 0 }, prices).usd ?? null;
    const opened = openedCall({
      engine: this.#engine,
      decision,
      surface: "embeddings",
      streamed: false,
      requestId,
      requestedModel: id,
      options: {},
      timeMs: this.#context.now(),
      atMostUsd: most,
      overheadMs,
    });
    const log = new CallLog({ ...opened, provider }, { state, logger, observers });
    await log.open();
    try {
      const result = await inBatches(model, texts, dimensions, signal);
      const costUsd = costOfCall({ inputTokens: result.inputTokens, outputTokens: 0 }, prices).usd ?? null;
      await log.settle(this.#settled("answered", costUsd, result.inputTokens ?? null, undefined));
      return { result, headers: this.#context.decisionHeaders(this.#engine, decision, null, overheadMs) };
    } catch (error) {
      await log.settle(this.#settled("failed", null, null, error));
      throw error;
    }
  }

  #settled(status: "answered" | "failed", costUsd: number | null, inputTokens: number | null, error: unknown) {
    const { id, provider } = this.#embedding;
    const latencyMs = Math.round(performance.now() - this.#facts.startedMs);
    return {
      status,
      model: id,
      provider,
      tries: [{ model: id, outcome: status, elapsedMs: latencyMs, costUsd }],
      costUsd,
      unresolvedTries: costUsd === null ? 1 : 0,
      usage: { inputTokens, cachedInputTokens: null, outputTokens: null, reasoningTokens: null },
      estimated: false,
      cached: false,
      firstContentMs: status === "answered" ? latencyMs : null,
      latencyMs,
      errorCode: error === undefined ? null : errorCodeOf(error),
      httpStatus: error === undefined ? 200 : errorInfo(error, this.#facts.requestId).status,
      responseId: null,
    };
  }
}

async function inBatches(
  model: GatewayEmbedding["model"],
  texts: readonly string[],
  dimensions: number | undefined,
  signal: AbortSignal,
): Promise<EmbeddingResult> {
  const embeddings: Float32Array[] = [];
  let tokens: number | undefined = 0;
  for (let i = 0; i < texts.length; i += model.maxTexts) {
    const part = await model.embed({ texts: texts.slice(i, i + model.maxTexts), dimensions, signal });
    embeddings.push(...part.embeddings);
    tokens = tokens === undefined || part.inputTokens === undefined ? undefined : tokens + part.inputTokens;
  }
  return { embeddings, inputTokens: tokens };
}
