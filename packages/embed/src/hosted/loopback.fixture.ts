import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server was asked. */
interface SeenRequest {
  path: string;
  headers: IncomingMessage["headers"];
  // tests read bodies of five providers
  body: Record<string, unknown>;
}

/** Answers the n-th request, counted from 0; may leave it without an answer. */
export type Answer = (request: SeenRequest, n: number, response: ServerResponse) => void;

export interface Loopback {
  url: string;
  /** In the order of their arrival. */
  requests: SeenRequest[];
  /** Connections that the client broke off before it had its answer. */
  broken: () => number;
  close(): Promise<void>;
}

/** An HTTP server on this machine that answers as a test tells it to. */
export async function startLoopback(answer: Answer): Promise<Loopback> {
  const requests: SeenRequest[] = [];
  let broken = 0;
  const server = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableEnded) broken++;
    });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const seen: SeenRequest = {
        path: request.url ?? "",
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      };
      requests.push(seen);
      answer(seen, requests.length - 1, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    broken: () => broken,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Sends JSON. */
export function reply(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** Three numbers that tell texts apart. */
export function vectorOf(text: string): number[] {
  return [text.length, text.charCodeAt(0) / 128, -0.5];
}

/** As OpenAI answers, by index. */
export function openAiAnswer(
  texts: readonly string[],
  form: "float" | "base64" = "float",
): { data: Array<{ index: number; embedding: unknown }> } {
  return {
    data: texts.map((text, index) => {
      const vector = vectorOf(text);
      const bytes = Buffer.from(Float32Array.from(vector).buffer);
      return { index, embedding: form === "float" ? vector : bytes.toString("base64") };
    }),
  };
}
