import type { MiddlewareHandler } from "hono";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "./gateway-error.js";

/** How many requests are under way, their streams included, and whether more are taken. */
export class RequestGate {
  #open = 0;
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
      const { maxConcurrentRequests } = context.settings();
      if (this.#closing || this.#open >= maxConcurrentRequests) {
        const [code, message] = this.#closing
          ? ["closing", "this gateway is closing"]
          : ["busy", "too many requests at once"];
        throw new GatewayError(503, code, message, { headers: { "retry-after": "1" } });
      }
      this.#open++;
      let streams = false;
      try {
        await next();
        const { body, headers } = c.res;
        if (body !== null && headers.get("content-type")?.startsWith("text/event-stream")) {
          streams = true;
          c.res = new Response(
            withEnd(body, () => this.#leave()),
            { status: c.res.status, headers },
          );
        }
      } finally {
        if (!streams) this.#leave();
      }
    };
  }

  #leave(): void {
    this.#open--;
    if (this.#open === 0) this.#idle?.();
  }
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
