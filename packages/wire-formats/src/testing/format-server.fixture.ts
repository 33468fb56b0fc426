import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChatResult, ProviderError, type StreamPart } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import type { AnswerInfo, ErrorInfo, ServerEvent, ServerFormat } from "../server-format.js";

/** What the server says to whatever it is asked. */
interface Script {
  result?: ChatResult;
  parts?: readonly StreamPart[] | undefined;
  /** Instead of an answer, or after the parts of a stream. */
  error?: ErrorInfo | undefined;
}

export interface FormatServer {
  readonly url: string;
  script: Script;
  /** Of the last request. */
  body: Wire;
  close(): Promise<void>;
}

export function aboutOf(body: Wire): AnswerInfo {
  return { id: "a1", model: "claude-x", createdMs: 1_700_000_000_400, body };
}

export function errorOf(status: number, message = "Too much.", code = "some-code"): ErrorInfo {
  return { status, message, code, param: "messages", requestId: "req_1" };
}

/** A server that speaks the format over a socket, as the gateway does. */
export async function startFormatServer(format: ServerFormat): Promise<FormatServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      self.body = JSON.parse(Buffer.concat(chunks).toString());
      answer(format, self.script, self.body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const self: FormatServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: {},
    body: {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

function answer(format: ServerFormat, { result, parts, error }: Script, body: Wire, response: ServerResponse): void {
  const refusal = refusalOf(format, body);
  if (refusal !== undefined) respond(response, 400, format.errorBody(refusal));
  else if (error !== undefined && parts === undefined) respond(response, error.status, format.errorBody(error));
  else if (body["stream"] === true) stream(format, { parts, error }, body, response);
  else respond(response, 200, format.answer(result as ChatResult, aboutOf(body)));
}

function stream(format: ServerFormat, { parts = [], error }: Script, body: Wire, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_1", "request-id": "req_1" });
  const writer = format.eventWriter(aboutOf(body));
  const events = parts.flatMap((part) => writer.write(part));
  events.push(...(error === undefined ? writer.end() : writer.fail(error)));
  response.end(events.map(frameOf).join(""));
}

function refusalOf(format: ServerFormat, body: Wire): ErrorInfo | undefined {
  try {
    format.parse(body);
    return undefined;
  } catch (error) {
    if (!ProviderError.isInstance(error)) throw error;
    const { message, code } = error;
    return { status: 400, message, code, param: message.split(":")[0], requestId: "req_1" };
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_1", "request-id": "req_1" });
  response.end(JSON.stringify(body));
}

function frameOf({ event, data }: ServerEvent): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  return `${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
