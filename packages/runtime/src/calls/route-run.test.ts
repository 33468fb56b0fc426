import {
  ProviderAbortedError,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
  type RouteAttempt,
  type RouteDecision,
  type RouteOutcome,
  type RunOptions,
} from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import { CircuitBreakers } from "./circuit-breakers.js";
import { ProviderLimits } from "./provider-limits.js";
import { retryPolicy } from "./retry-policy.js";
import { RouteRun, type RunContext } from "./route-run.js";
import { runContext } from "./run-context.fixture.js";

const candidates = ["best", "second", "third"];
const decision: RouteDecision = {
  id: "decision",
  model: "best",
  ranking: candidates.map((model, i) => ({
    model,
    predictedQuality: 0.9 - i / 10,
    predictedCostUsd: 0.01,
    reward: -i,
  })),
};

const http = (status: number, more: object = {}) => new ProviderHttpError("http", { status, ...more });
const busy = http(503);

interface Setting extends Partial<RunContext> {
  options?: RunOptions<string>;
}

function runWith(attempt: RouteAttempt<string>, { options = {}, ...over }: Setting = {}) {
  const outcomes: RouteOutcome[] = [];
  const context = runContext({ onOutcome: (outcome) => outcomes.push(outcome), ...over });
  return { outcomes, context, run: new RouteRun(decision, attempt, options, context).execute() };
}

/** An attempt that fails as the script says, in the order of the calls to a model, and answers beyond it. */
function scripted(script: Record<string, unknown[]>) {
  const calls: string[] = [];
  const attempt: RouteAttempt<string> = async ({ model }) => {
    calls.push(model);
    const error = script[model]?.shift();
    if (error !== undefined) throw error;
    return `from ${model}`;
  };
  return { calls, attempt };
}

const forever = Array.from({ length: 20 }, () => busy);
const failureOf = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => new Error("no failure"),
    (error: unknown) => error,
  );

describe("a run", () => {
  test("takes the first candidate that answers, and reports once it is settled", async () => {
    const { calls, attempt } = scripted({});
    const { run, outcomes } = runWith(attempt);
    const { value, outcome, settle } = await run;
    expect(value).toBe("from best");
    expect(calls).toEqual(["best"]);
    expect(outcomes).toEqual([]);
    expect(outcome).toMatchObject({ model: "best", costUsd: null, unresolvedTries: 1 });
    settle({ inputTokens: 1, outputTokens: 5 });
    settle({ inputTokens: 1, outputTokens: 5000 });
    expect(outcomes).toEqual([outcome]);
    expect(outcome).toMatchObject({ costUsd: 0.005, unresolvedTries: 0 });
  });

  test("tries a candidate again for what may pass, and then the next", async () => {
    const { calls, attempt } = scripted({ best: [busy, busy] });
    expect((await runWith(attempt).run).value).toBe("from second");
    expect(calls).toEqual(["best", "best", "second"]);
  });

  test.each([401, 403, 404])("leaves a candidate at once for status %i", async (status) => {
    const { calls, attempt } = scripted({ best: [http(status)] });
    await runWith(attempt).run;
    expect(calls).toEqual(["best", "second"]);
  });

  test.each([
    ["context_length_exceeded", 400],
    ["model_not_found", 400],
    ["unsupported_parameter", 400],
  ])("leaves a candidate for %s", async (reason, status) => {
    const { calls, attempt } = scripted({ best: [http(status, { reason })] });
    await runWith(attempt).run;
    expect(calls).toEqual(["best", "second"]);
  });

  test.each([
    ["a bad request", http(400, { reason: "invalid_request_error" })],
    ["a bad argument", new ProviderError("invalid-argument", "no")],
    ["a fault of the program", new TypeError("no")],
  ])("gives up at once for %s: it would fail everywhere", async (_, error) => {
    const { calls, attempt } = scripted({ best: [error] });
    expect(await failureOf(runWith(attempt).run)).toBe(error);
    expect(calls).toEqual(["best"]);
  });

  test("throws the last error when nobody answers, and reports all tries", async () => {
    const { calls, attempt } = scripted({ best: forever, second: forever, third: forever.slice() });
    const { run, outcomes } = runWith(attempt);
    expect(await failureOf(run)).toBe(busy);
    expect(calls).toEqual(["best", "best", "second", "second", "third", "third"]);
    expect(outcomes[0].tries.map((one) => one.outcome)).toEqual(Array(6).fill("failed"));
    expect(outcomes[0]).toMatchObject({ costUsd: 0, unresolvedTries: 0 });
  });

  test("never takes a candidate that is not in the ranking", async () => {
    const seen = new Set<string>();
    await failureOf(
      runWith(async ({ model }) => {
        seen.add(model);
        throw busy;
      }).run,
    );
    expect([...seen]).toEqual(candidates);
  });

  test("waits as long as the provider asks, or goes on where that is too long", async () => {
    vi.useFakeTimers();
    try {
      const short = scripted({ best: [http(429, { retryAfterMs: 3000 })] });
      const { run } = runWith(short.attempt, { retry: retryPolicy({ longestWaitMs: 4000 }) });
      await vi.advanceTimersByTimeAsync(2999);
      expect(short.calls).toEqual(["best"]);
      await vi.advanceTimersByTimeAsync(1);
      expect((await run).value).toBe("from best");
    } finally {
      vi.useRealTimers();
    }
    const long = scripted({ best: [http(429, { retryAfterMs: 60_000 })] });
    expect((await runWith(long.attempt).run).value).toBe("from second");
    expect(long.calls).toEqual(["best", "second"]);
  });
});

