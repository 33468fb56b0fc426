import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Received {
  path: string;
  model: string;
  body: Record<string, unknown>;
}

/** How one model answers one request. */
export type Script = (response: ServerResponse, body: Record<string, unknown>) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly received: Received[];
  /** Connections whose answer is not over. */
  readonly open: number;
  close(): Promise<void>;
}

/** A provider on the loopback, each of whose models answers as it is told. */
export async function startScriptedServer(scripts: Readonly<Record<string, Script>>): Promise<ScriptedServer> {
  const received: Received[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    open++;
    response.on("close", () => {
      open--;
    });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString() || "{}");
      const model = String(body["model"]);
      received.push({ path: request.url ?? "", model, body });
      const script = scripts[model];
      if (script !== undefined) script(response, body);
      else respond(response, 404, { type: "error", error: { type: "not_found_error", message: `model: ${model}` } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    get open() {
      return open;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": "req_1" });
  response.end(JSON.stringify(body));
}

export function startStream(response: ServerResponse, frames: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_1" });
  for (const frame of frames) response.write(frame);
}
