// A gateway for tests and pictures of the page: serves the built files under the strictest policy, and made-up data.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DecisionReport } from "@onehead/serve";
import { rankCandidates } from "./decision/rank-candidates.js";
import * as data from "./mock-data.fixture.js";

const strictPolicy =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface MockGateway {
  /** With a slash at its end. */
  url: string;
  close: () => Promise<void>;
  /** What has been asked, oldest first. */
  requests: Array<{ method: string; path: string; body: unknown; aborted: boolean }>;
  /** Beginnings of paths that are answered with 500. */
  failing: Set<string>;
}

export interface MockOptions {
  /** Folder of the built page. */
  dist?: string;
  /** Nothing has been called yet. */
  empty?: boolean;
  /** Bearer key that is asked for. */
  key?: string;
  /** Whether names carry markup. */
  hostile?: boolean;
  /** Between the pieces of a stream. */
  wordMs?: number;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export async function startMockGateway(options: MockOptions = {}): Promise<MockGateway> {
  const dist = options.dist ?? fileURLToPath(new URL("../dist", import.meta.url));
  const requests: MockGateway["requests"] = [];
  const failing = new Set<string>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://mock");
    const { pathname } = url;
    if (!/^\/(api|v1)\//.test(pathname)) return serveFile(dist, pathname, response);

    const body = request.method === "POST" ? JSON.parse(await textOf(request)) : null;
    const seen = { method: request.method ?? "", path: pathname + url.search, body, aborted: false };
    requests.push(seen);
    response.on("close", () => {
      seen.aborted = !response.writableFinished;
    });
    if ([...failing].some((prefix) => pathname.startsWith(prefix)))
      return fail(response, 500, "The state cannot be read.");
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) {
      return fail(response, 401, "Incorrect API key provided.");
    }
    if (pathname === "/v1/chat/completions") return stream(body, response, options.wordMs ?? 10);
    const result = reply(pathname, url.searchParams, body, options);
    if (result === null) return fail(response, 404, "There is no such decision.");
    json(response, 200, result);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) fail(response, 500, String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    failing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Body of everything that is plain JSON; null for what is not there. */
function reply(path: string, query: URLSearchParams, body: unknown, options: MockOptions): unknown {
  const nowMs = Math.floor(Date.now() / 60_000) * 60_000;
  const empty = options.empty ?? false;
  const hostile = options.hostile ?? false;
  switch (path) {
    case "/api/status":
      return data.status({ empty, protected: options.key !== undefined, nowMs });
    case "/api/overview":
      return data.overview(
        query.get("from") ?? "",
        query.get("to") ?? "",
        query.get("bucket") === "day" ? "day" : "hour",
        empty,
      );
    case "/api/curve":
      return data.curve(empty);
    case "/api/models":
      return { models: data.models(hostile) };
    case "/api/decisions":
      return decisions(query, nowMs, empty, hostile);
    case "/v1/route":
      return { object: "onehead.route", decision: routed(promptOf(body), nowMs) };
    case "/v1/feedback":
      return { object: "onehead.feedback", ok: true };
  }
  const index = Array.from({ length: data.decisionCount }, (_, i) => i).find(
    (i) => path === `/v1/decisions/${data.decisionId(i)}`,
  );
  return index === undefined ? null : data.decision(index, nowMs, hostile);
}

function decisions(query: URLSearchParams, nowMs: number, empty: boolean, hostile: boolean): unknown {
  const scored = query.get("scored");
  const fitting = Array.from({ length: empty ? 0 : data.decisionCount }, (_, i) => data.decision(i, nowMs, hostile))
    .map(data.summaryOf)
    .filter(
      (each) =>
        (!query.has("model") || each.model === query.get("model")) &&
        (!query.has("status") || each.status === query.get("status")) &&
        (!query.has("surface") || each.surface === query.get("surface")) &&
        (scored === null || (each.feedback !== null) === (scored === "true")),
    );
  const start = fitting.findIndex(({ id }) => id === query.get("after")) + 1;
  const page = fitting.slice(start, start + Number(query.get("limit") ?? 50));
  return { decisions: page, next: start + page.length < fitting.length ? page.at(-1)!.id : null };
}

function routed(prompt: string, nowMs: number): DecisionReport {
  const ranking = rankCandidates(
    data.candidatesFor(prompt),
    { willingnessToPayUsd: 0.01 },
    { lowUsd: 2e-5, highUsd: 0.5 },
  );
  return {
    ...data.decision(0, nowMs, false),
    status: "open",
    ranking,
    model: ranking[0].model,
    excluded: [
      { model: "cohere/command-b", reason: "unreachable", detail: "COHERE_API_KEY is not set" },
      { model: "meta/llama-5-70b", reason: "context-length", detail: "needs about 9200 tokens, its context is 8192" },
    ],
    inputTokens: Math.max(1, Math.round(prompt.length / 4)),
  };
}

function promptOf(body: unknown): string {
  const { messages } = body as { messages: Array<{ content: string }> };
  return messages.at(-1)!.content;
}

/** Streams a fixed answer; a prompt with "break" in it breaks after a few words, one with "long" goes on for long. */
async function stream(body: unknown, response: ServerResponse, wordMs: number): Promise<void> {
  const prompt = promptOf(body);
  const { router } = body as { router?: { willingnessToPayUsd?: number; costQuality?: number } };
  const dial = { lowUsd: 2e-5, highUsd: 0.5 };
  const preference =
    router?.costQuality === undefined
      ? { willingnessToPayUsd: router?.willingnessToPayUsd ?? 0.01 }
      : { costQuality: router.costQuality };
  const [best] = rankCandidates(data.candidatesFor(prompt), preference, dial);
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "x-onehead-model": best.model,
    "x-onehead-decision-id": data.decisionId(1),
    "x-onehead-predicted-cost-usd": String(best.predictedCostUsd),
  });
  const sentence =
    "Canberra is the capital of Australia. It was chosen in 1908 as a compromise between Sydney and Melbourne. ";
  const words = sentence.repeat(prompt.includes("long") ? 40 : 2).split(/(?<= )/);
  const send = (chunk: unknown): boolean => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  for (const [index, content] of words.entries()) {
    if (response.destroyed) return;
    if (prompt.includes("break") && index === 5) {
      send({ error: { message: "The provider broke the stream.", type: "server_error", code: "stream-broken" } });
      response.end();
      return;
    }
    send({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] });
    await pause(wordMs);
  }
  send({ object: "chat.completion.chunk", choices: [], usage: { prompt_tokens: 9, completion_tokens: words.length } });
  response.end("data: [DONE]\n\n");
}

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<void> {
  const name = path === "/" ? "index.html" : normalize(path).replace(/^[/\\.]+/, "");
  try {
    const content = await readFile(join(dist, name));
    response.writeHead(200, {
      "content-type": types[extname(name)] ?? "application/octet-stream",
      "content-security-policy": strictPolicy,
      "x-content-type-options": "nosniff",
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_mock" });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, message: string): void {
  json(response, status, { error: { message, type: "server_error", param: null, code: null } });
}