describe("money", () => {
  test("of a failed try that was billed is in the total, to the last digit", async () => {
    const billed = new ProviderResponseError("cut", { usage: { inputTokens: 0, outputTokens: 100 } });
    const { attempt } = scripted({ best: [billed, billed] });
    const { outcome, settle } = await runWith(attempt).run;
    settle({ inputTokens: 0, outputTokens: 100 });
    // .1 + .1 + .1, which is not .3 in doubles
    expect(outcome.costUsd).toBe(0.3);
    expect(outcome.tries.map(({ costUsd }) => costUsd)).toEqual([0.1, 0.1, 0.1]);
  });

  test("that nobody says is counted as unresolved, never as 0", async () => {
    const { attempt } = scripted({ best: [new ProviderResponseError("cut"), http(500)] });
    const { outcome, settle } = await runWith(attempt).run;
    settle({ inputTokens: 0, outputTokens: 7 });
    expect(outcome.tries.map(({ costUsd }) => costUsd)).toEqual([null, 0, 0.007]);
    expect(outcome).toMatchObject({ costUsd: 0.007, unresolvedTries: 1 });
  });

  test("of an answer that broke is what it said, and its breaker hears of it", async () => {
    const breakers = new CircuitBreakers({ failures: 1 });
    const { outcome, settle } = await runWith(scripted({}).attempt, { breakers }).run;
    settle(undefined, new ProviderResponseError("cut"));
    expect(outcome.tries[0]).toMatchObject({ outcome: "broken", error: "response", costUsd: null });
    expect(outcome.unresolvedTries).toBe(1);
    expect(breakers.state("best")).toBe("open");
  });
});

describe("an abort", () => {
  test("before the call makes none", async () => {
    const { calls, attempt } = scripted({});
    const error = await failureOf(runWith(attempt, { options: { signal: AbortSignal.abort() } }).run);
    expect(ProviderAbortedError.isInstance(error) && error.billing).toBe("none");
    expect(calls).toEqual([]);
  });

  test("during a try ends it and nothing falls back, even where the try does not listen", async () => {
    const controller = new AbortController();
    const calls: string[] = [];
    const { run, outcomes } = runWith(
      ({ model }) => {
        calls.push(model);
        setTimeout(() => controller.abort(), 5);
        return new Promise(() => {});
      },
      { options: { signal: controller.signal } },
    );
    expect(await failureOf(run)).toSatisfy(ProviderAbortedError.isInstance);
    expect(calls).toEqual(["best"]);
    expect(outcomes[0].tries).toMatchObject([{ outcome: "aborted", costUsd: null }]);
  });

  test("while waiting for a retry ends the wait", async () => {
    const controller = new AbortController();
    const { calls, attempt } = scripted({ best: forever });
    const { run } = runWith(attempt, {
      options: { signal: controller.signal },
      retry: retryPolicy({ backOffMs: 1_000_000, longestWaitMs: 1_000_000 }),
    });
    setTimeout(() => controller.abort(), 10);
    expect(await failureOf(run)).toSatisfy(ProviderAbortedError.isInstance);
    expect(calls).toEqual(["best"]);
  });

  test("after the answer has begun reaches it until it is settled, and leaves no listener behind", async () => {
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const { settle } = await runWith(
      async ({ signal }) => {
        inner = signal;
        return "begun";
      },
      { options: { signal: controller.signal } },
    ).run;
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    settle(undefined);
    expect(removed).toHaveBeenCalled();
    controller.abort();
    expect(inner?.aborted).toBe(false);
  });
});

describe("the deadline", () => {
  test("ends a run that nobody answers in time", async () => {
    const { run, outcomes } = runWith(() => new Promise(() => {}), { deadlineMs: 10 });
    const error = await failureOf(run);
    expect(ProviderTimeoutError.isInstance(error) && error.timeoutMs).toBe(10);
    expect(outcomes[0].tries).toMatchObject([{ outcome: "aborted", costUsd: null }]);
  });

  test("is no limit for an answer that has begun", async () => {
    let inner: AbortSignal | undefined;
    await runWith(
      async ({ signal }) => {
        inner = signal;
        return "begun";
      },
      { deadlineMs: 5 },
    ).run;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(inner?.aborted).toBe(false);
  });
});

