import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** OpenAI's and Anthropic's chat interfaces as far as a test needs them, with a stream that goes on when it is told to. */
export interface FakeUpstream {
  /** Where OpenAI's paths are; Anthropic's are beside it. */
  url: string;
  /** Models that answer 503. */
  broken: Set<string>;
  /** What was asked, in order. */
  asked: Array<{ path: string; model: string; key: string | undefined }>;
  /** Lets the next piece of every open stream out. */
  next(): void;
  /** Streams that were left before their end. */
  readonly left: number;
  close(): Promise<void>;
}

/** What it answers, piece by piece. */
export const pieces = ["One", " two", " three."];

export async function startFakeUpstream(): Promise<FakeUpstream> {
  const broken = new Set<string>();
  const asked: FakeUpstream["asked"] = [];
  let left = 0;
  const streams = new Set<{ response: ServerResponse; sent: number }>();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request));
    const key = request.headers.authorization ?? request.headers["x-api-key"];
    asked.push({ path: request.url ?? "", model: body.model, key: String(key) });
    if (broken.has(body.model) || broken.has("*")) {
      response.writeHead(503, { "content-type": "application/json" });
      response.end('{"error":{"message":"out of order","type":"server_error"}}');
      return;
    }
    if (request.url?.endsWith("/messages")) return answerAsAnthropic(response, body.model);
    if (request.url?.endsWith("/responses")) return answerAsResponse(response, body.model);
    if (body.stream !== true) return answerAsOpenAI(response, body.model);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const stream = { response, sent: 0 };
    streams.add(stream);
    response.on("close", () => {
      streams.delete(stream);
      if (!response.writableEnded) left++;
    });
    sendPiece(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    broken,
    asked,
    next() {
      for (const stream of streams) sendPiece(stream);
    },
    get left() {
      return left;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function sendPiece(stream: { response: ServerResponse; sent: number }): void {
  const { response } = stream;
  const send = (choice: object, rest: object = {}): void => {
    const chunk = {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [choice],
      ...rest,
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send({ index: 0, delta: { role: "assistant", content: pieces[stream.sent++] }, finish_reason: null });
  if (stream.sent < pieces.length) return;
  send({ index: 0, delta: {}, finish_reason: "stop" });
  response.write(
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage })}\n\n`,
  );
  response.end("data: [DONE]\n\n");
}

const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };

function answerAsOpenAI(response: ServerResponse, model: string): void {
  const message = { role: "assistant", content: pieces.join("") };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ id: "chatcmpl-1", object: "chat.completion", created: 1, model, choices, usage }));
}

function answerAsResponse(response: ServerResponse, model: string): void {
  const content = [{ type: "output_text", text: pieces.join(""), annotations: [] }];
  const output = [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content }];
  const counted = { input_tokens: 5, output_tokens: 3, total_tokens: 8 };
  response.writeHead(200, { "content-type": "application/json" });
  const said = { id: "resp_1", object: "response", created_at: 1, status: "completed", model, output, usage: counted };
  response.end(JSON.stringify(said));
}

function answerAsAnthropic(response: ServerResponse, model: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  const content = [{ type: "text", text: pieces.join("") }];
  const counted = { input_tokens: 5, output_tokens: 3 };
  const said = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content,
    stop_reason: "end_turn",
    usage: counted,
  };
  response.end(JSON.stringify(said));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
