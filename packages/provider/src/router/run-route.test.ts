import { describe, expect, test } from "vitest";
import { ProviderAbortedError } from "../errors/provider-errors.js";
import type { RouteDecision, RoutedCall, Router } from "./router.js";
import { runRoute } from "./run-route.js";

const decision: RouteDecision = { id: "d", model: "small", ranking: [] };
const chooser: Router = { route: () => decision };

describe("a router that only chooses", () => {
  test("has the chosen model called once", async () => {
    const calls: unknown[] = [];
    const { value, outcome } = await runRoute(chooser, decision, async (call) => {
      calls.push({ model: call.model, attempt: call.attempt, aborted: call.signal.aborted });
      return 42;
    });
    expect(calls).toEqual([{ model: "small", attempt: 1, aborted: false }]);
    expect(value).toBe(42);
    expect(outcome).toEqual({
      decision,
      model: "small",
      tries: [{ model: "small", outcome: "answered", elapsedMs: expect.any(Number), costUsd: null }],
      costUsd: null,
      unresolvedTries: 1,
    });
  });

  test("has no prices: what is settled leaves the cost unknown", async () => {
    const { outcome, settle } = await runRoute(chooser, decision, async () => "yes");
    settle({ inputTokens: 1, outputTokens: 1 });
    expect(outcome.costUsd).toBeNull();
  });

  test("hands on the error of the call as it is, and tries nothing else", async () => {
    const error = new Error("refused");
    let calls = 0;
    const attempt = async () => {
      calls++;
      throw error;
    };
    await expect(runRoute(chooser, decision, attempt)).rejects.toBe(error);
    expect(calls).toBe(1);
  });

  test("hands on the caller's signal", async () => {
    const { signal } = new AbortController();
    const { value } = await runRoute(chooser, decision, async (call) => call.signal, { signal });
    expect(value).toBe(signal);
  });

  test("calls nothing, and costs nothing, where the caller has given up before", async () => {
    let calls = 0;
    const attempt = async () => calls++;
    const error: unknown = await runRoute(chooser, decision, attempt, { signal: AbortSignal.abort() }).catch((e) => e);
    expect(ProviderAbortedError.isInstance(error) && error.billing).toBe("none");
    expect(calls).toBe(0);
  });
});

test("a router that runs is left to it, with all that it was given", async () => {
  const seen: unknown[] = [];
  const router: Router = {
    route: () => decision,
    async run<T>(...given: unknown[]): Promise<RoutedCall<T>> {
      seen.push(...given);
      return {
        value: "run" as T,
        outcome: { decision, model: "large", tries: [], costUsd: 0, unresolvedTries: 0 },
        settle: () => {},
      };
    },
  };
  const attempt = async () => "attempt";
  const options = { signal: AbortSignal.abort() };
  expect((await runRoute(router, decision, attempt, options)).value).toBe("run");
  expect(seen).toEqual([decision, attempt, options]);
});
