import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { parseArtifact, Router } from "@onehead/core";
import { createOpenAI } from "@onehead/openai";
import { PriceBook } from "@onehead/provider";
import { createRuntime } from "@onehead/runtime";
import { type Engine, type GatewayModel, Outcomes } from "../engine/engine.js";
import { createGateway } from "../gateway/create-gateway.js";
import { defaultSettings, type GatewayOptions, type GatewaySettings } from "../gateway/gateway-options.js";
import { type ListenOptions, listen } from "../node/listen.js";
import { prometheusMetrics } from "../node/metrics.js";
import { pooledFetch } from "../node/pooled-fetch.js";
import { openSqliteState } from "../state/sqlite/open-sqlite-state.js";

/** Key of the provider: it must come out nowhere. */
export const upstreamKey = "sk-upstream-0123456789abcdef0123456789";
export const gatewayKey = "gateway-key-0123456789abcdef";

const artifact = parseArtifact(
  readFileSync(new URL("../../../../apps/cli/artifacts/default.onehead", import.meta.url)),
);

interface UpstreamRequest {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type UpstreamAnswer = (response: ServerResponse, request: UpstreamRequest) => void;

export interface AttackOptions {
  settings?: Partial<GatewaySettings>;
  options?: Partial<GatewayOptions>;
  listen?: ListenOptions;
  answer?: UpstreamAnswer;
}

export interface AttackedGateway {
  url: string;
  port: number;
  /** What the provider was asked. */
  asked: UpstreamRequest[];
  /** Lines of the log. */
  lines: string[];
  close(): Promise<void>;
}

/** An answer as any provider gives it. */
export const politeAnswer: UpstreamAnswer = (response, { body }) => {
  const { model, stream } = JSON.parse(body) as { model: string; stream?: boolean };
  const common = { id: "chatcmpl-1", created: 1, model };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  if (stream !== true) {
    const choices = [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...common, object: "chat.completion", choices, usage }));
    return;
  }
  response.setHeader("content-type", "text/event-stream");
  const chunk = (delta: object, finish: string | null, more: object = {}) =>
    `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;
  response.end(`${chunk({ content: "hello" }, null)}${chunk({}, "stop", { usage })}data: [DONE]\n\n`);
};

/** A gateway on a socket, before a provider that does what it is told to. */
export async function attackedGateway(attack: AttackOptions = {}): Promise<AttackedGateway> {
  const { answer = politeAnswer } = attack;
  const asked: UpstreamRequest[] = [];
  const upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url = "", headers } = request;
      const seen = { url, headers, body: Buffer.concat(chunks).toString("utf8") };
      asked.push(seen);
      answer(response, seen);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;

  const outcomes = new Outcomes();
  const engine = engineAt(baseUrl, outcomes);
  const settings: GatewaySettings = { ...defaultSettings, bodyTimeoutMs: 2_000, ...attack.settings };
  const lines: string[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    lines.push(JSON.stringify({ level, ...fields, message }));
  };
  const metrics = prometheusMetrics(
    () => gateway.openRequests,
    (model) => engine.models.has(model),
  );
  const state = await openSqliteState({ path: ":memory:" });
  const gateway = createGateway({
    engine: () => engine,
    settings: () => settings,
    state,
    outcomes,
    version: "0.0.0",
    logger: { info: log("info"), warn: log("warn"), error: log("error") },
    observers: [metrics.observer],
    metrics: metrics.expose,
    page: async (path) =>
      path === "index.html"
        ? { body: Buffer.from("<!doctype html>"), contentType: "text/html", immutable: false }
        : null,
    ...attack.options,
  });
  const listening = await listen(gateway, { port: 0, ...attack.listen });
  return {
    url: listening.url,
    port: listening.port,
    asked,
    lines,
    async close() {
      await listening.close(0);
      await state.close();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    },
  };
}

function engineAt(baseUrl: string, outcomes: Outcomes): Engine {
  const capabilities = { contextTokens: 10_000_000, maxOutputTokens: 1_000, tools: true, jsonMode: true, vision: true };
  const { manifest, ...parsed } = artifact;
  const candidates = manifest.candidates.map((candidate) => ({ ...candidate, capabilities }));
  const ids = candidates
    .filter(({ profile, costKind }) => profile.kind === "measured" && costKind === "tokens")
    .slice(0, 3)
    .map(({ id }) => id);
  const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
  const router = new Router(
    { ...parsed, manifest: { ...manifest, candidates } },
    { models: ids, prices: Object.fromEntries(ids.map((id) => [id, prices])) },
  );
  const openai = createOpenAI({ baseUrl, apiKey: upstreamKey, fetch: pooledFetch(), dialect: "compatible" });
  const modelOf = (id: string, listed: boolean): GatewayModel => ({
    id,
    provider: "openai",
    providerModel: id.replace(/^openai\//, ""),
    chat: [openai.chatModel(id.replace(/^openai\//, ""))],
    prices: { ...prices, source: "a test", asOf: "2026-01-01" },
    capabilities,
    profile: { kind: "measured", detail: "" },
    reason: listed ? null : "not a candidate",
  });
  const models = new Map(ids.map((id) => [id, modelOf(id, true)]));
  const runtime = createRuntime({
    router,
    embedder: {
      id: router.embedderId,
      dimensions: router.dimensions,
      embed: async () => new Float32Array(router.dimensions).fill(0.05),
    },
    prices: new PriceBook([]),
    retry: { retries: 0 },
    // each attack is tried, however many have failed before
    breaker: { failures: Number.POSITIVE_INFINITY },
    onOutcome: outcomes.report,
  });
  return {
    runtime,
    models,
    findModel: (name) => models.get(name) ?? (name.startsWith("openai/") ? modelOf(name, false) : undefined),
    embeddings: new Map(),
    findEmbedding: () => undefined,
    candidates: ids,
    about: {
      artifact: { name: "test", candidates: ids.length, embedder: router.embedderId },
      providers: [{ id: "openai", host: "api.example.com" }],
      preference: { willingnessToPayUsd: null, costQuality: 5 },
      dial: { lowUsd: 0.001, highUsd: 1 },
      notices: [],
    },
  };
}

/** Sends bytes as they are. @returns what comes back until the other side closes, or the time is over */
export function sendRaw(port: number, bytes: string | Uint8Array, waitMs = 1_500): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      received += text;
    });
    // a reset is an answer too
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(received);
    });
    socket.write(bytes);
  });
}

/** A whole request, whose answer ends the connection. */
export function rawRequest(line: string, headers: readonly string[], body = ""): string {
  return [line, ...headers, "Connection: close", "", body].join("\r\n");
}

/** Posts JSON as a well-behaved client does. */
export function post(
  { url }: Pick<AttackedGateway, "url">,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    redirect: "manual",
  });
}

export const hello = { model: "auto", messages: [{ role: "user", content: "hello" }] };
