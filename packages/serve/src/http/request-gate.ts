import type { MiddlewareHandler } from "hono";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "./gateway-error.js";

/** A request holds several times the bytes of its body, for as long as its answer takes. */
const usualBytesAtOnce = 512 * 1024 * 1024;

/** How many requests are under way, their streams included, what they hold, and whether more are taken. */
export class RequestGate {
  #open = 0;
  #bytes = 0;
  #closing = false;
  #idle: (() => void) | undefined;

  get open(): number {
    return this.#open;
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** No more are taken from now on; settles when those that are under way have ended. */
  drain(): Promise<void> {
    this.#closing = true;
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  /** @throws GatewayError 503 */
  handler(context: GatewayContext): MiddlewareHandler<GatewayEnv> {
    return async (c, next) => {
      const { maxConcurrentRequests, bodyBytesAtOnce = usualBytesAtOnce } = context.settings();
      if (this.#closing) throw later("closing", "this gateway is closing");
      if (this.#open >= maxConcurrentRequests) throw later("busy", "too many requests at once");
      this.#open++;
      let held = 0;
      c.set("hold", (bytes) => {
        if (this.#bytes + bytes > bodyBytesAtOnce) throw later("busy", "too many bytes at once");
        this.#bytes += bytes;
        held += bytes;
      });
      const leave = (): void => this.#leave(held);
      let streams = false;
      try {
        await next();
        const { body, headers } = c.res;
        if (body !== null && headers.get("content-type")?.startsWith("text/event-stream")) {
          streams = true;
          c.res = new Response(withEnd(body, leave), { status: c.res.status, headers });
        }
      } finally {
        if (!streams) leave();
      }
    };
  }

  #leave(held: number): void {
    this.#bytes -= held;
    this.#open--;
    if (this.#open === 0) this.#idle?.();
  }
}

function later(code: string, message: string): GatewayError {
  return new GatewayError(503, code, message, { headers: { "retry-after": "1" } });
}

/** The same body; `ended` is called once when it is over, however it ends. */
function withEnd(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    ended();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (error) {
          end();
          throw error;
        }
      },
      async cancel(reason) {
        end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
