import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type HttpBindings, serve } from "@hono/node-server";
import { OneheadError } from "@onehead/core";
import { Stop } from "@onehead/runtime";
import type { Gateway } from "../gateway/create-gateway.js";
import type { RequestFacts } from "../gateway/gateway-env.js";

export interface ListenOptions {
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** Default 8787; 0 for any that is free. */
  port?: number | undefined;
  /** Until the head and the body of a request are there. Default 60,000. */
  requestTimeoutMs?: number | undefined;
  /** Bytes of a request's headers. Default 16,384. */
  headerBytes?: number | undefined;
  /** Connections at once; more are closed. Default 10,000. */
  connections?: number | undefined;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Takes no more connections, waits for the requests that are under way, and closes them when the time is over. */
  close(drainMs?: number): Promise<void>;
}

/** Listens for requests of a gateway. @throws OneheadError "io" where it cannot */
export function listen(gateway: Gateway, options: ListenOptions = {}): Promise<Listening> {
  const { host = "127.0.0.1", port = 8787, requestTimeoutMs = 60_000, headerBytes = 16_384 } = options;
  const { connections = 10_000 } = options;
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: (request, env) => gateway.fetch(request, factsOf(env as HttpBindings)),
        hostname: host,
        port,
        serverOptions: {
          maxHeaderSize: headerBytes,
          requestTimeout: requestTimeoutMs,
          headersTimeout: Math.min(requestTimeoutMs, 30_000),
          keepAliveTimeout: 30_000,
          // how late a connection may be found to be over its time
          connectionsCheckingInterval: Math.min(requestTimeoutMs, 5_000),
        },
      },
      (address: AddressInfo) => {
        server.off("error", failed);
        resolve(listening(server as Server, gateway, host, address.port));
      },
    );
    (server as Server).maxConnections = connections;
    const failed = (error: NodeJS.ErrnoException): void => {
      const why = error.code === "EADDRINUSE" ? "another program listens there" : (error.code ?? error.message);
      reject(new OneheadError("io", `serve: ${host}:${port}: ${why}`, { cause: error }));
    };
    server.on("error", failed);
  });
}

function factsOf({ incoming, outgoing }: HttpBindings): RequestFacts {
  const client = new Stop();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) client.abort();
  });
  let ownHeaders = false;
  for (const name in incoming.headers) if (name.startsWith("x-onehead-")) ownHeaders = true;
  return { client, ownHeaders };
}

function listening(server: Server, gateway: Gateway, host: string, port: number): Listening {
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${port}`,
    port,
    async close(drainMs = 30_000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainMs);
      });
      await Promise.race([gateway.drain(), late]);
      clearTimeout(timer);
      server.closeIdleConnections();
      // what is written is sent before connections are closed
      await new Promise((resolve) => setImmediate(resolve));
      setTimeout(() => server.closeAllConnections(), 250).unref();
      await closed;
    },
  };
}