describe("hedging", () => {
  test("asks the next candidate after a silence; the first to answer wins and the other is aborted", async () => {
    let slow: AbortSignal | undefined;
    const { run } = runWith(
      ({ model, signal }) => {
        if (model === "second") return Promise.resolve("from second");
        slow = signal;
        return new Promise(() => {});
      },
      { hedgeAfterMs: 5 },
    );
    const { value, outcome, settle } = await run;
    settle({ inputTokens: 0, outputTokens: 1 });
    expect(value).toBe("from second");
    expect(slow?.aborted).toBe(true);
    expect(outcome).toMatchObject({ model: "second", costUsd: 0.001, unresolvedTries: 1 });
    expect(outcome.tries.map((one) => one.outcome)).toEqual(["hedged-away", "answered"]);
  });

  test("gives back an answer that comes too late", async () => {
    const discarded: string[] = [];
    const { run } = runWith(
      ({ model }) =>
        new Promise((resolve) => {
          setTimeout(() => resolve(`from ${model}`), model === "best" ? 30 : 1);
        }),
      { hedgeAfterMs: 5, options: { discard: (value) => discarded.push(value) } },
    );
    expect((await run).value).toBe("from second");
    await vi.waitFor(() => expect(discarded).toEqual(["from best"]));
  });

  test("does not happen when the first is fast, or when no other is left", async () => {
    const { calls, attempt } = scripted({});
    await runWith(attempt, { hedgeAfterMs: 5 }).run;
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(calls).toEqual(["best"]);
  });

  test("lets one lane go on when the other has run out", async () => {
    const { run } = runWith(
      async ({ model }) => {
        if (model === "best") {
          await new Promise((resolve) => setTimeout(resolve, 30));
          return "from best";
        }
        throw http(404);
      },
      { hedgeAfterMs: 1 },
    );
    expect((await run).value).toBe("from best");
  });
});

describe("circuit breakers", () => {
  test("leave a candidate out after failures in a row, and say so", async () => {
    const breakers = new CircuitBreakers({ failures: 2 });
    await runWith(scripted({ best: [busy, busy] }).attempt, { breakers }).run;
    const { calls, attempt } = scripted({});
    const { outcome } = await runWith(attempt, { breakers }).run;
    expect(calls).toEqual(["second"]);
    expect(outcome.tries[0]).toEqual({ model: "best", outcome: "circuit-open", elapsedMs: 0, costUsd: 0 });
  });

  test("an error names it when all are open", async () => {
    const breakers = new CircuitBreakers({ failures: 1 });
    for (const model of candidates) breakers.failed(model, {});
    const error = await failureOf(runWith(scripted({}).attempt, { breakers }).run);
    expect(ProviderHttpError.isInstance(error) && error.message).toContain("circuit is open");
  });

  test("count answers that break off, however well they begin, until one comes to its end", async () => {
    const breakers = new CircuitBreakers({ failures: 2 });
    const answer = async (error?: ProviderError): Promise<void> => {
      const { settle } = await runWith(scripted({}).attempt, { breakers }).run;
      settle(undefined, error);
    };
    const broken = new ProviderResponseError("broke off");
    await answer(broken);
    await answer();
    await answer(broken);
    expect(breakers.state("best")).toBe("closed");
    await answer(broken);
    expect(breakers.state("best")).toBe("open");
  });

  test("do not count a request that is at fault itself, nor an abort", async () => {
    const breakers = new CircuitBreakers({ failures: 1 });
    await failureOf(runWith(scripted({ best: [http(400)] }).attempt, { breakers }).run);
    expect(breakers.state("best")).toBe("closed");
    const controller = new AbortController();
    const { run } = runWith(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new ProviderAbortedError("aborted")));
          controller.abort();
        }),
      { breakers, options: { signal: controller.signal } },
    );
    await failureOf(run);
    expect(breakers.state("best")).toBe("closed");
  });
});

describe("limits of a provider", () => {
  const limits = () => new ProviderLimits({ p: { concurrency: 1 } }, 0);

  test("leave a candidate to the next, and say so", async () => {
    const full = limits();
    full.enter("p", new AbortController().signal);
    const providerOf = (model: string) => (model === "best" ? "p" : "other");
    const { run } = runWith(async ({ model }) => model, { limits: full, providerOf });
    const { value, outcome } = await run;
    expect(value).toBe("second");
    expect(outcome.tries[0]).toEqual({ model: "best", outcome: "limited", elapsedMs: 0, costUsd: 0 });
  });

  test("are a 429 where all candidates are under them", async () => {
    const full = limits();
    full.enter("p", new AbortController().signal);
    await expect(runWith(async () => "", { limits: full }).run).rejects.toMatchObject({ status: 429, retryable: true });
  });

  test("hold a place until the answer is settled, and none after a failure", async () => {
    const places = limits();
    const { signal } = new AbortController();
    const call = await runWith(async () => "", { limits: places }).run;
    expect(places.enter("p", signal)).toBeNull();
    call.settle(undefined);
    const again = places.enter("p", signal);
    expect(again).toBeTypeOf("function");
    (again as () => void)();
    await runWith(() => Promise.reject(http(400)), { limits: places }).run.catch(() => {});
    expect(places.enter("p", signal)).toBeTypeOf("function");
  });
});
