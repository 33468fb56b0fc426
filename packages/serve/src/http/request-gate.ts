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
      let held = false;
      let over = false;
      const leave = (): void => {
        if (over) return;
        over = true;
        this.#leave();
      };
      c.set("holdOpen", () => {
        held = true;
        return leave;
      });
      try {
        await next();
      } finally {
        if (!held) leave();
      }
    };
  }

  #leave(): void {
    this.#open--;
    if (this.#open === 0) this.#idle?.();
  }
}
