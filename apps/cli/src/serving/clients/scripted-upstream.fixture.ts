import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came upstream. */
export interface UpstreamRequest {
  path: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

/** What is answered: JSON, or events of a stream. */
export type UpstreamAnswer =
  | { status?: number; json: unknown }
  | { events: ReadonlyArray<{ event?: string; data: unknown }> };

/** A provider that answers as a test says, for what the mock cannot say; it keeps every request. */
export interface ScriptedUpstream {
  readonly url: string;
  readonly requests: UpstreamRequest[];
  /** Answers from now on. */
  answer(how: (request: UpstreamRequest) => UpstreamAnswer): void;
  close(): Promise<void>;
}

export async function startScriptedUpstream(
  how: (request: UpstreamRequest) => UpstreamAnswer,
): Promise<ScriptedUpstream> {
  let answering = how;
  const requests: UpstreamRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const seen = { path: request.url ?? "", headers: request.headers, body };
    requests.push(seen);
    const answer = answering(seen);
    if ("json" in answer) {
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.json));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const { event, data } of answer.events) {
      if (event !== undefined) response.write(`event: ${event}\n`);
      response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(next) {
      answering = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
