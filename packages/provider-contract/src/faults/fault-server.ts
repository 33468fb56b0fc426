import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Frame, WireFormat } from "../wire-format.js";

/** What goes wrong; the outcome that each has stands in `docs/design/provider-faults.md`. */
export const faults = [
  "ok",
  "parallel-tools",
  "error-event",
  "late-error-event",
  "cut",
  "clean-cut",
  "stall",
  "slow-headers",
  "429",
  "429-seconds",
  "429-date",
  "500",
  "invalid-json",
  "half-character",
  "big-line",
  "open-tool-call",
  "wrong-content-type",
  "reset",
] as const;

export type Fault = (typeof faults)[number];

/** A provider on the loopback that fails as it is told. */
export interface FaultServer {
  /** Base address under which every call meets this fault. */
  urlOf(fault: Fault): string;
  /** Requests so far, the latest last. */
  readonly requests: ReceivedRequest[];
  /** Faults of the calls whose connection is held now: neither answered whole nor given up. Idle connections are nobody's. */
  openCalls(): string[];
  close(): Promise<void>;
}

export interface ReceivedRequest {
  fault: Fault;
  /** Below the base address. */
  path: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

/** Characters of the text of a "big-line" answer: 5 MB. */
export const bigTextLength = 5 * 1024 * 1024;

/** Starts a server that speaks one provider's wire format. @param options.remembers whether `requests` is kept */
export async function startFaultServer(wire: WireFormat, { remembers = true } = {}): Promise<FaultServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const busy = new Map<ServerResponse, string>();
  const timers = new Set<NodeJS.Timeout>();
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const [, fault, ...path] = (request.url ?? "").split("/");
      busy.set(response, fault);
      response.on("close", () => busy.delete(response));
      if (remembers)
        requests.push({ fault: fault as Fault, path: `/${path.join("/")}`, headers: request.headers, body });
      const streams = body["stream"] === true || /stream/i.test(path.join("/").replace(/^[^/]*invoke/, ""));
      answer(fault as Fault, wire, streams, response, (work, ms) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          work();
        }, ms);
        timers.add(timer);
      });
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  // never closes an idle connection: one that the client is about to use again would fail in ways that nobody asked for
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (fault) => `http://127.0.0.1:${port}/${fault}`,
    requests,
    openCalls: () => [...busy.values()],
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Later = (work: () => void, ms: number) => void;

function answer(fault: Fault, wire: WireFormat, streams: boolean, response: ServerResponse, later: Later): void {
  const { socket } = response;
  const send = (body: unknown, status = 200, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...wire.headers?.(status), ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  switch (fault) {
    case "429":
      send(wire.errorBody, 429);
      return;
    case "429-seconds":
      send(wire.errorBody, 429, { "retry-after": "7" });
      return;
    case "429-date":
      send(wire.errorBody, 429, { "retry-after": new Date(Date.now() + 30_000).toUTCString() });
      return;
    case "500":
      send(wire.errorBody, 500);
      return;
    case "wrong-content-type":
      send("<html><body>Sign in to the network</body></html>", 200, { "content-type": "text/html" });
      return;
    case "slow-headers":
      later(() => (streams ? sendFrames(wire, wire.events, response) : send(wire.answer)), 30_000);
      return;
    case "reset":
      socket?.resetAndDestroy();
      return;
    case "invalid-json":
      if (!streams) {
        send('{"id": "broken", "choices": [');
        return;
      }
      sendFrames(wire, [...wire.events.slice(0, wire.contentAt), wire.brokenFrame], response);
      return;
    case "stall":
      if (!streams) {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write('{"id":');
        return;
      }
      startFrames(wire, wire.events.slice(0, wire.textAt + 1), response);
      return;
    case "cut": {
      if (!streams) {
        const whole = JSON.stringify(wire.answer);
        response.writeHead(200, { "content-type": "application/json", "content-length": String(whole.length) });
        response.write(whole.slice(0, whole.length / 2));
      } else startFrames(wire, wire.events.slice(0, wire.textAt + 1), response);
      later(() => socket?.destroy(), 20);
      return;
    }
    case "clean-cut":
      if (!streams) {
        send("");
        return;
      }
      sendFrames(wire, wire.events.slice(0, wire.textAt + 1), response);
      return;
    case "error-event":
      if (!streams) {
        send(wire.errorBody, 500);
        return;
      }
      sendFrames(wire, [...wire.events.slice(0, wire.contentAt), wire.errorFrame], response);
      return;
    case "late-error-event":
      if (!streams) {
        send(wire.errorBody, 500);
        return;
      }
      sendFrames(wire, [...wire.events.slice(0, wire.textAt + 1), wire.errorFrame], response);
      return;
    case "half-character":
      if (!streams) {
        sendInPieces(Buffer.from(JSON.stringify(wire.answer)), "application/json", response, later);
        return;
      }
      sendInPieces(Buffer.concat(wire.events.map(bytesOf)), wire.contentType, response, later);
      return;
    case "big-line": {
      if (!streams) {
        send(wire.answerWithText("x".repeat(bigTextLength)));
        return;
      }
      const big = wire.textFrame("x".repeat(bigTextLength));
      const events = [...wire.events.slice(0, wire.textAt), big, ...wire.events.slice(wire.textAt + 1)];
      sendFrames(wire, events, response);
      return;
    }
    case "open-tool-call":
      if (streams) sendFrames(wire, wire.openToolCall.events, response);
      else send(wire.openToolCall.answer);
      return;
    case "parallel-tools":
      if (streams) sendFrames(wire, wire.parallelTools.events, response);
      else send(wire.parallelTools.answer);
      return;
    case "ok":
      if (streams) sendFrames(wire, wire.events, response);
      else send(wire.answer);
      return;
    default:
      send({ error: { message: `no such fault: ${String(fault).slice(0, 20)}` } }, 404);
      return;
  }
}

function startFrames(wire: WireFormat, frames: readonly Frame[], response: ServerResponse): void {
  response.writeHead(200, { "content-type": wire.contentType, "cache-control": "no-cache", ...wire.headers?.(200) });
  for (const frame of frames) response.write(bytesOf(frame));
}

function sendFrames(wire: WireFormat, frames: readonly Frame[], response: ServerResponse): void {
  startFrames(wire, frames, response);
  response.end();
}

/** Sends bytes one by one wherever a character has several, so that no chunk ends where a character does. */
function sendInPieces(bytes: Buffer, contentType: string, response: ServerResponse, later: Later): void {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let i = 1; i < bytes.length; i++) {
    const inside = (bytes[i] & 0xc0) === 0x80;
    if (inside || i - start >= 64) {
      pieces.push(bytes.subarray(start, i));
      start = i;
    }
  }
  pieces.push(bytes.subarray(start));
  response.writeHead(200, { "content-type": contentType });
  const next = (i: number): void => {
    if (response.destroyed) return;
    if (i === pieces.length) {
      response.end();
      return;
    }
    response.write(pieces[i]);
    // a turn of the loop between them, so that they travel alone
    later(() => next(i + 1), i % 8 === 0 ? 1 : 0);
  };
  response.socket?.setNoDelay(true);
  next(0);
}

export function bytesOf(frame: Frame): Uint8Array {
  return typeof frame === "string" ? new TextEncoder().encode(frame) : frame;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    // left early, or no JSON: the fault is answered all the same
    return {};
  }
}
