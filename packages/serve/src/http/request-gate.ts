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
      let bytesHeld = 0;
      c.set("hold", (bytes) => {
        if (this.#bytes + bytes > bodyBytesAtOnce) throw later("busy", "too many bytes at once");
        this.#bytes += bytes;
        bytesHeld += bytes;
      });
      let goesOn = false;
      let over = false;
      const leave = (): void => {
        if (over) return;
        over = true;
        this.#leave(bytesHeld);
      };
      c.set("holdOpen", () => {
        goesOn = true;
        return leave;
      });
      try {
        await next();
      } finally {
        if (!goesOn) leave();
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
